import type { Answer } from './answer.ts'
import { haltedSays } from './denial.ts'
import type { Halted } from './halt.ts'
import type { Payload } from './speaker.ts'

const SHOWS = [
  'While it lasts, fly deploy, pushes to branches that deploy and secrets changes are blocked; reading and diagnosing are not.',
  '`safe-deploy status` shows what happened and the ways out; `safe-deploy rollback` goes back to the last known good and asks nothing.',
].join(' ')

const EVENTS = new Set(['SessionStart', 'UserPromptSubmit'])

/**
 * What a session that begins should know of a halt, for the hosts that take such a thing. Nothing where there is none, and no fault ever stops a session.
 * @param payload what the host sent; null: nothing that could be read
 */
export const contextAnswer = (payload: Payload | null, halted: Halted | null): Answer => {
  const text = halted ? `safe-deploy: ${haltedSays(halted)} ${SHOWS}` : null
  const said = shapeFor(payload ?? {}, text)
  return { stdout: said === null ? '' : `${JSON.stringify(said)}\n`, stderr: '', exit: 0 }
}

const shapeFor = (payload: Payload, text: string | null): unknown => {
  if ('cursor_version' in payload) return text === null ? {} : { additional_context: text }
  if (text === null) return null
  const event = String(payload.hook_event_name)
  // Copilot alone names its events in camel case and sends no event here.
  if ('sessionId' in payload && !('hook_event_name' in payload)) return { additionalContext: text }
  return { hookSpecificOutput: { hookEventName: EVENTS.has(event) ? event : 'SessionStart', additionalContext: text } }
}
