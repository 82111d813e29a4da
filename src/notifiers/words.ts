import { count, duration } from '../words.ts'
import { clip, fitted, oneLine } from './clip.ts'
import type { Notice } from './outlet.ts'
import type { Audience } from './spec.ts'

/** How text is written where it is read. All text of others passes through `text`. */
export interface Script {
  text(foreign: string): string
  strong(line: string): string
  code(command: string): string
}

const PLAIN: Script = { text: (foreign) => foreign, strong: (line) => line, code: (command) => command }

const HOW: Readonly<Record<NonNullable<Notice['outcome']>, string>> = {
  'not-started': 'a deploy did not start',
  unchanged: 'a deploy failed and changed nothing',
  partial: 'a deploy went through only in part',
  'serving-despite-exit': 'a deploy failed, and yet its version serves',
  'stale-despite-ok': 'a deploy seemed to work, and yet the old version serves',
  unhealthy: 'what was deployed does not work',
  unknown: 'how a deploy ended is not known',
  condemned: 'what serves was called bad',
  deployed: 'what was deployed was not proved good',
}

const ENDED = {
  deployed: 'a deploy held',
  'rolled back': 'it was rolled back',
  adopted: 'what serves was proved good',
  'not known': 'nobody saw how',
} as const

const ENDED_CALMLY = {
  deployed: 'A corrected version is in place.',
  'rolled back': 'The version that worked before is back in place.',
  adopted: 'What is in place was checked and works.',
  'not known': 'It is over.',
} as const

/** What came together, e.g. `6 attempts: 3 failed, 2 refused, 1 rollback did not hold`. */
export const countsOf = ({ failures, refused, rollbacks, atLeast }: Notice['counts']): string => {
  const parts = [
    ...(failures > 0 ? [`${failures} failed`] : []),
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...(rollbacks > 0 ? [`${count(rollbacks, 'rollback')} did not hold`] : []),
  ]
  return `${atLeast ? 'at least ' : ''}${count(failures + refused + rollbacks, 'attempt')}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`
}

const day = (iso: string): string => `${oneLine(iso).slice(0, 16).replace('T', ' ')} UTC`

const lasted = ({ since, ended, at }: Notice): string => {
  const ms = Date.parse(ended?.at ?? at) - Date.parse(since)
  return Number.isNaN(ms) ? 'a time that is not known' : duration(ms)
}

/** What happened, in one line. */
export const headOf = (notice: Notice, audience: Audience = 'ops', script: Script = PLAIN): string => {
  const say = (foreign: string, most: number): string => clip(script.text(oneLine(foreign)), most)
  const app = say(notice.app, 100)
  if (audience === 'customer') return `${app}: ${calmHead(notice)}`
  if (notice.test) return `${app}: only a test of notices, by ${say(notice.by, 80)}. Nothing happened.`
  if (notice.ended) return `${app} is no longer halted: ${ENDED[notice.ended.how]}, by ${say(notice.ended.by, 80)}.`
  const how = notice.outcome ? HOW[notice.outcome] : 'an attempt failed'
  if (notice.happening === 'another') return `${app} failed in another way: ${how}.`
  return `${app} is halted${notice.happening === 'acknowledged' ? ', and it was acknowledged' : ''}: ${how}.`
}

const calmHead = ({ test, ended }: Notice): string =>
  test ? 'only a test message. Nothing happened.' : ended ? 'this is settled.' : 'an update did not work out.'

const calmLines = (notice: Notice): string[] => {
  if (notice.test) return []
  if (notice.ended) return [ENDED_CALMLY[notice.ended.how], `It took ${lasted(notice)}.`]
  return ['It is being looked into, and no other update goes out until it is settled.', `Known since ${day(notice.since)}.`]
}

/** Commands that are shown; a longer one would not work as typed once it is cut. */
const MOST_WAYS = 4
const LONGEST_COMMAND = 200

const linesOf = (notice: Notice, script: Script): string[] => {
  const say = (label: string, foreign: string | null, most: number): string[] =>
    foreign?.trim() ? [`${label}: ${clip(script.text(oneLine(foreign)), most)}`] : []
  const { counts, ended, ways } = notice
  const tries = counts.failures + counts.refused + counts.rollbacks
  const shown = ways.filter(({ type }) => type.length <= LONGEST_COMMAND).slice(0, MOST_WAYS)
  const out = shown.map(({ says, type }) => `• ${clip(script.text(oneLine(says)), 70)}: ${script.code(script.text(oneLine(type)))}`)
  return [
    ...(ended ? [`It took ${lasted(notice)}, ${countsOf(counts)}.`] : []),
    ...say(ended ? 'It had been halted because' : 'Why', notice.why, 500),
    ...(ended && ended.because !== notice.why ? say('Why it is over', ended.because, 250) : []),
    ...say('Cause', notice.cause ?? (ended ? 'nobody said' : null), 300),
    ...say('Serves now', notice.serving ?? 'not known', 200),
    ...(ended ? [] : say('Suspect', notice.suspect, 300)),
    ...(!ended && tries > 1 ? [`So far: ${countsOf(counts)}.`] : []),
    ...(out.length > 0 && !ended ? ['Ways out:', ...out] : []),
    ...say('It answers at', notice.url, 200),
    ...(ended ? [] : say('By', notice.by, 80)),
    `Since ${day(notice.since)}. Incident ${clip(script.text(oneLine(notice.incident)), 80)}`,
  ]
}

/**
 * A notice as text: at most 3,000 characters, short lines, what matters first. Ops read how, why, what to suspect and the ways out; customers only
 * that an update did not work out, and that it is over.
 */
export const textOf = (notice: Notice, audience: Audience, script: Script = PLAIN): string => {
  const head = script.strong(headOf(notice, audience, script))
  if (audience === 'customer') return fitted([head, ...calmLines(notice)])
  return fitted([head, ...(notice.test ? [] : linesOf(notice, script))])
}

/** The notice that customers' services get: the same shape, without what is nobody else's business. */
export const forCustomers = (notice: Notice): Notice => ({
  ...notice,
  why: calmLines(notice).join(' '),
  by: '',
  serving: null,
  suspect: null,
  cause: null,
  ended: notice.ended && { ...notice.ended, by: '', because: '' },
  ways: [],
  commit: null,
})
