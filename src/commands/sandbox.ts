import { join } from 'node:path'
import type { Emit } from '../events.ts'
import type { Signals } from '../ports.ts'
import { shellPlan } from './sandbox-shell.ts'

/** What the sandbox needs of the world. */
export interface SandboxSources {
  env: Readonly<Record<string, string | undefined>>
  cwd: string
  /** A new private folder; `remove` takes it away with all it holds. */
  temporary(): { path: string; remove(): void }
  /** Writes `fly` and `flyctl` into a folder and returns the path of `fly`. */
  install(dir: string, options: { home: string }): Promise<string>
  write(path: string, text: string): Promise<void>
  /** Gives the terminal to a program until it ends. */
  handOver(argv: readonly string[], options: { cwd: string; env: Readonly<Record<string, string | undefined>> }): Promise<number | null>
  signals: Signals
  emit: Emit
  hush(): Promise<void>
}

const TRY = [
  'fly apps create demo && fly deploy          an app that runs on this machine',
  'safe-deploy                                 the same, guarded',
  'fly __scenario health-timeout-partial       the next deploy fails so; fly __scenario alone lists them',
  'safe-deploy status                          then: safe-deploy rollback',
  'exit                                        ends everything that was started',
]

/**
 * `safe-deploy sandbox`: a shell in which `fly` is the pocket one, over a state folder that goes away with it.
 * @returns the shell's exit code
 */
export const sandbox = async (sources: SandboxSources): Promise<number> => {
  const { env, cwd, emit } = sources
  const room = sources.temporary()
  const home = join(room.path, 'state')
  const bin = join(room.path, 'bin')
  const plan = shellPlan(env, bin, home, room.path)
  const release = sources.signals.onStop(() => {})
  try {
    const fly = await sources.install(bin, { home })
    emit({
      type: 'report',
      title: 'In this shell fly is the pocket one. Nothing leaves this machine. Try:',
      lines: TRY,
      data: { bin, home },
    })
    if (plan.file) await sources.write(plan.file.path, plan.file.text)
    await sources.hush()
    const exit = await sources.handOver(plan.argv, { cwd, env: plan.env })
    await sources.handOver([fly, '__stop-all'], { cwd, env: plan.env })
    return exit ?? 127
  } finally {
    release()
    room.remove()
  }
}
