import type { Tool, ToolAnswer } from '../adapters/mcp.ts'
import type { Next } from '../errors.ts'
import { answer, deployInput, historyInput, planInput, rollbackInput, statusInput } from './mcp-tools.ts'

/** One line of `--json`. */
export type Told = Readonly<Record<string, unknown>>

/** A command of ours that runs as a process of its own: it outlives this one. */
interface Begun {
  /** Its exit code; null when it was ended. */
  done: Promise<number | null>
}

export interface McpSources {
  /** @param onLine hears each line of its `--json` */
  begin(args: readonly string[], onLine: (line: Told) => void): Begun
  /** Writes a command as one types it. */
  typed(next: Next): string
  serve(tools: readonly Tool[], instructions: string): Promise<void>
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** A call that changes something answers within this, as clients wait a minute by default; what it began goes on. */
const PATIENCE_MS = 50_000
/** Findings, files and lines that an answer holds. */
const MOST = 50

const INSTRUCTIONS = `safe-deploy stands in front of fly deploy. Read first: plan gives the findings and a digest, and deploy takes that digest. \
While an app is halted nothing ships: rollback is always open, and an acknowledgement is a person's (safe-deploy ack in a terminal). \
Do not go round a refusal by fly, git push or secrets: say what it says to the person you work for.`

type Input = Readonly<Record<string, unknown>>

const flag = (name: string, value: unknown): string[] => {
  if (value === undefined || value === false) return []
  if (Array.isArray(value)) return value.map((one) => `--${name}=${one}`)
  return value === true ? [`--${name}`] : [`--${name}=${value}`]
}

const answers = ({ accept, evidence_run }: Input): string[] => [...flag('accept', accept), ...flag('evidence-run', evidence_run)]

/** Tools as data: what each takes, and the command line that it is. */
const TOOLS: readonly (Omit<Tool, 'call' | 'output'> & { args(input: Input): string[] })[] = [
  {
    name: 'status',
    title: 'How the app stands',
    says: 'Ready, deploying, overdue, halted, acknowledged, frozen, or no ledger; why, since when, and the ways out. With wait_s it comes back to a deploy that runs.',
    readOnly: true,
    input: statusInput,
    args: ({ app, live, wait_s }) => [
      'status',
      ...flag('app', app),
      ...flag('live', live),
      ...(wait_s === undefined ? [] : [`--wait=${wait_s}s`]),
    ],
  },
  {
    name: 'plan',
    title: 'Read what would ship',
    says: 'Compares what would ship with the last known good: findings, and the digest that deploy takes. Deploys nothing.',
    readOnly: true,
    input: planInput,
    args: (input) => ['plan', ...flag('app', input.app), ...answers(input)],
  },
  {
    name: 'history',
    title: 'What was tried',
    says: 'Attempts, by whom and how each ended, newest first; or one of them by its id.',
    readOnly: true,
    input: historyInput,
    args: ({ app, id, limit }) => ['history', ...flag('app', app), ...flag('limit', limit), ...(id === undefined ? [] : [String(id)])],
  },
  {
    name: 'deploy',
    title: 'Deploy what was read',
    says: 'The five stages, then one fly deploy of exactly the plan that was read; a failure halts the app. A long one answers that it goes on: ask status with wait_s.',
    readOnly: false,
    input: deployInput,
    args: (input) => [
      'deploy',
      ...flag('app', input.app),
      ...flag('plan', input.plan),
      ...flag('because', input.because),
      ...flag('again', input.again),
      ...answers(input),
    ],
  },
  {
    name: 'rollback',
    title: 'Back to the last known good',
    says: 'Deploys what was known good again, by image, and verifies it; lifts the halt when it held. Never blocked by a halt.',
    readOnly: false,
    input: rollbackInput,
    args: ({ app, to, because }) => ['rollback', ...flag('app', app), ...flag('to', to), ...flag('because', because)],
  },
]

/**
 * `safe-deploy mcp`: the guard as tools of an agent. Each runs the command of its name as a process of its own, so that a deploy outlives a client that
 * goes. There is none for ack, adopt or bad: those are a person's.
 * @returns 0 when the client has gone
 */
export const mcp = async (sources: McpSources): Promise<number> => {
  const tools = TOOLS.map(
    ({ args, ...tool }): Tool => ({
      ...tool,
      output: answer,
      call: (input, progress) => call(sources, tool, args(input), progress),
    }),
  )
  await sources.serve(tools, INSTRUCTIONS)
  return 0
}

const call = async (
  sources: McpSources,
  { name, readOnly }: Pick<Tool, 'name' | 'readOnly'>,
  args: string[],
  progress: (text: string) => void,
): Promise<ToolAnswer> => {
  const seen = new Map<string, Told>()
  const begun = sources.begin([...args, '--json', '--no-input'], (line) => {
    seen.set(String(line.type), line)
    const step = stepOf(line)
    if (step) progress(step)
  })
  const ended = readOnly ? await begun.done : await patiently(sources, begun)
  const done = seen.get('done')
  if (done) return told(sources, name, done, seen)
  return ended === 'running' ? goesOn(name, seen) : cutOff(name, ended)
}

/** Its exit code, or that it goes on. */
const patiently = async ({ sleep }: McpSources, { done }: Begun): Promise<number | null | 'running'> => {
  const over = new AbortController()
  try {
    return await Promise.race([done, sleep(PATIENCE_MS, over.signal).then(() => 'running' as const)])
  } finally {
    over.abort()
  }
}

/** What belongs to a line of a stream. */
const OF_A_LINE: ReadonlySet<string> = new Set(['v', 'seq', 'at', 'type', 'text', 'ms'])

/** What is worth telling who waits. */
const stepOf = (line: Told): string | null => {
  if (line.type === 'stage.started') return String(line.title)
  if (line.type === 'heartbeat') return `${line.stage ?? ''} ${Math.round(Number(line.elapsed_ms) / 1000)} s: ${line.last ?? ''}`.trim()
  return line.type === 'stage.ended' && line.line ? String(line.line) : null
}

const told = (sources: McpSources, name: string, done: Told, seen: ReadonlyMap<string, Told>): ToolAnswer => {
  const kept = Object.entries(done).filter(([key]) => !OF_A_LINE.has(key))
  const data = { ...Object.fromEntries(kept), running: false, command: name, ...readOf(name, seen) }
  const next = (done.next as Next[] | undefined) ?? []
  const ways = next.map((one) => `  ${sources.typed(one)}   ${one.says}`)
  const text = [...sentences(done, seen), ...(ways.length > 0 ? ['Next', ...ways] : [])].join('\n')
  return { failed: done.ok !== true, text, data }
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

/** What a plan read, and the lines of a report: bounded, as an answer is read whole. */
const readOf = (name: string, seen: ReadonlyMap<string, Told>): Record<string, unknown> => {
  const [plan, change, report] = ['plan.made', 'change.read', 'report'].map((type) => seen.get(type))
  if (name === 'plan' && plan)
    return {
      findings: list(plan.findings).slice(0, MOST),
      files: list(change?.files).slice(0, MOST),
      commits: list(change?.commits).slice(0, MOST),
      majors: list(change?.majors).slice(0, MOST),
    }
  return report ? { lines: list(report.lines).slice(0, 2 * MOST) } : {}
}

/** The answer in a few sentences. */
const sentences = (done: Told, seen: ReadonlyMap<string, Told>): string[] => {
  const refused = seen.get('refused')
  if (refused)
    return [
      `${refused.what} (${refused.code})`,
      ...list(refused.why).map((why) => `  ${why}`),
      ...(refused.who ? [`Who can lift it: ${refused.who}`] : []),
    ]
  const [status, plan, live, report] = ['status', 'plan.made', 'live', 'report'].map((type) => seen.get(type))
  if (live) return [`Live, ${live.level === 'probed' ? 'verified by a probe' : 'by the platform’s word alone'}.`]
  if (plan && done.command === 'plan')
    return [
      `Plan ${plan.digest}: ${list(plan.findings).length} findings, ${plan.open} not answered.`,
      ...list(plan.findings).slice(0, MOST).map(finding),
    ]
  if (status) return list(status.words).map(String)
  if (report)
    return [
      String(report.title),
      ...list(report.lines)
        .slice(0, 2 * MOST)
        .map(String),
    ]
  return list([seen.get('said')?.text ?? 'Done.']).map(String)
}

const finding = (one: unknown): string => {
  const { severity, rule, subject, fact } = one as Record<string, string>
  return `  ${severity} ${rule}${subject ? `:${subject}` : ''}: ${fact}`
}

const WAIT: Next = { argv: ['safe-deploy', 'status', '--wait'], says: 'come back to it: waits until it is over, and says how it ended' }

const goesOn = (name: string, seen: ReadonlyMap<string, Told>): ToolAnswer => {
  const starts = seen.get('deploy.starts')
  const data = {
    ...{ ok: null, running: true, command: name, exit: null, code: null, error: null, next: [{ ...WAIT, needs: [] }] },
    result: starts ? { attempt: starts.attempt, deadline_s: starts.deadline_s, log: starts.log } : null,
  }
  const text = `The ${name} goes on by itself, also when this client goes. Call the tool status with wait_s until it is over; do not start another.`
  return { failed: false, text, data }
}

const cutOff = (name: string, exit: number | null): ToolAnswer => {
  const message = `safe-deploy ${name} ended without saying how (${exit === null ? 'it was stopped' : `exit ${exit}`}).`
  const data = {
    ...{ ok: false, running: false, command: name, exit, code: 'BUG', result: null, error: { code: 'BUG', message } },
    next: [{ argv: ['safe-deploy', 'status'], needs: [], says: 'see how it stands' }],
  }
  return { failed: true, text: `${message}\nNext\n  safe-deploy status`, data }
}
