import { readWords, type Words } from '../agents/fly/flags.ts'
import { readFly } from '../agents/fly/read-fly.ts'
import { GuardError, isGuardError, next, refuse } from '../errors.ts'
import type { Signals } from '../ports.ts'
import { maskArgv, secretsIn } from '../redact.ts'
import { blocked } from '../stages/blocked.ts'
import { type FlyRun, runFly } from '../stages/run-fly.ts'
import { readFlyArgs } from '../targets/fly/args.ts'
import type { Call, Run } from './call.ts'
import { given, textOf } from './flags.ts'
import { openingOf } from './run-opening.ts'
import { isSecrets, refuseHopeless, refuseLaunch, refuseMasked } from './run-refusals.ts'

/** What `run` needs of the world. */
export interface RunSources {
  call: Call
  /** Gives the terminal to a program, and returns its exit code. */
  handOver(argv: readonly string[], options: { cwd: string; env: Call['env']; signals: Signals; instead?: string }): Promise<number | null>
  readStdin(maxBytes: number): Promise<string>
  /** The command that deploys. */
  deploy(): Promise<Run>
}

/** Of stdin, for a command that imports secrets. */
const MOST_BYTES = 4 * 1024 * 1024

/**
 * `safe-deploy run -- fly …`: a deploy goes its five stages, what else may change production is guarded and recorded, and everything else just runs.
 * @returns the command's own exit code where it just ran
 */
export const runCommand = async (sources: RunSources): Promise<number> => {
  const { call } = sources
  const [program, ...args] = flyWords(call.rest)
  const read = readWords(args)
  const { verdict, command } = readFly(args)
  refuseMasked(args)
  if (verdict === 'clear' || isElsewhere(read, args)) return passOn(sources, program, args)
  const name = command ?? 'this fly command'
  refuseLaunch(name, args)
  if (name.startsWith('fly deploy')) return deployInstead(sources, args)
  refuseHopeless(read, args, call)
  // A person in a console may stay for long; nobody else has to wait for that, and no timeout ends it.
  if (verdict === 'opaque' && call.interactive) {
    await refusedWhileHalted(call.as(openingOf(call, args)), name)
    return passOn(sources, program, args)
  }
  return guarded(sources, {
    args,
    cwd: call.cwd,
    name,
    because: textOf(call.flags, 'because'),
    makeRoom: call.interactive && !given(call.flags, 'json') && !isSecrets(read) ? () => call.hush() : null,
    input: () => inputOf(sources, read),
  })
}

/** The words of the fly command, its program first. */
const flyWords = (rest: readonly string[]): [program: string, ...args: string[]] => {
  const [program, ...args] = rest
  if (program && /(?:^|\/)(?:fly|flyctl)$/.test(program)) return [program, ...args]
  throw refuse('USAGE', {
    what: program ? `run takes a fly command, not ${program}.` : 'run takes a fly command behind --.',
    next: [
      next('for example', ['safe-deploy', 'run', '--', 'fly', 'status']),
      next('its flags and examples', ['safe-deploy', 'run', '--help']),
    ],
  })
}

/**
 * Makes something new, builds only, or concerns this machine: nothing that serves is touched, and a new app has no repository to be guarded from yet.
 */
const isElsewhere = ({ words: [first = '', second = ''] }: Words, args: readonly string[]): boolean =>
  first === 'auth' ||
  (/^apps?$/.test(first) && second === 'create') ||
  (first === 'launch' && args.includes('--no-deploy')) ||
  (first === 'deploy' && readFlyArgs(withoutDeploy(args)).buildOnly)

/** Fly as it is, with the terminal, stdin and signals. */
const passOn = async ({ call, handOver }: RunSources, program: string, args: readonly string[]): Promise<number> => {
  await call.hush()
  const { cwd, env, signals } = call
  const named = env.SAFE_DEPLOY_FLY
  const other = named ? {} : { instead: program === 'fly' ? 'flyctl' : 'fly' }
  const exit = await handOver([named ?? program, ...args], { cwd, env, signals, ...other })
  if (exit !== null) return exit
  throw refuse('TOOL_MISSING', {
    what: `${named ?? program} could not be started. Nothing was run.`,
    why: ['install it as https://fly.io/docs/flyctl/install says, or put its folder on PATH'],
    next: [next('check everything the guard needs', ['safe-deploy', 'doctor'])],
  })
}

const VALUE_BEHIND = /^(?:--(?:app|config|access-token)|-[act])$/

/** The arguments of a deploy: an app may be called deploy as well. */
const withoutDeploy = (args: readonly string[]): string[] => {
  const at = args.findIndex((word, i) => word === 'deploy' && !VALUE_BEHIND.test(args[i - 1] ?? ''))
  return args.filter((_, i) => i !== at)
}

/** A deploy is a deploy, however it was typed. */
const deployInstead = async ({ call, deploy }: RunSources, args: readonly string[]): Promise<number> => {
  const rest = withoutDeploy(args)
  const words = call.line.slice(2, call.line.indexOf('--'))
  const line = ['safe-deploy', 'deploy', ...words, ...(rest.length > 0 ? ['--', ...rest] : [])]
  return (await deploy())(call.as({ command: 'deploy', rest, line }))
}

const guarded = async ({ call }: RunSources, run: FlyRun): Promise<number> => {
  call.hide(secretsIn(['fly', ...run.args]))
  const masked = maskArgv(run.args, call.mask)
  const line = [...call.line.slice(0, call.line.indexOf('--') + 1), 'fly', ...masked]
  const own = call.as({ line, ...openingOf(call, run.args) })
  await refusedWhileHalted(own, run.name)
  return runFly(await own.desk().catch((error: unknown) => Promise.reject(isGuardError(error) ? homeless(error, run.name) : error)), run)
}

const refusedWhileHalted = (call: Call, name: string): Promise<void> =>
  call.refuseWhileHalted(true).catch((error: unknown) => {
    throw isGuardError(error) ? blocked(error, name) : error
  })

/** Where a command has no app here, there is no ledger to record it in. */
const HOMELESS: ReadonlySet<string> = new Set([
  'NOT_A_REPOSITORY',
  'NO_COMMITS',
  'NO_TARGET',
  'NO_CONFIG_FILE',
  'APP_DISAGREES',
  'WHICH_APP',
])

const homeless = (error: GuardError, name: string): GuardError => {
  const { refusal } = error
  if (!HOMELESS.has(refusal.code)) return blocked(error, name)
  const where = `${name} changes production and is recorded in its app’s ledger: type it in the repository that deploys the app`
  return new GuardError({ ...refusal, why: [where, ...refusal.why] }, error)
}

/** What it reads from stdin passes through here, and is shown nowhere. */
const inputOf = async ({ call, readStdin }: RunSources, { words }: Pick<Words, 'words'>): Promise<string | null> => {
  const reads = isSecrets({ words }) && (words[1] === 'import' || words.some((word) => word.endsWith('=-')))
  if (!reads) return null
  const text = await readStdin(MOST_BYTES)
  call.hide(text.split('\n').flatMap((line) => [line, line.slice(line.indexOf('=') + 1), unquoted(line)]))
  return text
}

const unquoted = (line: string): string =>
  line
    .slice(line.indexOf('=') + 1)
    .trim()
    .replace(/^(["'])(.*)\1$/, '$2')
