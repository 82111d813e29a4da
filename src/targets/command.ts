import { join } from 'node:path'
import type { TargetSettings } from '../config/settings.ts'
import type { Serving } from '../model.ts'
import type { Captured, Clock, Processes } from '../ports.ts'
import { settle } from './settle.ts'
import type { DeployInput, JudgeInput, Target, ToolCommand } from './target.ts'
import type { Reading, ToolRun, Truth, Verdict } from './truth.ts'

export interface CommandTargetInput {
  root: string
  /** The user's repository, where `current` runs: a checkout lacks what git ignores, and what is live has one answer. Default: root. */
  home?: string
  settings: Extract<TargetSettings, { kind: 'command' }>
  extraArgs: readonly string[]
  processes: Processes
  clock: Clock
  env: Readonly<Record<string, string | undefined>>
}

/** How long `current` may take, and how much of its answer is an id. */
const CURRENT_MS = 30_000
const CURRENT_CHARS = 4096

const currentOf = (truth: Truth): string => {
  if (truth.kind !== 'command') throw new Error('a truth of another target')
  return truth.current
}

/** What the `current` line printed: its first line that is not blank; '' says that nothing is live. */
const readingOf = (captured: Captured): Reading => {
  if (captured.missing || captured.exit === 127)
    return { ok: false, code: 'TOOL_MISSING', why: 'a program of the `current` line is not there' }
  if (captured.timedOut) return { ok: false, code: 'TARGET_UNREACHABLE', why: `\`current\` did not end within ${CURRENT_MS / 1000} s` }
  if (captured.exit !== 0)
    return { ok: false, code: 'TARGET_UNREACHABLE', why: `\`current\` ended with ${captured.exit ?? captured.signal}` }
  const current = captured.stdout.trim().split('\n')[0]!.trim()
  if (captured.truncated || current.length > CURRENT_CHARS)
    return { ok: false, code: 'TARGET_UNREADABLE', why: '`current` printed more than an id' }
  return { ok: true, truth: { kind: 'command', current } }
}

const serving = (current: string): Serving | null =>
  current === '' ? null : { id: current, version: null, image: null, commit: null, tree: null, attempt: null, ledger: null }

const ended = (run: ToolRun): string => {
  if (run.idle) return 'nothing was run'
  if (run.timedOut) return 'the command was ended for taking too long'
  if (run.signal !== null) return `the command was ended by ${run.signal}`
  return run.exit === null ? 'how the command ended is not known' : `the command exited ${run.exit}`
}

const told = (current: string): string => (current === '' ? 'nothing' : current)

type Judged = [outcome: Verdict['outcome'], why: string]

/** A command that was cut off may still be at work somewhere else; one that failed and changed something has done a part. */
const decide = (run: ToolRun, before: string, after: string): Judged => {
  if (after === '') return ['unknown', `${ended(run)}, and \`current\` says that nothing is live`]
  if (run.exit === 0 && before !== after) return ['deployed', `${told(after)} is live`]
  if (run.exit !== null && before === after) return ['unchanged', `${ended(run)}, and ${told(after)} is still what is live`]
  return [
    'unknown',
    before === after ? `${ended(run)}; ${told(after)} is still what is live, for now` : `${ended(run)}, but ${told(after)} is live`,
  ]
}

/** A rollback is proved by what is live, and by nothing else; a failing command may have done only a part. */
const decideBack = (run: ToolRun, before: string, after: string, wanted: string): Judged => {
  if (after === wanted && run.exit === 0) return ['deployed', `${told(after)} is live again`]
  if (after === wanted) return ['unknown', `${told(after)} is live again, but ${ended(run)}`]
  return run.exit !== null && before === after && after !== ''
    ? ['unchanged', `${ended(run)}, and ${told(after)} is still what is live`]
    : ['unknown', `${ended(run)}, and ${told(after)} is live`]
}

const verdict = ({ before, after, run }: JudgeInput, judge: (run: ToolRun, before: string, after: string) => Judged): Verdict => {
  const was = currentOf(before)
  if (!after.reading.ok || !after.stable) {
    const why = after.reading.ok ? 'what is live kept changing' : `what is live could not be read: ${after.reading.why}`
    return { outcome: 'unknown', why, evidence: [ended(run), `before: ${told(was)}`], serving: null }
  }
  const is = currentOf(after.reading.truth)
  const [outcome, why] = judge(run, was, is)
  return { outcome, why, evidence: [ended(run), `before: ${told(was)}`, `after: ${told(is)}`], serving: serving(is) }
}

/** What the lines are told: which attempt it is, and for a rollback what to go back to. */
const variables = (input: DeployInput & { to?: Serving }): Record<string, string> => ({
  SAFE_DEPLOY_ATTEMPT: input.attempt,
  SAFE_DEPLOY_COMMIT: input.commit,
  SAFE_DEPLOY_TREE: input.tree,
  ...(input.to ? { SAFE_DEPLOY_TO: input.to.id } : {}),
})

/** The user's own lines, behind the port: what is live is what `current` prints, and nothing else is proof. */
export const makeCommandTarget = (input: CommandTargetInput): Target => {
  const { root, settings, processes, clock, extraArgs } = input
  const env = Object.fromEntries(Object.entries(input.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
  const read: Target['read'] = async () =>
    readingOf(
      await processes.capture({
        argv: ['/bin/sh', '-c', settings.current],
        cwd: join(input.home ?? root, settings.dir),
        env,
        timeoutMs: CURRENT_MS,
        maxBytes: 1024 * 1024,
      }),
    )
  const same: Target['same'] = (a, b) => currentOf(a) === currentOf(b)
  const withArgs = (line: string): ToolCommand['command'] =>
    extraArgs.length === 0 ? { shell: line } : ['/bin/sh', '-c', `${line} "$@"`, 'sh', ...extraArgs]
  return {
    kind: 'command',
    name: settings.name,
    identity: () => ['command', settings.name, settings.deploy].join(' '),
    place: { dir: settings.dir, config: null },
    args: null,
    endpoints: [],
    read,
    settle: (options) =>
      settle(() => read({ full: false }), { same, moving: () => false }, clock, { everyMs: 1_000, atMostMs: 30_000, ...options }),
    same,
    deployCommand: (to) => ({
      command: withArgs(settings.deploy),
      cwd: join(root, settings.dir),
      env: { ...env, ...variables(to) },
      lost: [],
    }),
    rollbackCommand: (to) =>
      settings.rollback === null
        ? null
        : { command: { shell: settings.rollback }, cwd: join(to.root, to.dir), env: { ...env, ...variables(to) }, lost: [] },
    startCommands: () => [],
    hear: () => null,
    onMachine: () => null,
    url: () => null,
    recentLog: async () => null,
    looksEmptied: () => false,
    judge: (judged) => verdict(judged, decide),
    judgeRollback: (judged) => verdict(judged, (run, before, after) => decideBack(run, before, after, judged.to.id)),
    runCommand: () => null,
    judgeRun: (judged) => verdict(judged, decide),
    isUp: (truth) => currentOf(truth) !== '',
    movedSince: () => null,
    servingOf: (truth) => serving(currentOf(truth)),
    secretsOf: () => ({}),
    machineConfigOf: () => null,
    driftOf: (truth, recorded) => {
      const now = serving(currentOf(truth))
      const moved = now !== null && now.id !== recorded.serving.id
      return { grade: moved ? 'image' : 'none', what: moved ? [`${now.id} is live, not ${recorded.serving.id}`] : [], serving: now }
    },
    saysImageMissing: () => false,
  }
}
