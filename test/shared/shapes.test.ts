import { execFileSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Told, Ways } from '../support/house.ts'
import { type Clone, JOB, openTeam, SHARED, type Team } from '../support/team.ts'

const SLOW = 300_000

/** A clone as one of the shapes that people and jobs have; `ways` where it is deployed from, if not from its root. */
interface Shape {
  clone: Clone
  ways?: Ways
  unmerged?: true
}

/** Names of git's own objects: a lazy fetch would add some. */
const objectsIn = ({ root }: Clone): string[] =>
  readdirSync(join(root, '.git', 'objects'), { recursive: true })
    .map(String)
    .sort()

const stateOf = ({ clone }: Shape) => ({ files: clone.fingerprint(), objects: objectsIn(clone) })

const digestIn = (told: Told): unknown => told.lines.find((line) => line.type === 'plan.made')?.digest

const good = (team: Team): string => team.ledger()?.core.good[0]?.commit ?? ''

/** What READ showed against `was`: one line of one file, and all of it seen. */
const expectRead = (told: Told, name: string, was: string): void => {
  const shown = told.lines.find((line) => line.type === 'change.read')
  const files = [{ path: 'app.txt', added: 1, removed: 1, opaque: false }]
  expect(shown, `${name}: ${told.out}${told.err}`).toMatchObject({ against: { commit: was }, unseen: null, files })
}

/**
 * Pushes a change, makes the clone, and deploys from it: what differs from the known good is shown, line by line. What was merged needs no plan; anything
 * else is planned first.
 */
const deploysFrom = async (team: Team, name: string, make: () => Shape): Promise<Shape> => {
  const was = good(team)
  team.a.change(`from ${name}`, `Serve ${name}`)
  const shape = make()
  const { clone, ways } = shape
  const found = stateOf(shape)
  const plan = shape.unmerged ? await clone.json(['plan'], ways) : null
  if (plan) expectRead(plan, name, was)
  const deployed = await clone.json(['deploy', ...(plan ? [`--plan=${digestIn(plan)}`, '--because=a fork'] : [])], ways)
  expectRead(deployed, name, was)
  expect(deployed.code, deployed.out + deployed.err).toBe(0)
  expect(good(team)).toBe(clone.git('-C', ways?.cwd ?? clone.root, 'rev-parse', 'HEAD'))
  expect(stateOf(shape)).toEqual(found)
  return shape
}

/** What failed in one clone is seen in all others, which stay as they were. */
const seeTheHalt = async (team: Team, shapes: readonly Shape[]): Promise<void> => {
  const were = shapes.map(stateOf)
  team.a.change('broken', 'Break it')
  team.house.scenario('unhealthy', 'once')
  const failed = await team.a.deploy('break it')
  expect(failed.code, failed.out + failed.err).toBe(20)
  for (const { clone, ways } of shapes) {
    const refused = await clone.json(['deploy', '--because=mine'], ways)
    expect([refused.code, refused.refusal?.code]).toEqual([12, 'HALTED'])
  }
  expect(shapes.map(stateOf)).toEqual(were)
}

describe.concurrent('clones of people', () => {
  let team: Team
  beforeAll(async () => {
    team = await openTeam()
    team.a.git('--git-dir', team.origin, 'config', 'uploadpack.allowFilter', 'true')
  }, SLOW)
  afterAll(() => team.close())

  test(
    'a full clone, a worktree, a partial clone, and a partial sparse one',
    async () => {
      const { clone } = team
      const shapes = [
        await deploysFrom(team, 'full', () => ({ clone: clone('full') })),
        await deploysFrom(team, 'worktree', () => {
          const main = clone('main')
          const cwd = join(team.house.dir, 'tree')
          main.git('worktree', 'add', '-q', '--detach', cwd)
          return { clone: main, ways: { cwd } }
        }),
        await deploysFrom(team, 'partial', () => ({ clone: clone('partial', ['--filter=blob:none']) })),
        await deploysFrom(team, 'sparse', () => ({ clone: clone('sparse', ['--filter=blob:none', '--sparse']) })),
      ]
      await seeTheHalt(team, shapes)
      const back = await shapes[2]!.clone.json(['rollback'])
      expect(back.code, back.out + back.err).toBe(0)
    },
    SLOW,
  )
})

describe.concurrent('clones of jobs', () => {
  let team: Team
  beforeAll(async () => {
    team = await openTeam()
  }, SLOW)
  afterAll(() => team.close())

  test(
    'a shallow clone, one of a single tag, a detached HEAD, and the merge that a pull request would be',
    async () => {
      const { a, clone } = team
      const shapes = [
        await deploysFrom(team, 'shallow', () => ({ clone: clone('shallow', ['--depth=1'], JOB) })),
        await deploysFrom(team, 'tag', () => {
          a.git('tag', 'v1')
          a.git('push', '-q', 'origin', 'v1')
          return { clone: clone('tag', ['--branch=v1', '--single-branch', '--depth=1'], JOB) }
        }),
        await deploysFrom(team, 'detached', () => {
          const job = clone('detached', ['--depth=1'], JOB)
          job.git('checkout', '-q', '--detach')
          return { clone: job }
        }),
        await deploysFrom(team, 'merge', () => {
          a.git('checkout', '-q', '-b', 'topic', 'HEAD~1')
          a.git('commit', '-q', '--allow-empty', '-m', 'A topic')
          a.git('merge', '-q', '--no-ff', '-m', 'Merge it', 'main')
          a.git('push', '-q', 'origin', 'HEAD:refs/pull/7/merge')
          a.git('checkout', '-q', 'main')
          const job = clone('merge', ['--depth=1', '--no-checkout'], JOB)
          job.git('fetch', '-q', '--no-tags', '--depth=1', 'origin', '+refs/pull/7/merge:refs/remotes/pull/7/merge')
          job.git('checkout', '-q', '--detach', 'refs/remotes/pull/7/merge')
          return { clone: job, unmerged: true }
        }),
      ]
      await seeTheHalt(team, shapes)
    },
    SLOW,
  )
})

