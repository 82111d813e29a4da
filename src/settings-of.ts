import { realpathSync } from 'node:fs'
import { relative } from 'node:path'
import { makeGit } from './adapters/git.ts'
import { describeRepository } from './adapters/repository.ts'
import { makeTreeFiles } from './adapters/tree-files.ts'
import { readingBoth } from './change/objects.ts'
import type { Call } from './commands/call.ts'
import { textOf } from './commands/flags.ts'
import { type LoadInput, loadEveryApp, loadSettings } from './config/load.ts'
import { commitReader, diskReader } from './config/readers.ts'
import type { Settings } from './config/settings.ts'
import { isGuardError, next, refuse } from './errors.ts'
import { onlyApp } from './ledger/only-app.ts'
import type { PrivateFolder } from './ledger/private.ts'
import type { Git, Obtain } from './ports.ts'
import { retype } from './stages/retype.ts'

/** The clone whose settings are meant. */
interface Clone {
  git: Git
  root: string
  folder: PrivateFolder
}

/** What settings are loaded from, but for who reads the files. */
export const inputOf = (call: Call, root: string): Omit<LoadInput, 'read'> => ({
  root,
  cwd: relative(root, realpathSync(call.cwd)),
  flags: { app: textOf(call.flags, 'app'), config: textOf(call.flags, 'config') },
  argv: call.rest,
  env: call.env,
  naming: (key) => retype(call.line, [`--app=${key}`]),
})

/** What says nothing of an app's name, or cannot be read. */
const NAMELESS: ReadonlySet<string> = new Set(['CONFIG', 'NO_TARGET', 'NO_CONFIG_FILE'])

/**
 * The settings of the app that a command is about. A rollback goes by what can be read of them, and where nothing names the app, by the one ledger
 * that this clone has: a broken config does not block it.
 */
export const settingsOf = async (call: Call, clone: Clone): Promise<Settings> => {
  const lenient = call.command === 'rollback'
  const input = { ...inputOf(call, clone.root), read: diskReader(makeTreeFiles(), clone.root), lenient }
  const { settings, warnings } = await loadSettings(input).catch(async (error) => {
    const namesNone = lenient && input.flags.app === null && isGuardError(error) && NAMELESS.has(error.refusal.code)
    const app = namesNone ? await onlyApp(clone.git, clone.folder) : null
    if (app === null) throw error
    const { settings, warnings } = await loadSettings({ ...input, flags: { ...input.flags, app } })
    return { settings, warnings: [...warnings, `${error.refusal.what} Going by the one ledger of this clone: ${app}.`] }
  })
  for (const text of warnings) call.emit({ type: 'said', stage: null, tone: 'warn', text })
  return settings
}

/**
 * Keys of the apps that the config names.
 * @throws USAGE where it names none
 */
export const appsOf = async (call: Call): Promise<string[]> => {
  const { root } = await describeRepository(makeGit({ cwd: call.cwd, env: call.env }))
  const input = inputOf(call, root)
  const all = await loadEveryApp({ ...input, read: diskReader(makeTreeFiles(), root), flags: { ...input.flags, app: null } })
  const keys = all.flatMap(({ settings }) => settings.key ?? [])
  if (keys.length > 0) return keys
  throw refuse('USAGE', {
    what: '--changed is for several apps, and the config names one.',
    next: [next('deploy it', ['safe-deploy', 'deploy'])],
  })
}

/** Settings as a tree has them, else its commit, which is fetched where this clone lacks it; null where neither can be had, or they cannot be read. */
export const settingsAt = async (
  call: Call,
  { git, root, folder, obtain }: Clone & { obtain: Obtain },
  at: { tree: string; commit: string },
): Promise<Settings | null> => {
  const both: Git = {
    cwd: git.cwd,
    run: (args, options) => git.run(args, { ...options, env: { ...readingBoth(folder.objects), ...options?.env } }),
  }
  const isHere = async (name: string): Promise<boolean> => name !== '' && (await both.run(['cat-file', '-e', `${name}^{tree}`])).code === 0
  const here = async (): Promise<string | null> => ((await isHere(at.tree)) ? at.tree : (await isHere(at.commit)) ? at.commit : null)
  let name = await here()
  if (name === null && at.commit !== '' && (await obtain.commit(at.commit)) === null) name = await here()
  if (name === null) return null
  await obtain.files(name, 'HEAD')
  return loadSettings({ ...inputOf(call, root), read: commitReader(both, name) }).then(
    ({ settings }) => settings,
    () => null,
  )
}
