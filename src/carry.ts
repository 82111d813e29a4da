import type { Picked } from './commands/parse.ts'
import { type Next, withFlags } from './errors.ts'
import type { Event } from './events.ts'

/** Commands to type carry the app and config that this line named: without them they would speak of another app. */
export const carry = (event: Event, { globals }: Pick<Picked, 'globals'>): Event => {
  if (globals.length === 0) return event
  const add = (one: Next): Next => (one.argv[0] === 'safe-deploy' ? { ...one, argv: insertGlobals(one.argv, globals) } : one)
  if (event.type === 'refused') return { ...event, refusal: { ...event.refusal, next: event.refusal.next.map(add) } }
  return (event.type === 'status' || event.type === 'plan.made') && event.next ? { ...event, next: event.next.map(add) } : event
}

const insertGlobals = (argv: readonly string[], globals: readonly string[]): string[] => {
  const missing = globals.filter((one) => !argv.some((word) => word.split('=')[0] === one.split('=')[0]))
  return withFlags(argv, missing)
}
