import { type ChildProcess, spawn } from 'node:child_process'
import { refuse } from '../errors.ts'
import type { Running, Streamed, StreamSpec } from '../ports.ts'
import type { Mask } from '../redact.ts'
import { atExit } from './at-exit.ts'
import { type Ending, makeEnding } from './ending.ts'
import { makeLines } from './lines.ts'
import { openLog } from './log.ts'
import { isMissing } from './missing.ts'
import { makeTail } from './tail.ts'
import { alive, MARK, newMark, signalGroup, type Tree } from './tree.ts'

const GRACE_MS = 10_000
const DRAIN_MS = 2_000
/** Node fires longer timers at once. */
const LONGEST_TIMER = 2 ** 31 - 1

/** A shell line runs under /bin/sh, which is what a user's line means on every system that has it. */
const argvOf = (command: StreamSpec['command']): readonly string[] => {
  if (!('shell' in command)) return command
  if (process.platform !== 'win32') return ['/bin/sh', '-c', command.shell]
  throw refuse('NOT_BUILT', {
    what: 'A shell line from the config cannot run on Windows.',
    why: ['It is written for /bin/sh, which is not there.'],
    next: [],
  })
}

/** Where output goes, in this order: log, tail, listener. A listener that throws is dropped; it must not cost the child's outcome. */
const makeSink = (spec: StreamSpec, mask: Mask) => {
  const log = openLog(spec.logFile)
  const tail = makeTail()
  let bytes = 0
  let listener = spec.onText
  const into = (stream: 'out' | 'err') => (text: string) => {
    log.write(text)
    tail.add(text)
    try {
      listener?.(text, stream)
    } catch {
      listener = undefined
    }
  }
  const lines = { out: makeLines(mask, into('out')), err: makeLines(mask, into('err')) }
  return {
    push: (stream: 'out' | 'err', chunk: Buffer) => {
      bytes += chunk.length
      lines[stream].push(chunk)
    },
    close: () => {
      lines.out.end()
      lines.err.end()
      log.close()
      return { bytes, tail: tail.lines(), ...(log.error() ? { logError: log.error() } : {}) }
    },
  }
}

type Exit = Pick<Streamed, 'exit' | 'signal'>

/** Resolves when the child itself has ended, whatever else holds its pipes. */
const exited = (child: ChildProcess, ending: Ending): Promise<Exit> =>
  new Promise((done) => {
    child.on('error', () => {})
    child.once('exit', (exit, signal) => done({ exit, signal }))
    ending.hung.then(() => done({ exit: null, signal: null }))
  })

const closed = (child: ChildProcess): Promise<void> => new Promise((done) => child.once('close', () => done()))

/** Resolves with the promise, or after `ms`; leaves no timer behind. */
const within = async (ms: number, promise: Promise<void>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((done) => {
    timer = setTimeout(done, ms)
  })
  await Promise.race([promise, late])
  clearTimeout(timer)
}

/** Who is left when the child has ended: ended too where that was asked or the child had to be ended; else only named. */
const settle = (ending: Ending, tree: Tree, reap: boolean): Promise<number[]> | number[] =>
  reap || ending.asked() ? ending.finish() : [...alive(tree, 'session').values()].map(({ pid }) => pid)

const begin = (spec: StreamSpec, mark: string): ChildProcess | NodeJS.ErrnoException => {
  const [program = '', ...args] = argvOf(spec.command)
  const env = { ...spec.env, [MARK]: mark }
  try {
    const child = spawn(program, args, {
      cwd: spec.cwd,
      env,
      detached: true,
      stdio: [spec.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    })
    // Who does not read to the end closes the pipe; that is its own affair.
    child.stdin?.on('error', () => {}).end(spec.input)
    return child
  } catch (error) {
    return error as NodeJS.ErrnoException
  }
}

/** Why it could not start: node tells most of it by an event, some by throwing. */
const notStarted = async (child: ChildProcess | NodeJS.ErrnoException, cwd: string): Promise<{ missing: boolean; error?: string }> => {
  const error = child instanceof Error ? child : await new Promise<NodeJS.ErrnoException>((done) => child.once('error', done))
  return isMissing(error, cwd) ? { missing: true } : { missing: false, error: error.code ?? error.message }
}

/**
 * Runs a child in its own process group and session, with stdin closed but for `input`; memory stays flat at any output.
 * @throws GuardError NOT_BUILT for a shell line on Windows; everything else is in the result
 */
export const stream = (spec: StreamSpec, mask: Mask): Running => {
  const mark = newMark()
  const start = performance.now()
  const sink = makeSink(spec, mask)
  const why = { timedOut: false, interrupted: false }
  const report = (rest: Exit & { missing: boolean; left: number[]; error?: string }): Streamed => ({
    ...rest,
    ...why,
    ms: Math.round(performance.now() - start),
    ...sink.close(),
  })
  const child = begin(spec, mark)
  if (child instanceof Error || child.pid === undefined) {
    const done = notStarted(child, spec.cwd).then((reason) => report({ exit: null, signal: null, left: [], ...reason }))
    return { pid: null, stop: () => {}, done }
  }
  const tree: Tree = { root: child.pid, mark }
  const release = spec.reap ? atExit(() => signalGroup(tree.root, 'SIGKILL')) : () => {}
  const ending = makeEnding(tree, spec.graceMs ?? GRACE_MS, spec.reap ? 'all' : 'session')
  const exit = exited(child, ending)
  const close = closed(child)
  child.stdout?.on('data', (chunk) => sink.push('out', chunk)).on('error', () => {})
  child.stderr?.on('data', (chunk) => sink.push('err', chunk)).on('error', () => {})
  const onTime = () => {
    why.timedOut = !why.interrupted
    ending.ask('SIGTERM')
  }
  const timer = setTimeout(onTime, Math.min(spec.timeoutMs, LONGEST_TIMER))
  const finish = async (): Promise<Streamed> => {
    const how = await exit
    release()
    clearTimeout(timer)
    const drainMs = spec.drainMs ?? DRAIN_MS
    if (!ending.asked()) await within(drainMs, close)
    const left = await settle(ending, tree, spec.reap ?? false)
    await within(drainMs, close)
    child.stdout?.destroy()
    child.stderr?.destroy()
    return report({ ...how, missing: false, left })
  }
  return {
    pid: child.pid,
    stop: (signal) => {
      why.interrupted = !why.timedOut
      ending.ask(signal)
    },
    done: finish(),
  }
}
