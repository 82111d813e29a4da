import type { Refusal } from '../errors.ts'
import type { Event } from '../events.ts'
import type { Finding, ProbeResult } from '../model.ts'

/** What a run came to, for whoever tells it afterwards in one piece: a summary, annotations, outputs of a job. Of several apps each has its own. */
export interface Story {
  command: string
  app: string
  findings: readonly Finding[]
  probes: readonly ProbeResult[]
  plan: Extract<Event, { type: 'plan.made' }> | null
  /** Id of the attempt whose intent was recorded. */
  attempt: string | null
  live: Extract<Event, { type: 'live' }> | null
  halted: Extract<Event, { type: 'halted' }> | null
  status: Extract<Event, { type: 'status' }> | null
  report: Extract<Event, { type: 'report' }> | null
  refusal: Refusal | null
  exit: number | null
}

const blank = (command: string, app: string): Story => ({
  command,
  app,
  findings: [],
  probes: [],
  plan: null,
  attempt: null,
  live: null,
  halted: null,
  status: null,
  report: null,
  refusal: null,
  exit: null,
})

/** A story in which nothing has happened yet. */
const NO_STORY: Story = blank('', '')

/** The stories of a run after an event, newest last. What begins anew for the same app (a race that was lost) is told once. */
export const follow = (stories: readonly Story[], event: Event): readonly Story[] => {
  const before = stories.slice(0, -1)
  const last = stories.at(-1) ?? NO_STORY
  if (event.type !== 'run.started') return [...before, after(last, event)]
  const fresh = blank(event.command, event.app)
  return last.command === '' || last.app === event.app ? [...before, fresh] : [...stories, fresh]
}

const after = (story: Story, event: Event): Story => {
  switch (event.type) {
    case 'finding':
      return { ...story, findings: [...story.findings, event.finding] }
    case 'plan.made':
      // Its findings are the same ones, with their answers.
      return { ...story, plan: event, findings: event.findings }
    case 'probe.ended':
      return { ...story, probes: [...story.probes, event.result] }
    case 'recorded':
      return event.event.type === 'deploy.intended' ? { ...story, attempt: event.event.attempt } : story
    case 'live':
      return { ...story, live: event }
    case 'halted':
      return { ...story, halted: event }
    case 'status':
      return { ...story, status: event, app: story.app || (event.app ?? '') }
    case 'report':
      return { ...story, report: event }
    case 'refused':
      return { ...story, refusal: event.refusal }
    case 'done':
      return { ...story, exit: event.exit }
    default:
      return story
  }
}

/** Commands whose end a job wants to know; others (history, explain) only answer a question, in the log. */
const TOLD: ReadonlySet<string> = new Set('deploy plan test status rollback ack adopt bad freeze thaw run'.split(' '))

/** Is there anything to tell besides the log? */
export const isTold = ({ command, refusal, status }: Story): boolean => TOLD.has(command) || refusal !== null || status !== null

/** Did a signal end it before an act? */
const wasInterrupted = ({ refusal }: Story): boolean => refusal?.code === 'INTERRUPTED'

/**
 * One word for what came of it: the outcome of a deploy or rollback; else `refused`, `interrupted`, `nothing-to-do` (of a deploy or rollback),
 * `findings` (of a plan, where some are open) or `done`.
 */
export const outcomeOf = (story: Story): string => {
  if (story.halted) return story.halted.outcome
  if (story.live) return 'deployed'
  if (wasInterrupted(story)) return 'interrupted'
  if (story.refusal) return story.attempt === null ? 'refused' : 'unknown'
  if (story.command === 'plan') return openOf(story.findings).length > 0 ? 'findings' : 'done'
  if ((story.exit ?? 0) !== 0) return 'refused'
  return ['deploy', 'rollback'].includes(story.command) ? 'nothing-to-do' : 'done'
}

/** Findings that still want an answer: they ask or block. */
export const openOf = (findings: readonly Finding[]): Finding[] =>
  findings.filter(({ severity, answer }) => (severity === 'ask' || severity === 'block') && !answer)
