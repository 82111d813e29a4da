import type { Commit } from '../model.ts'
import type { Git } from '../ports.ts'
import { readingBoth } from './objects.ts'
import { splitNul } from './paths.ts'
import { readTrailers } from './trailers.ts'

/** Commits shown of a range; more are only said to exist. */
export const MAX_COMMITS = 200

/** A commit as its object says it. */
export interface ReadCommit extends Commit {
  tree: string
  parents: string[]
  /** When it was committed, in seconds since the epoch. */
  at: number
}

/**
 * A raw commit object, as `cat-file` and `rev-list --header` give it.
 * @param indent whether the message is indented by four spaces, as rev-list does
 */
export const parseCommit = (oid: string, raw: string, indent: boolean): ReadCommit => {
  const cut = raw.indexOf('\n\n')
  const head = cut === -1 ? raw : raw.slice(0, cut)
  const body = cut === -1 ? '' : raw.slice(cut + 2)
  const message = (indent ? body.replace(/^ {4}/gm, '') : body).trim()
  const field = (name: string): string[] => [...head.matchAll(new RegExp(`^${name} (.*)$`, 'gm'))].map((match) => match[1]!)
  return {
    oid,
    tree: field('tree')[0] ?? '',
    parents: field('parent'),
    at: Number(/ (\d+) [+-]\d+$/.exec(field('committer')[0] ?? '')?.[1] ?? 0),
    author: (field('author')[0] ?? '').replace(/ <[^>]*> \d+ [+-]\d+$/, ''),
    subject: message.split('\n')[0] ?? '',
    trailers: readTrailers(message),
  }
}

/** One commit, or null where neither the clone nor our own objects have it. */
export const readCommit = async (git: Git, oid: string, objectsDir: string | null = null): Promise<ReadCommit | null> => {
  const ran = await git.run(['cat-file', 'commit', oid], { env: readingBoth(objectsDir), maxBytes: 1024 * 1024 })
  return ran.code === 0 ? parseCommit(oid, ran.stdout.toString('utf8'), false) : null
}

/**
 * The commits that `head` has and `base` has not, newest first, at most MAX_COMMITS; and `base` itself, where the walk ends at it.
 * @returns null where git cannot walk the history, e.g. in a shallow clone
 */
export const readCommits = async (
  git: Git,
  base: string,
  head: string,
): Promise<{ commits: ReadCommit[]; base: ReadCommit | null } | null> => {
  const ran = await git.run(['rev-list', '--header', '--boundary', `--max-count=${MAX_COMMITS}`, head, `^${base}`, '--'], {
    env: readingBoth(null),
  })
  if (ran.code !== 0) return null
  const read = splitNul(ran.stdout).flatMap((record): { boundary: boolean; commit: ReadCommit }[] => {
    const text = record.toString('utf8')
    const [line, boundary = '', oid] = /^(-?)([0-9a-f]{40,64})\n/.exec(text) ?? []
    return line && oid ? [{ boundary: boundary === '-', commit: parseCommit(oid, text.slice(line.length), true) }] : []
  })
  return {
    commits: read.filter(({ boundary }) => !boundary).map(({ commit }) => commit),
    base: read.find(({ boundary, commit }) => boundary && commit.oid === base)?.commit ?? null,
  }
}

/** How many commits `head` has and `base` has not; null where git cannot walk the history. */
export const countCommits = async (git: Git, base: string, head: string): Promise<number | null> => {
  const ran = await git.run(['rev-list', '--count', head, `^${base}`, '--'], { env: readingBoth(null) })
  return ran.code === 0 ? Number(ran.stdout.toString('utf8')) : null
}

/** Files that each commit touches, by oid; merges have none. Bounded by the caller's list. */
export const filesOfCommits = async (git: Git, oids: readonly string[]): Promise<Map<string, string[]>> => {
  const files = new Map<string, string[]>()
  if (oids.length === 0) return files
  const ran = await git.run(['diff-tree', '--stdin', '-r', '-z', '--name-only', '--no-renames'], {
    input: `${oids.join('\n')}\n`,
    env: readingBoth(null),
  })
  let current: string[] = []
  for (const record of splitNul(ran.stdout)) {
    // With -z the commit's own line ends in NUL as well; a path of 40 hex digits would have to be one of the commits asked for.
    const text = record.toString('utf8').replace(/^\n/, '')
    if (oids.includes(text)) {
      current = []
      files.set(text, current)
    } else if (text !== '') current.push(text)
  }
  return files
}
