import { parseFlags } from './argv.ts'
import { recordCall } from './calls.ts'
import { FlyError } from './fail.ts'
import { ROOT } from './flags.ts'
import { openHome } from './home.ts'
import { activeScenarios, type Scenario } from './scenario.ts'
import { type Shell, sleep } from './shell.ts'
import { type Found, findCommand } from './tree.ts'

const SLOW_MS = 700

/** Faults that hit every command which talks to the platform. */
const platformFault = (scenarios: ReadonlySet<Scenario>, path: readonly string[]): void => {
  if (scenarios.has('auth-missing')) throw new FlyError("no access token available. Please login with 'flyctl auth login'")
  if (scenarios.has('api-down'))
    throw new FlyError(
      `failed to run ${path.join(' ')}: Get "https://api.machines.dev/v1/apps": dial tcp 149.248.215.99:443: connect: connection refused`,
    )
}

const latency = async (shell: Shell, scenarios: ReadonlySet<Scenario>): Promise<void> => {
  const ms = Number(shell.env.POCKET_FLY_LATENCY_MS) || (scenarios.has('slow') ? SLOW_MS : 0)
  if (ms > 0) await sleep(ms)
}

const usage = (found: Found): string =>
  `This is the pocket fly: flyctl's commands on this machine.\n\nUsage:\n  fly ${[...found.path, '[command] [flags]'].join(' ')}\n`

const runLeaf = async (shell: Shell, found: Found): Promise<void> => {
  const { leaf, path, rest } = found
  const parsed = parseFlags(rest, [...(leaf?.flags ?? []), ...ROOT])
  if (!leaf || parsed.flags.has('help')) return shell.out(usage(found))
  if (parsed.args.length > leaf.most) throw new FlyError(`accepts at most ${leaf.most} arg(s), received ${parsed.args.length}`)
  const scenarios = activeScenarios(shell.home, shell.env.POCKET_FLY_SCENARIO, leaf.touches)
  if (leaf.touches.includes('read')) await latency(shell, scenarios)
  platformFault(scenarios, path)
  const run = await leaf.load()
  await run({ shell, parsed, scenarios })
}

const report = (shell: Omit<Shell, 'home'>, error: unknown): number => {
  if (!(error instanceof FlyError)) {
    shell.out(`Oops, something went wrong! Could you try that again?\n${error instanceof Error ? error.stack : String(error)}\n`)
    return 3
  }
  if (!error.silent) shell.err(`Error: ${error.message}\n`)
  return error.code
}

/** Runs one command. Returns flyctl's exit code: 0, 1, 127 for a silent cancellation, 3 for a bug of ours. */
export const runFly = async (outer: Omit<Shell, 'home'>, argv: readonly string[]): Promise<number> => {
  try {
    const shell: Shell = { ...outer, home: openHome(outer.env) }
    if (argv[0]?.startsWith('__') && (await (await import('./commands/hidden.ts')).hidden(shell, argv))) return 0
    recordCall(shell.home, argv, shell.cwd)
    await runLeaf(shell, argv[0] === 'help' ? { leaf: null, path: [], rest: [] } : findCommand(argv))
    return 0
  } catch (error) {
    return report(outer, error)
  }
}
