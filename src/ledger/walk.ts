import { readBatch } from './cat-file.ts'
import type { Chain } from './chain.ts'

/** One commit of a chain with all that it says; null for a file that is not in it. */
export interface Link {
  oid: string
  parents: string[]
  events: string | null
  state: string | null
}

/** Commits whose files are read in one call: their text is held in memory at once. */
const AT_ONCE = 100

/**
 * The commits of a chain as they were written, oldest first, along first parents.
 * @param range what `git rev-list` takes: commits, `^` and all, `--max-count`
 * @returns nothing where git cannot list them
 */
export async function* walk({ git }: Pick<Chain, 'git'>, range: readonly string[]): AsyncGenerator<Link> {
  const listed = await git(['rev-list', '--first-parent', '--parents', '--reverse', ...range])
  const commits = listed.code === 0 ? listed.stdout.toString('utf8').split('\n').filter(Boolean) : []
  for (let i = 0; i < commits.length; i += AT_ONCE) {
    const some = commits.slice(i, i + AT_ONCE).map((line) => line.split(' '))
    const asked = some.flatMap(([oid]) => [`${oid}:events.ndjson\n`, `${oid}:state.json\n`])
    const files = readBatch((await git(['cat-file', '--batch'], { input: asked.join('') })).stdout)
    for (const [n, [oid = '', ...parents]] of some.entries()) {
      yield { oid, parents, events: files[2 * n]?.text ?? null, state: files[2 * n + 1]?.text ?? null }
    }
  }
}
