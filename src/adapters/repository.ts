import { existsSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { next, refuse } from '../errors.ts'
import type { Git, Repository, Unfinished } from '../ports.ts'

const ASK = ['--is-bare-repository', '--is-shallow-repository', '--path-format=absolute', '--git-common-dir', '--absolute-git-dir']

/**
 * Looks at the repository round a folder, with one git call (two where a path holds a newline or nothing is committed).
 * @throws NOT_A_REPOSITORY (also for "dubious ownership"), BARE_REPOSITORY
 */
export const describeRepository = async (git: Git): Promise<Repository> => {
  const ran = await git.run(['rev-parse', ...ASK, '--show-toplevel', 'HEAD', '--symbolic-full-name', 'HEAD'])
  const lines = ran.stdout.toString('utf8').split('\n').slice(0, -1)
  if (lines[0] === 'true') throw bare()
  if (/must be run in a work tree/.test(ran.stderr)) throw inside(lines.at(-1) ?? git.cwd)
  if (lines.length < 5) throw notARepository(git.cwd, ran.stderr)
  const shallow = lines[1] === 'true'
  const born = ran.code === 0
  const tail = born ? lines.slice(-2) : []
  const paths = await splitPaths(git, lines.slice(2, born ? -2 : lines.at(-1) === 'HEAD' ? -1 : undefined))
  const name = tail[1] ?? ''
  return {
    ...paths,
    head: tail[0] ?? null,
    branch: name.startsWith('refs/heads/') ? name.slice('refs/heads/'.length) : null,
    shallow,
    state: unfinished(paths.gitDir),
  }
}

/** Common dir, git dir and top level, one a line; where a path holds newlines itself, the top level is asked for alone. */
const splitPaths = async (git: Git, lines: string[]): Promise<{ commonDir: string; gitDir: string; root: string }> => {
  if (lines.length === 3) return { commonDir: lines[0]!, gitDir: lines[1]!, root: lines[2]! }
  const root = (await git.run(['rev-parse', '--show-toplevel'])).stdout.toString('utf8').slice(0, -1)
  const both = lines.join('\n').slice(0, -root.length - 1)
  const half = both.slice(0, (both.length - 1) / 2)
  if (both === `${half}\n${half}`) return { commonDir: half, gitDir: half, root }
  const cut = both.lastIndexOf('\n/')
  return { commonDir: both.slice(0, cut), gitDir: both.slice(cut + 1), root }
}

/**
 * The top of the clone round a folder by looks alone: the nearest folder with a `.git` of its own, whole and ours. Only git knows; this says where a
 * memory of its answer could be. Null where there is nothing of the kind: no clone, a worktree, a submodule, somebody else's.
 */
export const plainRoot = (cwd: string): string | null => {
  try {
    return nearest(realpathSync(cwd))
  } catch {
    return null
  }
}

const nearest = (folder: string): string | null => {
  const git = join(folder, '.git')
  const stat = statSync(git, { throwIfNoEntry: false })
  if (!stat) return dirname(folder) === folder ? null : nearest(dirname(folder))
  const ours = stat.uid === (process.geteuid?.() ?? stat.uid)
  return stat.isDirectory() && ours && existsSync(join(git, 'HEAD')) ? folder : null
}

const SIGNS: [Unfinished, string][] = [
  ['rebase', 'rebase-merge'],
  ['am', 'rebase-apply/applying'],
  ['rebase', 'rebase-apply'],
  ['merge', 'MERGE_HEAD'],
  ['cherry-pick', 'CHERRY_PICK_HEAD'],
  ['revert', 'REVERT_HEAD'],
]

const unfinished = (gitDir: string): Unfinished | null => SIGNS.find(([, file]) => existsSync(join(gitDir, file)))?.[0] ?? null

const bare = (): Error =>
  refuse('BARE_REPOSITORY', {
    what: 'This is a bare repository: there is no work tree to deploy.',
    next: [next('makes a clone with a work tree', ['git', 'clone', '.', '../work'])],
  })

const inside = (gitDir: string): Error =>
  refuse('BARE_REPOSITORY', {
    what: 'This is the inside of a .git folder, not the work tree.',
    next: [next('goes to the work tree', ['cd', dirname(gitDir)])],
  })

const notARepository = (cwd: string, stderr: string): Error => {
  const dubious = /safe\.directory (?:'([^']+)'|(\S+))/.exec(stderr)
  if (dubious || /dubious ownership/.test(stderr)) {
    const folder = dubious?.[1] ?? dubious?.[2] ?? cwd
    return refuse('NOT_A_REPOSITORY', {
      what: 'Git refuses to read this repository: it belongs to another user (dubious ownership).',
      who: 'whoever trusts the files in it',
      next: [next('says that you trust it', ['git', 'config', '--global', '--add', 'safe.directory', folder])],
    })
  }
  return refuse('NOT_A_REPOSITORY', {
    what: `There is no git repository at ${cwd}.`,
    why: [stderr.split('\n').find((line) => line.trim() !== '') ?? 'git gave no reason'],
    next: [next('makes one here', ['git', 'init'])],
  })
}
