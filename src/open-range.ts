import { join } from 'node:path'
import { expectShortRun } from './adapters/engine.ts'
import { readText } from './adapters/files.ts'
import { makeGit } from './adapters/git.ts'
import { describeRepository } from './adapters/repository.ts'
import type { ReadCommit } from './change/commits.ts'
import { openRangeSource } from './change/range-source.ts'
import { railsKeyFor } from './change/secrets/rails-key.ts'
import type { Call } from './commands/call.ts'
import type { RangeDesk } from './commands/plan-range.ts'
import { judgeSettings } from './config/judge.ts'
import { type LoadInput, loadSettings } from './config/load.ts'
import { commitReader } from './config/readers.ts'
import type { Settings } from './config/settings.ts'
import { defaultSettings } from './config/settle.ts'
import { isGuardError } from './errors.ts'
import { privateFolder } from './ledger/private.ts'
import type { Git } from './ports.ts'
import { reachRemotes } from './reach-remotes.ts'
import { inputOf } from './settings-of.ts'

/** Where a repository says nothing of a target, or what it says cannot be read, its history can be judged all the same. */
const FORGIVEN: ReadonlySet<string> = new Set(['NO_TARGET', 'NO_CONFIG_FILE', 'CONFIG', 'APP_DISAGREES'])

/**
 * What judging two commits needs: git alone. No ledger, no fly, no env; the settings are those of the commits, under the rules of the base.
 * @throws NOT_A_REPOSITORY, WHICH_APP
 */
export const openRange = async (call: Call): Promise<RangeDesk> => {
  expectShortRun(call.node)
  const here = makeGit({ cwd: call.cwd, env: call.env })
  const repo = await describeRepository(here)
  const git = makeGit({ cwd: repo.root, env: call.env })
  const folder = privateFolder(repo.commonDir)
  return {
    git,
    root: repo.root,
    objectsDir: folder.objects,
    obtain: (settings) => reachRemotes(call, { git, repo, folder, ledger: settings.ledger }).obtain,
    open: (revisions) => openRangeSource({ git, objectsDir: folder.objects, shallow: repo.shallow }, revisions),
    settings: async ({ base, head, usual }) => {
      const of = (commit: ReadCommit) => settingsIn(call, git, repo.root, commit, (path) => usual(commit, path))
      const [found, judging] = await Promise.all([of(head), base && of(base)])
      call.emit({ type: 'run.started', command: call.command, app: found?.display ?? '', attempt: null })
      return judgeSettings(found ?? defaultSettings(repo.root, ''), judging)
    },
    keys: railsKeyFor(call.env, readText, (path) => join(repo.root, path)),
    clock: call.clock,
    emit: call.emit,
    hide: call.hide,
  }
}

const settingsIn = async (
  call: Call,
  git: Git,
  root: string,
  commit: ReadCommit,
  usual: (path: string) => string | null | undefined,
): Promise<Settings | null> => {
  const other = commitReader(git, commit.oid)
  const read: LoadInput['read'] = async (path) => {
    const known = usual(path)
    return known === undefined ? other(path) : known
  }
  try {
    return (await loadSettings({ ...inputOf(call, root), read })).settings
  } catch (error) {
    if (isGuardError(error) && FORGIVEN.has(error.refusal.code)) return null
    throw error
  }
}
