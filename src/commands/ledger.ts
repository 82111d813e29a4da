import type { DurableEvent } from '../ledger/events.ts'
import type { Desk } from '../stages/desk.ts'

/** `safe-deploy ledger log`: the events, newest first, a line each. */
export const ledgerLog = async (desk: Desk, limit: number): Promise<number> => {
  const events = await desk.ledger.history(limit)
  desk.emit({
    type: 'report',
    title: `Ledger of ${desk.settings.app}`,
    lines: events.slice(0, limit).map(lineOf),
    data: { events: events.slice(0, limit) },
  })
  return 0
}

const lineOf = (event: DurableEvent): string =>
  `${event.at}  ${event.type.padEnd(18)} ${event.by.name} (${event.by.via})  ${textOf(event)}`.trimEnd()

const textOf = (event: DurableEvent): string => {
  if (event.type === 'deploy.ended') return `${event.outcome}: ${event.why}`
  if (event.type === 'attempt.refused') return `${event.code}: ${event.what}`
  if (event.type === 'note.added') return event.text
  if (event.type === 'halt.acknowledged') return event.cause
  if (event.type === 'ledger.created') return event.embeds?.because ?? ''
  return 'because' in event ? event.because : ''
}
