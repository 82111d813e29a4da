import type { Next } from '../errors.ts'
import type { Event } from '../events.ts'
import type { Finding, Severity } from '../model.ts'
import { typed } from './typed.ts'

type Done = Extract<Event, { type: 'done' }>
type Seen = Partial<{ [K in Event['type']]: Extract<Event, { type: K }> }>

/** What a run comes to, in one object: a reader that only wants to know how it ended needs no other line. */
export interface Summary {
  take(event: Event): void
  of(done: Done): Record<string, unknown>
}

/** Events that say how a run ended; of each the last one counts. */
const TELLING = new Set<Event['type']>(['run.started', 'deploy.starts', 'plan.made', 'live', 'halted', 'status', 'report', 'refused'])

/** Keeps what says how the run ended. */
export const makeSummary = (): Summary => {
  const seen: Seen = {}
  return {
    take: (event) => {
      if (TELLING.has(event.type)) Object.assign(seen, { [event.type]: event })
    },
    of: (done) => summary(seen, done),
  }
}

const summary = (seen: Seen, { exit, ms, text, command }: Done): Record<string, unknown> => {
  const { refused } = seen
  const list = refused?.refusal.next ?? seen.status?.next ?? seen['plan.made']?.next ?? []
  return {
    type: 'done',
    ok: exit === 0 && refused === undefined,
    command: command ?? seen['run.started']?.command ?? null,
    app: seen.status?.app ?? seen['run.started']?.app ?? null,
    exit,
    code: refused?.refusal.code ?? null,
    result: resultOf(seen),
    error: refused ? errorOf(refused) : null,
    next: nexts(list),
    ms,
    text,
  }
}

const errorOf = ({ refusal }: Extract<Event, { type: 'refused' }>) => ({
  code: refusal.code,
  message: refusal.what,
  ...(refusal.who ? { who: refusal.who } : {}),
  fix: refusal.next[0] ? typed(refusal.next[0]) : null,
})

/** Commands as machines read them: what each needs is typed as `FLAG=TEXT` behind its argv, in front of a `--` in it. */
export const nexts = (list: readonly Next[]) => list.map(({ argv, needs, says }) => ({ argv, needs: needs ?? [], says }))

/** Null where the exit code says it all. */
const resultOf = (seen: Seen): Record<string, unknown> | null => {
  const { live, halted, status, report } = seen
  const plan = seen['plan.made']
  const started = seen['deploy.starts']
  const attempt = started ? { kind: started.kind, attempt: started.attempt, log: started.log } : {}
  if (halted)
    return { outcome: halted.outcome, why: halted.why, serving: halted.serving, suspects: halted.suspects.slice(0, 3), ...attempt }
  if (live) return { outcome: 'deployed', level: live.level, serving: live.serving, ...attempt }
  if (started) return attempt
  if (status) return { status: status.status, words: status.words, ...(status.ended ? { ended: status.ended } : {}) }
  if (plan && seen['run.started']?.command === 'plan') return { digest: plan.digest, open: plan.open, findings: bySeverity(plan.findings) }
  return report ? { title: report.title } : null
}

const bySeverity = (findings: readonly Finding[]): Record<Exclude<Severity, 'off'>, number> => {
  const of = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length
  return { block: of('block'), ask: of('ask'), warn: of('warn'), note: of('note') }
}
