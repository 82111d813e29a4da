import { next, refuse } from '../errors.ts'
import type { Git } from '../ports.ts'
import { parseCommit, type ReadCommit } from './commits.ts'
import { readObjects } from './listing.ts'

/** What tells how a repository is deployed and built: small files, most of which are not there. */
const USUAL = ['safe-deploy.yml', 'safe-deploy.yaml', 'fly.toml', 'fly.json', 'fly.yaml', '.env', '.dockerignore', 'Dockerfile']
const MAX_BYTES = 16 * 1024 * 1024

/** Two commits, or one alone, and what their usual files say. */
export interface RangeSource {
  base: ReadCommit | null
  head: ReadCommit
  /** A usual file of a commit; undefined where it was not looked up. */
  usual(commit: ReadCommit, path: string): string | null | undefined
}

/**
 * Looks up two revisions and their usual files, in one git call.
 * @param revisions as a person types them; base null for all of head
 * @throws USAGE for a revision that is no commit here
 */
export const openRangeSource = async (
  { git, objectsDir = null, shallow = false }: { git: Git; objectsDir?: string | null; shallow?: boolean },
  revisions: { base: string | null; head: string },
): Promise<RangeSource> => {
  const asked = [revisions.head, ...(revisions.base === null ? [] : [revisions.base])]
  for (const revision of asked) if (/[\n\0]|^-/.test(revision)) throw noCommit(revision, shallow)
  const commitNames = asked.map((revision) => `${revision}^{commit}`)
  const names = asked.flatMap((revision, i) => [commitNames[i]!, ...USUAL.map((path) => `${revision}:${path}`)])
  const found = await readObjects(git, names, objectsDir, MAX_BYTES)
  if (found === null) {
    // One of the files is huge: whoever wants it asks for it by itself.
    const alone = await readObjects(git, commitNames, objectsDir, MAX_BYTES)
    const [head, base] = asked.map((revision, i) => commitOf(revision, alone?.[i] ?? null, shallow))
    return { head: head!, base: base ?? null, usual: () => undefined }
  }
  const files = new Map<string, string | null>()
  const commits = asked.map((revision, i) => {
    const at = i * (1 + USUAL.length)
    const commit = commitOf(revision, found[at] ?? null, shallow)
    USUAL.forEach((path, k) => {
      const file = found[at + 1 + k]
      files.set(`${commit.oid}:${path}`, file?.type === 'blob' ? file.text : null)
    })
    return commit
  })
  return { head: commits[0]!, base: commits[1] ?? null, usual: (commit, path) => files.get(`${commit.oid}:${path}`) }
}

const commitOf = (revision: string, found: { oid: string; type: string; text: string } | null, shallow: boolean): ReadCommit => {
  if (found?.type !== 'commit') throw noCommit(revision, shallow)
  return parseCommit(found.oid, found.text, false)
}

const noCommit = (revision: string, shallow: boolean): Error =>
  refuse('USAGE', {
    what: `${revision} is no commit in this clone${shallow ? ', which has only the newest' : ''}.`,
    next: [
      ...(shallow ? [next('fetches the older ones', ['git', 'fetch', '--unshallow'])] : []),
      next('shows the commits that are here', ['git', 'log', '--oneline', '-20']),
      ...(revision.endsWith('^') && !shallow
        ? [next('judges all of a first commit', ['safe-deploy', 'plan', '--all', '--head', revision.slice(0, -1)])]
        : []),
    ],
  })
