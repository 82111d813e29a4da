import type { Event } from '../events.ts'
import { duration, howProved, nameServing, quote } from '../words.ts'
import { type Line, line, type Tone } from './reporter.ts'
import { sayChange } from './say-change.ts'
import { sayFinding, saysWhy } from './say-finding.ts'
import { sayHalted } from './say-halted.ts'
import { sayRefusal, sayWaysOut } from './say-refusal.ts'
import { nextLines, typed } from './typed.ts'

/** What the lines of an event depend on besides the event. */
export interface Context {
  /** The command that runs: a plan shows the change whole and its digest, others do not. */
  command: string
  /** A halt screen stands above: the refusal that follows only adds the ways out. */
  halted: boolean
  /** Whys that stand above: a rule that speaks several times says it once. */
  told: readonly string[]
}

export const NOTHING_SAID: Context = { command: '', halted: false, told: [] }

/** The context after an event. */
export const follow = (context: Context, event: Event): Context => {
  if (event.type === 'run.started') return { ...NOTHING_SAID, command: event.command }
  if (event.type === 'finding' && !event.folded && saysWhy(event.finding)) return { ...context, told: [...context.told, event.finding.why] }
  return event.type === 'halted' ? { ...context, halted: true } : context
}

const STATUS_TONES: Readonly<Record<Extract<Event, { type: 'status' }>['status'], Tone>> = {
  ready: 'good',
  deploying: 'warn',
  overdue: 'warn',
  halted: 'bad',
  acknowledged: 'warn',
  frozen: 'warn',
  drifted: 'bad',
  'no-ledger': 'warn',
  'ledger-broken': 'bad',
}

const STAGE_TONES = { ok: 'good', skipped: 'dim', refused: 'bad', failed: 'bad' } as const

/** An event as lines, the same for every reporter that speaks to people. Child output is not among them: it streams. */
export const say = (event: Event, context: Context): Line[] => {
  switch (event.type) {
    case 'stage.ended':
      return event.line === '' ? [] : [line(`${event.stage.toUpperCase().padEnd(8)} ${event.line}`, STAGE_TONES[event.status])]
    case 'said':
      return [line(`${event.stage ? '         ' : ''}${event.text}`, event.tone)]
    case 'change.read':
      return sayChange(event, context.command === 'plan')
    case 'finding':
      return event.folded ? [] : sayFinding(event, context.told.includes(event.finding.why))
    case 'probe.ended':
      return [probe(event.result)]
    case 'plan.made':
      return context.command === 'plan' ? plan(event) : []
    case 'deploy.starts':
      return [line(starts(event), 'dim')]
    case 'live':
      return [live(event)]
    case 'halted':
      return sayHalted(event)
    case 'status':
      return status(event)
    case 'report':
      return [line(event.title, 'strong'), ...event.lines.map((text) => line(`  ${text}`))]
    case 'refused':
      return context.halted ? sayWaysOut(event.refusal) : sayRefusal(event.refusal)
    case 'done':
      return event.text ? [line(event.text)] : []
    default:
      return []
  }
}

const probe = (result: Extract<Event, { type: 'probe.ended' }>['result']): Line => {
  const red = result.wasRed ? ', as it was before the deploy' : ''
  const took = `${duration(result.ms)}`
  return result.passed
    ? line(`         probe ${result.name} passed, ${took}${result.note ? `: ${result.note}` : ''}`, 'good')
    : line(`         probe ${result.name} failed${red}, ${took}: ${result.note}`, result.wasRed ? 'warn' : 'bad')
}

const plan = ({ digest, findings, open, candidate, base, next }: Extract<Event, { type: 'plan.made' }>): Line[] => {
  const dirty = candidate.dirty > 0 ? ` and ${candidate.dirty} uncommitted` : ''
  const against = base ? `against ${base.commit?.slice(0, 10) ?? `tree ${base.tree.slice(0, 10)}`}` : 'with nothing to compare with'
  return [
    line(`PLAN     ${candidate.commit.slice(0, 10)}${dirty} ${against}, findings: ${findings.length}, not answered: ${open}`, 'strong'),
    line(`         ${quote(`--plan=${digest}`)}`),
    ...(next ? [line('Next', 'strong'), ...nextLines(next)] : []),
  ]
}

/** Said where nobody sits in front: who has to leave before it ends must know that nothing is lost. */
const starts = ({ deadline_s, next: [back] }: Extract<Event, { type: 'deploy.starts' }>): string =>
  `         may take up to ${duration(deadline_s * 1000)}; it goes on when its caller hangs up or closes the pipe${back ? ` (come back: ${typed(back)})` : ''}`

const live = ({ serving, level, ms }: Extract<Event, { type: 'live' }>): Line => {
  const what = serving ? nameServing(serving) : 'the candidate'
  const how = `${howProved({ level, serving })}${level === 'probed' ? '' : '; no probe of ours'}`
  return line(`LIVE     ${what}, ${how}, after ${duration(ms)}`, 'good')
}

const status = ({ words, status, next }: Extract<Event, { type: 'status' }>): Line[] => [
  ...words.map((word, i) => line(i === 0 ? word : `  ${word}`, i === 0 ? STATUS_TONES[status] : 'plain')),
  ...(next && next.length > 0 ? [line('Next', 'strong'), ...nextLines(next)] : []),
]
