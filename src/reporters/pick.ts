import type { Clock, Output } from '../ports.ts'
import { makePlainReporter } from './plain.ts'
import type { Reporter } from './reporter.ts'

type Env = Readonly<Record<string, string | undefined>>

/** Can this terminal redraw lines? Not a dumb one, and not one that does not know its width. */
export const canDraw = (output: Output, env: Env): boolean => output.isTTY && output.columns > 0 && env.TERM !== 'dumb'

/** Colour is off when the user says so (no-color.org: any value that is not empty). */
export const mayColour = (env: Env): boolean => !env.NO_COLOR

/**
 * The view that fits. JSON goes to stdout; while it does, a person at the terminal still reads along on stderr.
 * @param drawn makes the terminal view, which loads its library only when it draws
 */
export const pickReporter = async (options: Options): Promise<Reporter> =>
  options.env.GITHUB_ACTIONS === 'true' ? (await import('./github/in-job.ts')).inJob(options, pickView) : pickView(options)

export interface Options {
  json: boolean
  stdout: Output
  stderr: Output
  env: Env
  clock: Pick<Clock, 'now'>
  terminal: NodeJS.WriteStream
  /** Adds to the end of a file that a job gave. */
  append(path: string, text: string): Promise<void>
}

const pickView = async ({ json, stdout, stderr, env, clock, terminal }: Options): Promise<Reporter> => {
  if (json) {
    const data = (await import('./json.ts')).makeJsonReporter(stdout, clock, env.SAFE_DEPLOY_HEARTBEAT)
    return stderr.isTTY && !stdout.isTTY ? both(data, makePlainReporter(stderr)) : data
  }
  if (!canDraw(stdout, env)) return makePlainReporter(stdout)
  const { makeTtyReporter } = await import('./tty.ts')
  return makeTtyReporter({ output: stdout, terminal, colour: mayColour(env) })
}

const both = (a: Reporter, b: Reporter): Reporter => ({
  emit: (event) => {
    a.emit(event)
    b.emit(event)
  },
  hush: async () => void (await Promise.all([a.hush(), b.hush()])),
  close: async () => void (await Promise.all([a.close(), b.close()])),
})
