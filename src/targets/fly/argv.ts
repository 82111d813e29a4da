import { carryArgs, readFlyArgs } from './args.ts'

/** The program as found: `fly`, `flyctl`, or a path. */
type Tool = string

const LISTS = { releases: ['releases'], machines: ['machine', 'list'], secrets: ['secrets', 'list'], status: ['status'] } as const

/** What can be read of an app. */
export type ReadName = keyof typeof LISTS

/** Reads one list as JSON: `fly machine list --json -a APP`. `--json` also keeps fly from asking to log in. */
export const readArgv = (tool: Tool, what: ReadName, app: string): string[] => [tool, ...LISTS[what], '--json', '-a', app]

/** Labels on the image: they say from the machines alone which attempt built what runs. */
export interface Labels {
  commit: string
  tree: string
  attempt: string
  ledger: string
}

const labelArgs = (labels: Labels): string[] =>
  (['commit', 'tree', 'attempt', 'ledger'] as const).flatMap((key) =>
    labels[key] === '' ? [] : ['--label', `safe-deploy.${key}=${labels[key]}`],
  )

/**
 * `fly deploy` with the user's arguments, then ours: of a flag given twice fly takes the last, so app and config are what was judged.
 * `--yes` keeps fly from asking to log in. An image that is given carries the labels of its own build.
 */
export const deployArgv = (input: { tool: Tool; app: string; config: string; args: readonly string[]; labels: Labels }): string[] => {
  const args = readFlyArgs(input.args)
  const labels = args.image === null ? labelArgs(input.labels) : []
  return [input.tool, 'deploy', ...args.rest, ...labels, '--yes', '-a', input.app, '-c', input.config]
}

/**
 * Goes back to an image that ran. The old release command is not run again (it would meet a newer schema), and rolling is said because
 * bluegreen refuses a fleet of mixed images.
 * @param input.args the arguments recorded at the known good
 */
export const rollbackArgv = (input: { tool: Tool; app: string; config: string; image: string; args: readonly string[] }): string[] => [
  input.tool,
  'deploy',
  ...carryArgs(input.args).args,
  ...['--image', input.image, '--skip-release-command', '--strategy', 'rolling', '--yes'],
  ...['-a', input.app, '-c', input.config],
]

/** Starts a stopped machine: a deploy updates those, but leaves them stopped. */
export const startArgv = (tool: Tool, app: string, machine: string): string[] => [tool, 'machine', 'start', machine, '-a', app]

/** Words that need no shell; fly runs a line without one. */
const PLAIN = /^[\w@%+=:,./ -]+$/

const forShell = (line: string): string => (PLAIN.test(line) ? line : `/bin/sh -c '${line.replaceAll("'", `'\\''`)}'`)

/** Runs a shell line on a machine of the app. */
export const sshArgv = (tool: Tool, app: string, machine: string, line: string): string[] => [
  ...[tool, 'ssh', 'console', '-q', '-a', app, '--machine', machine, '-C', forShell(line)],
]

/** What the app printed lately, without waiting for more. */
export const logsArgv = (tool: Tool, app: string): string[] => [tool, 'logs', '--no-tail', '-a', app]
