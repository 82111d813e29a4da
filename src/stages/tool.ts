import { next, refuse } from '../errors.ts'
import type { Intended } from '../ledger/events.ts'
import { ATTEMPT_MARK, noteRun, type RunFile, type Step } from '../ledger/run-file.ts'
import type { StopSignal, Streamed } from '../ports.ts'
import type { ToolCommand } from '../targets/target.ts'
import type { ToolRun } from '../targets/truth.ts'
import type { Desk } from './desk.ts'
import { newToolLog } from './logs.ts'

/** Grace between the one forwarded signal and TERM, then KILL: fly writes its release status on the way out. */
const GRACE_MS = 10_000

export interface ToolEnd {
  run: ToolRun
  ms: number
  /** The whole masked tail, for the record. */
  log: string
  /** A person or the system asked to stop while it ran. */
  stopped: StopSignal | null
  /** Something of it could not be ended. */
  outlived: boolean
}

/** What surrounds a run of the tool. */
interface ToolHooks {
  kind: Intended['kind']
  /** After this others may settle the attempt. */
  deadline_s: number
  /** Has the last word, when everything is noted. */
  mayStart(): Promise<boolean>
  /** Called once, when the tool says that the image is built. */
  onBuilt(): void
  /** A TERM came behind another signal: whoever sent it kills soon. */
  hurry(signal: StopSignal): void
}

const AGAIN = next('come back to it: waits until it is over, and says how it ended', ['safe-deploy', 'status', '--wait'])

/**
 * Runs the deploy tool once, in its own process group, streaming, and notes every step in the run file first.
 * The first INT or TERM is forwarded once and then escalates; a TERM behind it escalates at once, as KILL follows a TERM soon; others change nothing.
 * @returns null when it was not started
 */
export const runTool = async (desk: Desk, attempt: string, tool: ToolCommand, hooks: ToolHooks): Promise<ToolEnd | null> => {
  const heard = listen(desk, hooks.onBuilt)
  // Noted before the last look: whoever fences this attempt first and then reads the step knows whether this look sees the fence.
  await noteStep(desk, attempt, 'spawning', null)
  if (!(await hooks.mayStart())) return null
  const log = await newToolLog(desk, attempt)
  desk.emit({ type: 'deploy.starts', kind: hooks.kind, attempt, deadline_s: hooks.deadline_s, log, next: [AGAIN] })
  const running = desk.processes.stream({
    command: tool.command,
    cwd: tool.cwd,
    env: { ...tool.env, [ATTEMPT_MARK]: attempt },
    ...(tool.input === undefined ? {} : { input: tool.input }),
    ...(tool.terminal ? { terminal: true as const } : {}),
    timeoutMs: desk.settings.target.timeoutMs,
    graceMs: GRACE_MS,
    logFile: log,
    onText: (text) => {
      heard.take(text)
      desk.emit({ type: 'output', source: 'deploy', name: desk.target.name, text, log })
    },
  })
  const stopped: { by: StopSignal | null } = { by: null }
  const release = desk.signals.onStop((signal) => {
    if (stopped.by !== null && signal === 'SIGTERM') {
      running.stop(signal)
      return hooks.hurry(signal)
    }
    if (stopped.by !== null || signal === 'SIGHUP') return
    stopped.by = signal
    desk.emit({
      type: 'said',
      stage: 'deploy',
      tone: 'warn',
      text: `${signal}: asked ${desk.target.kind === 'fly' ? 'fly' : 'the tool'} to stop once; its outcome is looked up next`,
    })
    running.stop(signal)
  })
  try {
    if (running.pid !== null) await noteStep(desk, attempt, 'running', { pid: running.pid, start: await desk.table.startOf(running.pid) })
    const done = await running.done
    await noteStep(desk, attempt, 'returned', null, done)
    nameLeft(desk, done)
    return { run: toolRun(done, heard.emitted()), ms: done.ms, log: done.tail.join('\n'), stopped: stopped.by, outlived: isOutlived(done) }
  } finally {
    release()
  }
}

/**
 * Notes that an attempt is about to be recorded: with this file its death can be proved, so it is there before the intent.
 * @throws LEDGER_NOT_WRITABLE: a disk that cannot take this takes no intent either
 */
export const noteIntended = async (desk: Desk, attempt: string): Promise<void> => {
  const run = await runOf(desk, attempt, 'intended', null)
  await noteRun(desk.files, desk.folder, run).catch((error: Error) => {
    throw refuse('LEDGER_NOT_WRITABLE', {
      what: 'This clone’s private folder cannot be written, so nothing may be deployed.',
      why: [error.message.slice(0, 400), `the folder is ${desk.folder.root}`],
      next: [{ argv: ['safe-deploy', 'doctor'], says: 'see what is in the way (disk space, permissions)' }],
    })
  })
}

/** Forgets what was noted of an attempt that is recorded, or never was intended. */
export const forgetRun = (desk: Desk, attempt: string): Promise<void> => desk.files.remove(desk.folder.run(attempt)).catch(() => undefined)

const runOf = async (
  desk: Desk,
  attempt: string,
  step: Step,
  tool: RunFile['tool'],
  done?: Pick<Streamed, 'exit' | 'signal'>,
): Promise<RunFile> => ({
  attempt,
  step,
  boot: await desk.table.boot(),
  guard: { pid: desk.pid, start: await desk.table.startOf(desk.pid) },
  tool,
  at: new Date(desk.clock.now()).toISOString(),
  exit: done?.exit ?? null,
  signal: done?.signal ?? null,
})

/** Notes how far an attempt of this clone came. A disk that cannot take it is no reason to stop a deploy that has begun. */
const noteStep = async (
  desk: Desk,
  attempt: string,
  step: Step,
  tool: RunFile['tool'],
  done?: Pick<Streamed, 'exit' | 'signal'>,
): Promise<void> => {
  const run = await runOf(desk, attempt, step, tool, done)
  await noteRun(desk.files, desk.folder, run).catch((error: Error) => {
    desk.emit({
      type: 'said',
      stage: 'deploy',
      tone: 'warn',
      text: `this clone could not note its progress: ${error.message.slice(0, 200)}`,
    })
  })
}

/** A tool that was stopped may leave children; they are named, since they may still act. */
const nameLeft = (desk: Desk, done: Streamed): void => {
  if (!isOutlived(done)) return
  desk.emit({ type: 'said', stage: 'deploy', tone: 'warn', text: `still running, started by the deploy tool: pid ${done.left.join(', ')}` })
}

/** What a tool that ended by itself leaves running, it left on purpose. */
const isOutlived = (done: Streamed): boolean => done.left.length > 0 && (done.interrupted || done.timedOut)

const toolRun = (done: Streamed, emitted: ToolRun['emitted']): ToolRun => ({
  exit: done.exit,
  signal: done.signal,
  timedOut: done.timedOut,
  emitted,
  tail: done.missing ? [...done.tail, 'the deploy tool could not be started: it is not there'] : done.tail,
})

/** Hears what the tool's lines tell: the release it made, and, once, that the image is built. */
const listen = (desk: Desk, onBuilt: () => void) => {
  const heard: { emitted: ToolRun['emitted']; built: boolean } = { emitted: null, built: false }
  return {
    emitted: () => heard.emitted,
    take: (text: string): void => {
      for (const line of text.split('\n')) {
        const told = line === '' ? null : desk.target.hear(line)
        heard.emitted = told?.emitted ?? heard.emitted
        if (!told?.built || heard.built) continue
        heard.built = true
        onBuilt()
      }
    },
  }
}
