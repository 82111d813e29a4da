import { readCandidate } from '../change/candidate.ts'
import { tableAt } from '../change/fly-file.ts'
import { type ChangeDeps, factsOf, readChange } from '../change/read.ts'
import type { Desk } from './desk.ts'
import { readable } from './readable.ts'
import type { TestSubject } from './test.ts'

/**
 * What `safe-deploy test` tests: the work tree as it is. Ledger and platform only add to it (the known good to compare with, names of secrets): a test
 * job has often neither.
 */
export const testSubject = async (desk: Desk, files: { evidenceIn: string | null; out: string | null }): Promise<TestSubject> => {
  const tip = await desk.ledger.read()
  const reading = await desk.target.read({ full: true })
  const input: ChangeDeps = {
    git: desk.git,
    files: desk.treeFiles,
    repo: readable(desk.repo),
    settings: desk.settings,
    argv: desk.rest,
    key: desk.clone.key,
    objectsDir: desk.folder.objects,
    obtain: desk.obtain,
    bases: (tip.core?.good ?? []).map(({ commit, tree }) => ({ commit, tree })),
  }
  const { candidate, seen, build } = await readChange(input)
  return {
    tree: candidate.tree,
    config: candidate.config,
    loaders: await factsOf(seen, { truth: null, state: tip.state, now: desk.clock.now() }),
    secretNames: reading.ok ? Object.keys(desk.target.secretsOf(reading.truth)) : [],
    targetEnv: build.parsed?.ok ? Object.keys(tableAt(build.parsed.table, 'env')) : [],
    halted: tip.core?.halt != null,
    ...files,
    fresh: true,
    treeDigest: async () => (await readCandidate({ ...input, repo: readable(await desk.repoNow()) })).candidate.tree,
  }
}
