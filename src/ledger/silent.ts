import type { DurableEvent } from './events.ts'

const AT_HOME = 'the failure’s own lines stay in the clone that saw them'

/** An event without what programs printed, for a ledger whose logs stay at home. What it means for the fold stays. Pure. */
export const silent = (event: DurableEvent): DurableEvent => {
  if (event.type === 'halt.acknowledged' && event.evidenceRun) return { ...event, evidenceRun: { ...event.evidenceRun, tail: [] } }
  if (event.type !== 'deploy.ended') return event
  const { heard = [], ...rest } = event
  return {
    ...rest,
    tail: [],
    evidence: event.evidence.filter((line) => !heard.includes(line)),
    // Why a change is suspected quotes the line that gave it away.
    suspects: event.suspects.map((suspect) => ({ ...suspect, because: AT_HOME })),
  }
}
