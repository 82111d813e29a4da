import { join, relative, resolve } from 'node:path'
import { makeGit } from './adapters/git.ts'
import { guardFiles } from './adapters/guard-files.ts'
import { makeRepoFiles } from './adapters/repo-files.ts'
import { describeRepository } from './adapters/repository.ts'
import { ownVersion } from './adapters/self.ts'
import { makeTreeFiles } from './adapters/tree-files.ts'
import { parseFly, textAt } from './change/fly-file.ts'
import type { Call } from './commands/call.ts'
import { type RelayInitContext, relayName } from './commands/relay-init.ts'
import { loadEveryApp } from './config/load.ts'
import { diskReader } from './config/readers.ts'
import type { Settings } from './config/settings.ts'
import { isGuardError } from './errors.ts'
import { inputOf } from './settings-of.ts'

/** Apps that get a channel of their own. */
const MOST_APPS = 20
const PLACEHOLDER = 'my-app'

/** What `relay init` works with: the apps of this repository where it has any. */
export const relayInitContext = async (call: Call): Promise<RelayInitContext> => {
  const folder = call.args[0] ?? 'relay'
  const settings = await appsHere(call)
  const apps = [...new Set(settings.map(({ display }) => display))].slice(0, MOST_APPS)
  const [first] = settings
  return {
    folder,
    plan: {
      name: relayName(apps[0] ?? PLACEHOLDER),
      apps: apps.length > 0 ? apps : [PLACEHOLDER],
      region: first ? await regionOf(first) : null,
      version: ownVersion(),
      up: relative(resolve(call.cwd, folder), first?.root ?? call.cwd) || '.',
    },
    files: makeRepoFiles(resolve(call.cwd, folder)),
    emit: call.emit,
  }
}

/** None where there is no repository, or nothing to read in it. */
const appsHere = async (call: Call): Promise<Settings[]> => {
  try {
    const { root } = await describeRepository(makeGit({ cwd: call.cwd, env: call.env }))
    const all = await loadEveryApp({ ...inputOf(call, root), read: diskReader(makeTreeFiles(), root) })
    return all.map(({ settings }) => settings)
  } catch (error) {
    if (isGuardError(error)) return []
    throw error
  }
}

const regionOf = async ({ root, target }: Settings): Promise<string | null> => {
  if (target.kind !== 'fly' || target.config === null) return null
  const text = await guardFiles.readText(join(root, target.dir, target.config)).catch(() => null)
  const parsed = text === null ? null : await parseFly(target.config, text)
  const region = parsed?.ok ? textAt(parsed.table, 'primary_region') : null
  return region !== null && /^[a-z]{3}$/.test(region) ? region : null
}
