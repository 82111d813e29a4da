import { join } from 'node:path'
import { ownProgram } from '../adapters/self.ts'
import { lookForShim, usualShimDir } from '../adapters/shim-files.ts'
import { makeContextFilter } from '../change/ignore-file.ts'
import type { Settings } from '../config/settings.ts'
import type { Desk } from '../stages/desk.ts'
import { flyEnv } from '../targets/fly/env.ts'
import { shimScript } from '../targets/fly/shim.ts'
import type { Call } from './call.ts'
import type { DoctorSources, EnvFileLook, LedgerLook } from './doctor-trials.ts'
import { lookAtHooks } from './hooks-sources.ts'
import type { Sharing } from './sharing.ts'

const VERSION_MS = 15_000

/** The doctor's facts, from the world of one call. The desk is opened once; where it does not open, whatever needs it says why. */
export const doctorSources = (call: Call, node: string, sharing: (desk: Desk) => Sharing): DoctorSources => {
  const opened: { desk: Promise<Desk> | null; ledger: Promise<LedgerLook> | null } = { desk: null, ledger: null }
  const desk = (): Promise<Desk> => {
    opened.desk ??= call.desk()
    return opened.desk
  }
  return {
    node,
    now: call.clock.now(),
    git: async () => firstLine(await run(call, await processesOf(call), ['git', 'version'], call.env)),
    settings: async () => (await desk()).settings,
    tool: async () => {
      const processes = await processesOf(call)
      const fly = await run(call, processes, ['fly', 'version'], flyEnv(call.env, 'read'))
      return firstLine(fly ?? (await run(call, processes, ['flyctl', 'version'], flyEnv(call.env, 'read'))))
    },
    reading: async () => (await desk()).target.read({ full: false }),
    ledger: async () => {
      opened.ledger ??= desk().then((opened) => ledgerOf(opened, sharing(opened)))
      return opened.ledger
    },
    envFile: async (path) => lookAt(await desk(), path),
    notify: async () => {
      const [{ makeOutlets }, { settings, http, clock }] = await Promise.all([import('../notifiers/make.ts'), desk()])
      return makeOutlets(settings.notify, { env: call.env, http, clock })
    },
    agents: async () => lookAtHooks(call, await topOf(call)),
    // As the shell has it: the guard's own environment is without the shim.
    shim: () => lookForShim(usualShimDir(call.env), process.env.PATH ?? '', (dir) => shimScript(ownProgram(), dir)),
  }
}

type Processes = Desk['processes']

const processesOf = async (call: Call): Promise<Processes> => (await import('../adapters/processes.ts')).makeProcesses(call.mask)

/** The top of the repository, whether its config can be read or not. @throws NOT_A_REPOSITORY */
const topOf = async (call: Call): Promise<string> => {
  const [{ makeGit }, { describeRepository }] = await Promise.all([import('../adapters/git.ts'), import('../adapters/repository.ts')])
  return (await describeRepository(makeGit({ cwd: call.cwd, env: call.env }))).root
}

/** What a program prints, or null when it is not there or fails. */
const run = async (call: Call, processes: Processes, argv: string[], env: Call['env']): Promise<string | null> => {
  const ended = await processes.capture({ argv, cwd: call.cwd, env: defined(env), timeoutMs: VERSION_MS })
  return ended.exit === 0 ? ended.stdout : null
}

const defined = (env: Call['env']): Record<string, string> =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))

const firstLine = (text: string | null): string | null => text?.split('\n')[0]?.trim().slice(0, 120) || null

/** Reads the ledger, and writes a probe beside it, here and where it is shared, to see whether that can be done. */
const ledgerOf = async (desk: Desk, sharing: Sharing): Promise<LedgerLook> => {
  const { ledger, settings, folder } = desk
  const tip = await ledger.read()
  if (tip.problem) throw tip.problem
  const blocked = await unwritable(desk)
  const at = ledger.store.sharedAt
  const waiting = (await desk.files.list(folder.spool)).filter((name) => name.endsWith('.json')).length
  const look = { state: tip.state, blocked, named: settings.ledger.id !== null, waiting }
  if (at === null || blocked !== null) return { ...look, shared: null }
  const tried = await sharing.tries(settings.ledger.remote ?? at, settings.ledger.ref ?? ledger.store.ref)
  const url = (await sharing.remotes()).find(({ name }) => name === at)?.url ?? at
  return { ...look, shared: { ...tried, at, url } }
}

/** Why nothing can be written in the private folder, or null. */
const unwritable = async ({ files, folder, pid }: Desk): Promise<string | null> => {
  const probe = join(folder.root, `probe-${pid}`)
  try {
    await files.writeDurable(probe, 'probe')
    await files.remove(probe)
    return null
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? (error as Error).message
  }
}

const LARGEST_ENV = 1024 * 1024

const lookAt = async ({ files, git, settings }: Desk, path: string): Promise<EnvFileLook> => {
  const absolute = join(settings.root, path)
  if (!(await files.exists(absolute))) return { there: false, readable: false, tracked: false, ships: false }
  const [readable, tracked, ships] = await Promise.all([
    files.readText(absolute, LARGEST_ENV).then(
      (text) => text !== null,
      () => false,
    ),
    git.run(['ls-files', '--error-unmatch', '--', path], { cwd: settings.root }).then(({ code }) => code === 0),
    shipsIn(files, settings, path),
  ])
  return { there: true, readable, tracked, ships }
}

const shipsIn = async (files: Desk['files'], { root, target }: Settings, path: string): Promise<boolean> => {
  const inside = target.dir === '' ? path : path.startsWith(`${target.dir}/`) ? path.slice(target.dir.length + 1) : null
  if (inside === null) return false
  const text = await files.readText(join(root, target.dir, '.dockerignore')).catch(() => null)
  return makeContextFilter(text).ships(inside)
}
