import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeGit } from '../../src/adapters/git.ts'
import { describeRepository } from '../../src/adapters/repository.ts'
import { makeTreeFiles } from '../../src/adapters/tree-files.ts'
import { makeOnDeployBranch } from '../../src/ledger/deploy-branch.ts'
import { routeTo } from '../../src/ledger/route.ts'
import { makeRepo, type Repo, tempFolder } from '../change/repo.ts'
import { JOB, openTeam, type Team } from '../support/team.ts'

const SLOW = 120_000

/** A clone of `repo`, asked whether its deploy branch holds a commit. */
const cloneOf = async (repo: Repo, ...args: string[]) => {
  const root = join(tempFolder(), 'clone')
  repo.sh('clone', '-q', ...args, `file://${repo.root}`, root)
  const git = makeGit({ cwd: root, env: process.env })
  const { shallow } = await describeRepository(git)
  const route = (name: string) => () => routeTo({ git, env: process.env, ci: false }, name)
  const within = join(root, '.git', 'safe-deploy')
  const asker = (remote = 'origin') => makeOnDeployBranch({ git, files: makeTreeFiles(), within, shallow, route: route(remote) })
  const files = () =>
    readdirSync(join(root, '.git'), { recursive: true })
      .map(String)
      .filter((name) => !/^(?:hooks|safe-deploy$)/.test(name))
      .sort()
  return { root, asker, holds: asker(), files }
}

describe('is a commit on the deploy branch of the remote?', () => {
  test('its tip is, and what the tip was; a commit of another branch or of this clone alone is not', async () => {
    const repo = makeRepo()
    const second = repo.commit('second')
    repo.sh('checkout', '-q', '-b', 'topic')
    const topic = repo.commit('of a topic')
    repo.sh('checkout', '-q', 'main')
    const { root, holds } = await cloneOf(repo)
    const own = repo.sh('-C', root, 'commit-tree', '-p', second.commit, '-m', 'own', second.tree)
    expect(await holds(second.commit, null)).toEqual({ on: true, branch: 'main of origin' })
    expect(await holds(repo.first.commit, 'main')).toEqual({ on: true, branch: 'main of origin' })
    expect(await holds(topic.commit, null)).toEqual({ on: false, why: 'its commit is not on main of origin' })
    expect(await holds(topic.commit, 'topic')).toEqual({ on: true, branch: 'topic of origin' })
    expect(await holds(own, null)).toEqual({ on: false, why: 'its commit is not on main of origin' })
  })

  test('the remote is asked, and not what this clone remembers of it', async () => {
    const repo = makeRepo()
    const pulled = repo.commit('pulled back')
    const { holds } = await cloneOf(repo)
    repo.sh('reset', '-q', '--hard', repo.first.commit)
    expect(await holds(pulled.commit, null)).toEqual({ on: false, why: 'its commit is not on main of origin' })
    repo.sh('branch', '-q', '-m', 'main', 'trunk')
    expect(await holds(repo.first.commit, null)).toEqual({ on: true, branch: 'trunk of origin' })
    expect(await holds(repo.first.commit, 'main')).toEqual({ on: false, why: 'origin has no branch main' })
  })

  test('a shallow clone is decided right, however far the branch went on, and stays as it was', async () => {
    const repo = makeRepo()
    repo.sh('tag', 'v1')
    repo.sh('checkout', '-q', '-b', 'side')
    repo.commit('beside it')
    repo.sh('tag', 'v2')
    repo.sh('checkout', '-q', 'main')
    for (let i = 0; i < 60; i++) repo.commit(`and on ${i}`)
    const [v1, v2] = [await cloneOf(repo, '--depth=1', '--branch=v1'), await cloneOf(repo, '--depth=1', '--branch=v2')]
    const were = [v1.files(), v2.files(), readFileSync(join(v1.root, '.git', 'shallow'), 'utf8')]
    expect(await v1.holds(repo.sh('rev-parse', 'v1'), null)).toEqual({ on: true, branch: 'main of origin' })
    expect(await v2.holds(repo.sh('rev-parse', 'v2'), null)).toEqual({ on: false, why: 'its commit is not on main of origin' })
    expect([v1.files(), v2.files(), readFileSync(join(v1.root, '.git', 'shallow'), 'utf8')]).toEqual(were)
  })

  test('where it cannot be looked at, the answer is no, with the reason', async () => {
    const repo = makeRepo()
    const { asker, holds } = await cloneOf(repo)
    repo.sh('checkout', '-q', '--orphan', 'nothing')
    expect(await holds(repo.first.commit, null)).toEqual({ on: false, why: 'origin has no default branch' })
    expect(await asker('upstream')(repo.first.commit, null)).toEqual({
      on: false,
      why: 'this clone has no remote whose deploy branch could hold it',
    })
    const away = await asker(`file://${repo.root}-gone`)(repo.first.commit, null)
    expect(away).toMatchObject({ on: false, why: expect.stringMatching(/^the deploy branch of file:.* cannot be looked at: /) })
  })
})

describe('a job without a plan', () => {
  let team: Team
  beforeAll(async () => {
    team = await openTeam()
  }, SLOW)
  afterAll(() => team.close())

  test(
    'deploys what was merged, for the reason its commit gives; anything else has to be read',
    async () => {
      const { a, clone } = team
      const merged = a.change('two', 'Serve two')
      const job = clone('job', ['--depth=1'], JOB)
      const was = job.fingerprint()

      writeFileSync(join(job.root, 'more.txt'), 'not committed\n')
      const dirty = await job.json(['deploy'])
      expect([dirty.refusal?.code, dirty.refusal?.why.at(-1)]).toEqual([
        'NOT_READ',
        'no merge was the reading of it: it holds files that are not committed',
      ])
      job.git('add', '-A')
      job.git('commit', '-qm', 'Not merged')
      const unmerged = await job.json(['deploy', '--because=soon'])
      expect([unmerged.code, unmerged.refusal?.code, unmerged.refusal?.why.at(-1)]).toEqual([
        10,
        'NOT_READ',
        'no merge was the reading of it: its commit is not on main of origin',
      ])
      expect(unmerged.refusal?.next[0]?.argv).toEqual(expect.arrayContaining(['safe-deploy', 'plan']))

      const other = clone('other', ['--depth=1'], JOB)
      const deployed = await other.json(['deploy'])
      expect(deployed.code, deployed.out + deployed.err).toBe(0)
      expect(deployed.out).toContain('read when it came to main of origin')
      expect(team.ledger()?.core.good[0]).toMatchObject({ commit: merged, because: 'Serve two' })
      expect(Object.keys(other.fingerprint())).toEqual(Object.keys(was))
    },
    SLOW,
  )
})
