import type { Output } from '../../ports.ts'
import type { Options } from '../pick.ts'
import type { Reporter } from '../reporter.ts'
import { inert, inertJson } from './inert.ts'
import { makeGithubReporter } from './reporter.ts'

/** The same view, no line of which a runner takes for a command, and what a job shows besides. Commands are heard on both streams. */
export const inJob = async (options: Options, pickView: (options: Options) => Promise<Reporter>): Promise<Reporter> => {
  const { json, stdout, stderr, env, append } = options
  const view = await pickView({ ...options, stdout: quiet(stdout, json ? inertJson : inert), stderr: quiet(stderr, inert) })
  return makeGithubReporter(view, {
    log: (text) => (json ? stderr : stdout).write(text),
    folds: !json,
    append,
    outputFile: env.GITHUB_OUTPUT || null,
    summaryFile: env.GITHUB_STEP_SUMMARY || null,
  })
}

const quiet = (output: Output, change: (text: string) => string): Output => ({
  write: (text) => output.write(change(text)),
  get isTTY() {
    return output.isTTY
  },
  get columns() {
    return output.columns
  },
})
