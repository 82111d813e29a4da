import { next, refuse } from '../errors.ts'
import type { Emit } from '../events.ts'

/** What the relay takes a message for. */
type KindOf = (message: unknown) => { key: string; version: number; mask: string }

/**
 * `safe-deploy relay explain TEXT`: the kind of a message, and the mask that makes it: what stands in it decides, what is in brackets does not.
 * @param text a text, or the JSON of a webhook body
 * @throws USAGE without a text
 */
export const relayExplain = (sources: { kindOf: KindOf; emit: Emit }, text: string | null): number => {
  if (!text?.trim()) {
    throw refuse('USAGE', {
      what: 'Which message? relay explain takes its text, or the JSON that is posted.',
      next: [next('for example', ['safe-deploy', 'relay', 'explain', 'order 8123 failed: HTTP 500'])],
    })
  }
  const kind = sources.kindOf(messageIn(text))
  sources.emit({ type: 'report', title: `Kind ${kind.key} (masks of version ${kind.version})`, lines: kind.mask.split('\n'), data: kind })
  return 0
}

const messageIn = (text: string): unknown => {
  if (!text.trimStart().startsWith('{')) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
