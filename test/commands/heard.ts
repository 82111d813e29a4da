import type { Event } from '../../src/events.ts'

/** Events that a command told. */
export const listen = () => {
  const events: Event[] = []
  return {
    emit: (event: Event) => {
      events.push(event)
    },
    events,
    /** The last event of a type. */
    last: <T extends Event['type']>(type: T): Extract<Event, { type: T }> => {
      const found = events.findLast((event) => event.type === type)
      if (!found) throw new Error(`nothing of type ${type} was told`)
      return found as Extract<Event, { type: T }>
    },
  }
}
