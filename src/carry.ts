import type { Picked } from './commands/parse.ts'
import { carrying, withMissing } from './errors.ts'
import type { Event } from './events.ts'

/** Commands to type carry the app and config that this line named: without them they would speak of another app. */
export const carry = (event: Event, { globals }: Pick<Picked, 'globals'>): Event => {
  if (globals.length === 0) return event
  if (event.type === 'refused') return { ...event, refusal: carrying(event.refusal, globals) }
  const leads = event.type === 'status' || event.type === 'plan.made' || event.type === 'deploy.starts'
  return leads && event.next ? { ...event, next: event.next.map((one) => withMissing(one, globals)) } : event
}
