import { join } from 'node:path'
import { describeRepository } from '../../src/adapters/repository.ts'
import { makeTreeFiles } from '../../src/adapters/tree-files.ts'
import { type ChangeDeps, type ChangeReading, factsOf, readChange } from '../../src/change/read.ts'
import { judge } from '../../src/checklist/judge.ts'
import { allRules } from '../../src/checklist/rules.ts'
import { readable } from '../../src/stages/readable.ts'
import { type Repo, tempFolder } from './repo.ts'
import { makeSettings } from './settings.ts'

/** A repository's work since its first commit, read the way a deploy reads it. */
export const readingOf = async (repo: Repo, over: Partial<ChangeDeps> = {}): Promise<ChangeReading> =>
  readChange({
    git: repo.git,
    files: makeTreeFiles(),
    repo: readable(await describeRepository(repo.git)),
    settings: makeSettings({ root: repo.root }),
    argv: [],
    key: 'key',
    objectsDir: join(tempFolder(), 'objects'),
    bases: [repo.first],
    ...over,
  })

/** What the rules say of it. */
export const findingsOf = async (repo: Repo) => {
  const { seen } = await readingOf(repo)
  const facts = await factsOf(seen, { truth: null, state: null, now: 0 })
  return judge(facts, { rules: allRules(), severities: {}, accept: [], config: null, today: '2026-05-01' })
}

/** `severity rule: sentence`, of the rules whose id begins with one of these. */
export const saidOf = async (repo: Repo, ...rules: string[]): Promise<string[]> =>
  (await findingsOf(repo))
    .filter(({ rule }) => rules.some((one) => rule.startsWith(one)))
    .map(({ severity, rule, fact }) => `${severity} ${rule}: ${fact}`)