describe.concurrent('forks', () => {
  let team: Team
  beforeAll(async () => {
    team = await openTeam()
  }, SLOW)
  afterAll(() => team.close())

  test(
    'a fork deploys by the ledger of where it came from, and finds the known good there',
    async () => {
      const { a, house, origin } = team
      const config = join(a.root, 'safe-deploy.yml')
      writeFileSync(config, a.git('show', 'HEAD:safe-deploy.yml').replace('remote: origin', `remote: "file://${origin}"`))
      a.change('one', 'Name the ledger by its URL')
      const named = await a.deploy('name the ledger', ['--accept=guard-changed=a place with a name'])
      expect(named.code, named.out + named.err).toBe(0)
      const shape = await deploysFrom(team, 'fork', () => {
        const fork = join(house.dir, 'fork.git')
        execFileSync('git', ['clone', '-q', '--bare', '--depth=1', `file://${origin}`, fork], { env: house.env, stdio: 'pipe' })
        const clone = team.clone('fork', ['--depth=1'], JOB)
        clone.git('remote', 'set-url', 'origin', `file://${fork}`)
        clone.git('commit', '-q', '--allow-empty', '-m', 'Of the fork alone')
        clone.git('push', '-q', 'origin', 'HEAD')
        return { clone, unmerged: true }
      })
      await seeTheHalt(team, [shape])
    },
    SLOW,
  )
})

describe.concurrent('a known good that was never pushed', () => {
  let team: Team
  beforeAll(async () => {
    team = await openTeam()
  }, SLOW)
  afterAll(() => team.close())

  test(
    'is no "nothing changed" elsewhere, and rollback names who holds it and what can be had',
    async () => {
      const { a } = team
      const pushed = good(team)
      a.git('commit', '-q', '--allow-empty', '-m', 'Of mine alone')
      writeFileSync(join(a.root, 'app.txt'), 'mine\n')
      a.git('commit', '-qam', 'Mine')
      const mine = await a.deploy('mine')
      expect(mine.code, mine.out + mine.err).toBe(0)
      const hidden = good(team)
      a.git('push', '-q', 'origin', `${pushed}:refs/heads/later`)
      const other = team.clone('other', ['--depth=1', '--branch=later'])
      const was = other.fingerprint()

      const plan = await other.json(['plan'])
      const asked = plan.lines.find((line) => line.type === 'finding' && line.rule === 'unknown-base')
      expect(JSON.stringify(asked)).toContain(
        `the last known good (${hidden.slice(0, 10)}) is not in this clone and cannot be had (origin: `,
      )
      const refused = await other.json(['deploy', `--plan=${digestIn(plan)}`, '--because=all the same'])
      expect([refused.code, refused.refusal?.code]).toEqual([10, 'FINDINGS'])

      team.house.scenario('unhealthy', 'once')
      const failed = await other.json([
        'deploy',
        `--plan=${digestIn(plan)}`,
        '--because=all the same',
        '--accept=unknown-base:base=the commit is on the laptop of Ada',
      ])
      expect(failed.code, failed.out + failed.err).toBe(20)
      const stuck = await other.json(['rollback'])
      expect(stuck.refusal?.code, stuck.out + stuck.err).toBe('NOTHING_TO_GO_BACK_TO')
      expect(stuck.refusal?.why.join('\n')).toMatch(/^origin: .*\nAda deployed it from /)
      expect(stuck.refusal?.next[0]?.argv).toEqual(['safe-deploy', 'rollback', `--to=${pushed.slice(0, 12)}`])
      const back = await other.json(stuck.refusal!.next[0]!.argv.slice(1))
      expect(back.code, back.out + back.err).toBe(0)
      expect(other.fingerprint()).toEqual(was)
    },
    SLOW,
  )
})

describe.concurrent('a known good that a clone has not got', () => {
  let team: Team
  beforeAll(async () => {
    team = await openTeam({ config: `${SHARED}isolate: { protect: [{ file: app.txt, keeps: one, because: it is all there is }] }\n` })
  }, SLOW)
  afterAll(() => team.close())

  test(
    'judges by its rules: a change cannot take the rule away that it breaks',
    async () => {
      const { a } = team
      writeFileSync(join(a.root, 'safe-deploy.yml'), SHARED)
      a.change('two', 'Serve two, and protect nothing')
      const job = team.clone('job', ['--depth=1'], JOB)
      const refused = await job.json(['deploy'])
      expect([refused.code, refused.refusal?.code], refused.out).toEqual([13, 'NEEDS_PERSON'])
      expect(refused.lines.filter(({ type }) => type === 'finding').map(({ rule }) => rule)).toContain('protected-config')
    },
    SLOW,
  )
})
