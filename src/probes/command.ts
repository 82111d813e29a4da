import type { ProbeSpec } from '../model.ts'
import type { StreamSpec } from '../ports.ts'
import { type ProbeDeps, type Tried, toNote, wholeEnv } from './deps.ts'

type CommandSpec = Extract<ProbeSpec, { kind: 'command' }>

const NO_MACHINE: Tried = { passed: false, note: 'no machine is started to run it on' }

const place = (deps: ProbeDeps, spec: Pick<CommandSpec, 'run' | 'on'>): Pick<StreamSpec, 'command' | 'cwd' | 'env'> | null =>
  spec.on === 'machine' ? deps.onMachine(spec.run) : { command: { shell: spec.run }, cwd: deps.cwd, env: wholeEnv(deps.env) }

/** Runs the user's line once; exit 0 passes. What it prints is shown as it comes. */
export const tryCommand = async (deps: ProbeDeps, spec: CommandSpec, name: string, signal: AbortSignal): Promise<Tried> => {
  const where = place(deps, spec)
  if (where === null) return NO_MACHINE
  const onText = (text: string): void => deps.emit({ type: 'output', source: 'probe', name, text })
  const running = deps.processes.stream({ ...where, timeoutMs: spec.withinMs, graceMs: 2_000, onText, reap: true })
  const stop = (): void => running.stop('SIGTERM')
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  const done = await running.done
  signal.removeEventListener('abort', stop)
  if (done.timedOut) return { passed: false, note: `did not end within ${spec.withinMs / 1000} s` }
  if (done.exit === 0) return { passed: true, note: 'exited 0' }
  const last = done.tail.findLast((line) => line.trim() !== '')
  return {
    passed: false,
    note: toNote(deps.mask, `${done.missing ? 'is not there' : `exited ${done.exit ?? done.signal}`}${last ? `: ${last}` : ''}`),
  }
}

/** What the line printed on stdout, or why there is nothing; at most 1 MiB. */
export const printed = async (
  deps: ProbeDeps,
  spec: { run: string; on: 'here' | 'machine'; timeoutMs: number },
  signal: AbortSignal,
): Promise<{ ok: true; text: string } | { ok: false; why: string }> => {
  const where = place(deps, spec)
  if (where === null) return { ok: false, why: NO_MACHINE.note }
  const argv = 'shell' in where.command ? ['/bin/sh', '-c', where.command.shell] : where.command
  const { timeoutMs } = spec
  const done = await deps.processes.capture({ argv, cwd: where.cwd, env: where.env, timeoutMs, maxBytes: 1024 * 1024, signal })
  if (done.exit === 0 && !done.truncated) return { ok: true, text: done.stdout }
  if (done.timedOut) return { ok: false, why: `the command did not end within ${timeoutMs / 1000} s` }
  return { ok: false, why: done.truncated ? 'the command printed too much' : `the command exited ${done.exit ?? done.signal ?? 'unseen'}` }
}
