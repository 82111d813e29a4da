import { createHash } from 'node:crypto'
import { type Kind, kindOf } from './kind.ts'
import { MASK_VERSION } from './mask.ts'
import type { Override, Policy } from './policy.ts'

/** Characters of a text that an override sees as its mask. */
const LONGEST = 500

const named = (how: 'merge' | 'split', mask: string): Kind => {
  const key = createHash('sha256').update(`${MASK_VERSION}\n${how}\n${mask}`).digest('hex').slice(0, 12)
  return { key, version: MASK_VERSION, mask: mask.slice(0, LONGEST) }
}

const overridden = (override: Override, text: string): Kind | null => {
  if ('never' in override) return null
  return 'merge' in override ? named('merge', override.as) : named('split', text)
}

const fits = (override: Override, text: string): boolean =>
  ('merge' in override ? override.merge : 'split' in override ? override.split : override.never).test(text)

/**
 * The kind of a message in a channel, by the first override that matches and else by its mask. Null: an override says that it is never held.
 * @param text all that the message says, of `messageText`
 */
export const kindOfMessage = (text: string, { overrides }: Pick<Policy['channels'][number], 'overrides'>): Kind | null => {
  const override = overrides.find((one) => fits(one, text))
  return override ? overridden(override, text) : kindOf(text)
}
