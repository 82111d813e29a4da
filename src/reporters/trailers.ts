import type { Finding } from '../model.ts'
import { oneLine } from './harmless.ts'
import { openOf } from './story.ts'

/** Takes an acknowledgement, and nothing else. */
const BY_ACK_ALONE = new Set(['ships-failed-change', 'ack-outside'])
/** Who has more to answer than this has another thing to do first. */
const MOST = 50
/** What parts subject from reason in a trailer: a subject that holds it is left out, and the rule alone is answered. */
const PARTS = /\s(?:—|–|--|-)\s/

/**
 * Trailers that answer the open findings of a change, as the last paragraph of its last commit's message; one for each that a trailer can answer.
 * Empty where nothing asks: then the commit's subject says enough.
 */
export const trailersFor = (findings: readonly Finding[]): string[] => {
  const asks = openOf(findings).filter(({ severity, rule }) => severity === 'ask' && !BY_ACK_ALONE.has(rule))
  return asks.length === 0 ? [] : ['Deploy-Because: WHAT IT IS FOR', ...new Set(asks.slice(0, MOST).map(trailer))]
}

const trailer = ({ rule, subject }: Finding): string => {
  const named = subject !== '' && !PARTS.test(` ${subject} `) && oneLine(subject) === subject
  return `Deploy-Accept: ${rule}${named ? `:${subject}` : ''} — REASON`
}
