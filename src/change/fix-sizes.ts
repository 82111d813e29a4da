import type { Git } from '../ports.ts'
import { isQuiet } from './area.ts'
import { BY_HAND } from './generated.ts'
import { readingBoth } from './objects.ts'
import { decodePath, splitNul } from './paths.ts'

/** Commits that are looked through for fixes, newest first. */
const LOOKED_THROUGH = 500
/** Fixes whose size is read of them. */
const MAX_FIXES = 200
/** Advice is not worth more waiting than this. */
const MAX_MS = 3_000

const NUMBERS = ['diff-tree', '--stdin', '-r', '-z', '--numstat', '--no-renames', '--no-ext-diff', '--no-textconv']

/** What a commit changes beside tests, documents, CI and what tools wrote. */
export interface FixSize {
  lines: number
  files: number
}

/** How large the fixes of a repository are, by oid, newest first. */
export type FixSizes = ReadonlyMap<string, FixSize>

const FIX = /^(?:fix(?:e[sd]|ing)?|hot-?fix|bug-?fix|reverts?)\b/i

/** Does this subject begin as that of a fix? Git's own `Revert "…"` is as large as what it takes back, and does not count. */
export const isFix = (subject: string): boolean => FIX.test(subject) && !/^Revert "/.test(subject)

/** How many lines and files of these change what runs. */
export const fixSizeOf = (files: readonly { path: string; lines: number }[]): FixSize => {
  const own = files.filter(({ path }) => !isQuiet(path))
  return { lines: own.reduce((all, { lines }) => all + lines, 0), files: own.length }
}

/**
 * Sizes of the fixes among the last commits, in two calls of plumbing, whatever the user's settings for `git log` are.
 * @returns what could be read in time; less in a shallow or partial clone
 */
export const readFixSizes = async (git: Git, head: string, objectsDir: string | null): Promise<FixSizes> => {
  const env = readingBoth(objectsDir)
  const listed = await git.run(['rev-list', '--no-merges', `--max-count=${LOOKED_THROUGH}`, '--format=%s', head, '--'], { env })
  const fixes = fixesOf(listed.stdout.toString('utf8'))
  if (fixes.length === 0) return new Map()
  const ran = await git.run([...NUMBERS, '--', ...BY_HAND], {
    input: `${fixes.join('\n')}\n`,
    env: { ...env, GIT_LITERAL_PATHSPECS: '0' },
    maxBytes: 16 * 1024 * 1024,
    timeoutMs: MAX_MS,
  })
  const sizes = sizesIn(ran.stdout, new Set(fixes))
  const last = [...sizes.keys()].at(-1)
  if (ran.code !== 0 && last !== undefined) sizes.delete(last)
  return sizes
}

/** `commit OID` and a line with its subject, in turn. */
const fixesOf = (printed: string): string[] => {
  const lines = printed.split('\n')
  const found: string[] = []
  for (let i = 0; i + 1 < lines.length; i += 2) if (isFix(lines[i + 1]!)) found.push(lines[i]!.replace(/^commit /, ''))
  return found.slice(0, MAX_FIXES)
}

/** An oid, then `added TAB removed TAB path` for each of its files; of binary ones git counts no lines. */
const sizesIn = (output: Buffer, fixes: ReadonlySet<string>): Map<string, FixSize> => {
  const files = new Map<string, { path: string; lines: number }[]>()
  let current: { path: string; lines: number }[] = []
  for (const record of splitNul(output)) {
    const text = decodePath(record).replace(/^\n/, '')
    const [, added, removed, path] = /^(\d+|-)\t(\d+|-)\t(.+)$/s.exec(text) ?? []
    if (fixes.has(text)) {
      current = []
      files.set(text, current)
    } else if (path !== undefined) current.push({ path, lines: (Number(added) || 0) + (Number(removed) || 0) })
  }
  return new Map([...files].map(([oid, changed]) => [oid, fixSizeOf(changed)]))
}
