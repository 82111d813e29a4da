import { join } from 'node:path'
import type { World } from '../reading.ts'
import { readAlias } from './alias.ts'
import { type GitCall, readGitArgs } from './git-args.ts'
import { openRepository, type Repository } from './repository.ts'
import { plainReader } from './run-lines.ts'

/** What a command leaves in the git folder: a ref's or HEAD's new text, by the file's name there. */
type Left = readonly (readonly [file: string, text: string])[]

/** Any commit: only that a ref is there matters. */
const SOME_COMMIT = '0'.repeat(40)

/**
 * The world after a git command that went well, so that the next command of the same line is read where it will run:
 * `git checkout main && git merge work && git push`. Only branches and tags are followed.
 * @param args the finished words after `git`
 */
export const afterGit = (args: readonly string[], world: World): World => {
  const call = readAlias(readGitArgs(args, world), world, plainReader)
  if ('verdict' in call || !FOLLOWED.test(call.name)) return world
  const repository = openRepository(call, world)
  if (!repository) return world
  const left = leftBy(call, repository, world)
  return left.reduce((now, [file, text]) => withFile(join(file === 'HEAD' ? repository.gitDir : repository.common, file), text, now), world)
}

const FOLLOWED = /^(?:checkout|switch|branch|tag)$/

const withFile = (path: string, text: string, world: World): World => ({
  ...world,
  read: (asked) => (asked === path ? text : world.read(asked)),
})

const onBranch = (name: string): Left => [
  ['HEAD', `ref: refs/heads/${name}\n`],
  [`refs/heads/${name}`, SOME_COMMIT],
]

const leftBy = ({ name, rest }: GitCall, repository: Repository, world: World): Left => {
  if (name === 'tag') return tagged(rest)
  if (name === 'branch') return renamed(rest, repository)
  const made = rest[rest.findIndex((word) => /^(?:-[bBcC]|--orphan|--create|--force-create)$/.test(word)) + 1]
  if (rest.some((word) => /^(?:-[bBcC]|--orphan|--create|--force-create)$/.test(word))) return made ? onBranch(made) : []
  if (rest.includes('--') || rest.some((word) => /^(?:-p|--patch|--ours|--theirs)$/.test(word))) return []
  const plain = rest.filter((word) => word === '-' || !word.startsWith('-'))
  const detached = rest.some((word) => /^(?:-d|--detach)$/.test(word))
  if (detached) return [['HEAD', SOME_COMMIT]]
  return plain.length === 1 ? movedTo(plain[0] === '-' ? before(repository, world) : plain[0]!, repository) : []
}

/** The branch that was checked out before, as HEAD's log tells. */
const before = (repository: Repository, world: World): string => {
  const log = world.read(join(repository.gitDir, 'logs', 'HEAD')) ?? ''
  const moves = [...log.matchAll(/\tcheckout: moving from (\S+) to \S+$/gm)]
  return moves.at(-1)?.[1] ?? ''
}

/** A branch, or one that a remote has; a tag or commit leaves none checked out; anything else is a file's name. */
const movedTo = (word: string, repository: Repository): Left => {
  if (word === '') return []
  if (repository.hasRef(`refs/heads/${word}`)) return onBranch(word)
  const remotes = repository.config.names('remote')
  const remote = remotes.find((one) => word.startsWith(`${one}/`) && repository.hasRef(`refs/remotes/${word}`))
  if (remote) return onBranch(word.slice(remote.length + 1))
  if (remotes.some((one) => repository.hasRef(`refs/remotes/${one}/${word}`))) return onBranch(word)
  return repository.hasRef(`refs/tags/${word}`) || /^(?:[0-9a-f]{7,64}|HEAD[~^].*)$/.test(word) ? [['HEAD', SOME_COMMIT]] : []
}

const renamed = (rest: readonly string[], repository: Repository): Left => {
  if (!rest.some((word) => /^(?:-[mM]|--move)$/.test(word))) return []
  const plain = rest.filter((word) => !word.startsWith('-'))
  const to = plain.at(-1)
  const current = plain.length === 1 || plain[0] === repository.branch
  return to && current ? onBranch(to) : []
}

const tagged = (rest: readonly string[]): Left => {
  if (rest.some((word) => /^(?:-[dlv]|--delete|--list|--verify)$/.test(word))) return []
  const name = rest.find(
    (word, at) => !word.startsWith('-') && !/^(?:-[muFa-z]*[muF]|--message|--file|--local-user)$/.test(rest[at - 1] ?? ''),
  )
  return name ? [[`refs/tags/${name}`, SOME_COMMIT]] : []
}
