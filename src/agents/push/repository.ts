import { dirname, join, resolve } from 'node:path'
import type { World } from '../reading.ts'
import type { GitCall } from './git-args.ts'
import { type GitConfig, readGitConfig } from './git-config.ts'

/** A repository as its files tell, without git. */
export interface Repository {
  /** Where its files lie. */
  top: string
  /** This work tree's own git folder. */
  gitDir: string
  /** The git folder that all work trees share. */
  common: string
  config: GitConfig
  /** The branch that is checked out; null where none is, or where nobody can tell (`unclear`). */
  branch: string | null
  unclear: boolean
  /** Names below a folder of refs: `heads`, `tags`, `remotes/origin`. */
  refs: (folder: string) => readonly string[]
  hasRef: (ref: string) => boolean
  /** Are there refs that cannot be read? */
  more: boolean
  /** What a symbolic ref stands for: `refs/remotes/origin/HEAD`. */
  symbolic: (ref: string) => string | null
}

const MOST_PARENTS = 60
/** Refs of one kind that are looked at. */
const MOST_REFS = 2_000

/** `.git` as a folder, or as the file that a work tree or submodule has in its place. */
const gitDirAt = (folder: string, world: World): string | null => {
  const dot = join(folder, '.git')
  const to = /^gitdir:\s*(.+?)\s*$/.exec(world.read(dot) ?? '')?.[1]
  if (to) return resolve(folder, to)
  return world.read(join(dot, 'HEAD')) === null ? null : dot
}

const look = (from: string, world: World): { top: string; gitDir: string } | null => {
  let folder = from
  for (let left = MOST_PARENTS; left > 0; left -= 1) {
    const gitDir = gitDirAt(folder, world)
    if (gitDir) return { top: folder, gitDir }
    // A bare repository is its own git folder.
    if (world.read(join(folder, 'HEAD')) !== null && world.list(join(folder, 'refs')).length > 0) return { top: folder, gitDir: folder }
    const up = dirname(folder)
    if (up === folder) return null
    folder = up
  }
  return null
}

/** Names in a folder and in those below it. A name that has no text is a folder. */
const namesUnder = (folder: string, world: World, depth = 0): string[] =>
  depth > 8
    ? []
    : world
        .list(folder)
        .slice(0, MOST_REFS)
        .flatMap((name) => {
          const path = join(folder, name)
          return world.read(path) === null ? namesUnder(path, world, depth + 1).map((below) => `${name}/${below}`) : [name]
        })

const packed = (common: string, world: World): string[] =>
  (world.read(join(common, 'packed-refs')) ?? '').split('\n').flatMap((line) => /^[0-9a-f]{40,64} (\S+)/.exec(line)?.[1] ?? [])

const symbolOf = (text: string | null): string | null => /^ref:\s*(\S+)/.exec(text ?? '')?.[1] ?? null

/** The repository in which a command of git would work; null where there is none. */
export const openRepository = (call: GitCall, world: World): Repository | null => {
  const found = call.gitDir ? { top: call.workTree ?? call.cwd, gitDir: call.gitDir } : look(call.cwd, world)
  if (!found) return null
  const { gitDir } = found
  const common = resolve(gitDir, (world.read(join(gitDir, 'commondir')) ?? '.').trim())
  const config = readGitConfig([join(common, 'config'), join(gitDir, 'config.worktree')], gitDir, call.config, world)
  const head = symbolOf(world.read(join(gitDir, 'HEAD')))
  // Where refs lie in a table, HEAD names no branch.
  const unclear = head === 'refs/heads/.invalid' || world.read(join(gitDir, 'HEAD')) === null
  const cached = packed(common, world)
  return {
    top: call.workTree ?? found.top,
    gitDir,
    common,
    config,
    branch: !unclear && head?.startsWith('refs/heads/') ? head.slice('refs/heads/'.length) : null,
    unclear,
    refs: (folder) => [
      ...new Set([
        ...namesUnder(join(common, 'refs', folder), world),
        ...cached.filter((ref) => ref.startsWith(`refs/${folder}/`)).map((ref) => ref.slice(folder.length + 6)),
      ]),
    ],
    more: world.list(common).includes('packed-refs') && world.read(join(common, 'packed-refs')) === null,
    hasRef: (ref) => world.read(join(common, ref)) !== null || cached.includes(ref),
    symbolic: (ref) => symbolOf(world.read(join(common, ref))),
  }
}
