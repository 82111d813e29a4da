import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import type { House, Told } from '../support/house.ts'
import { openHouse } from '../support/open-house.ts'
import { userOwned } from '../support/repo.ts'
import { hasTerminal } from '../support/terminal.ts'
import { findings, nextOf, planned, SLOW } from './refusals.ts'

/** Releases and commits carry whole seconds: what comes after a release is told from what came before by the next one. */
const nextSecond = (): Promise<void> => setTimeout(1000 - (Date.now() % 1000))

const readLine = (told: Told): string =>
  String(told.lines.find((line) => line.type === 'stage.ended' && line.stage === 'read')?.line ?? `${told.out}${told.err}`)

const at: { house?: House } = {}
const open = async (...options: Parameters<typeof openHouse>): Promise<House> => {
  at.house = await openHouse(...options)
  return at.house
}
afterEach(() => at.house?.close())

/** A clone of the repository beside it, as a colleague has it. */
const colleague = (house: House, ...args: string[]): { cwd: string } => {
  const cwd = join(house.dir, 'colleague')
  execFileSync('git', ['clone', '-q', ...args, `file://${house.root}`, cwd], { env: house.env, stdio: 'pipe' })
  for (const [name, value] of [
    ['user.name', 'Grace'],
    ['user.email', 'grace@example.com'],
  ] as const)
    execFileSync('git', ['config', name, value], { cwd, env: house.env })
  return { cwd }
}

describe('an app that fly alone has deployed so far', () => {
  test(
    'without a label the last commit before the release is taken, and called a guess; what it ships becomes the known good',
    async () => {
      const house = await open()
      const guess = house.git('rev-parse', '--short=10', 'HEAD')
      await nextSecond()
      house.change('app.txt', 'two\n', 'Serve two')
      const told = await house.json(['plan'])
      expect(findings(told)).toEqual(['note first-contact'])
      expect(readLine(told)).toMatch(
        new RegExp(`^1 file \\+1 −1 in 1 commit since ${guess}, the last commit before v1 \\([0-9a-f]{12}\\): a guess$`),
      )
      expect((await house.deploy('serve two')).code).toBe(0)
      const state = house.ledgerState()
      expect(state?.core.incumbent?.version).toBe(1)
      expect(state?.core.good[0]?.serving.version).toBe(2)
    },
    SLOW,
  )

  test(
    'the label that flyctl writes in a GitHub action says from which commit; one that is not here is said to be missing',
    async () => {
      const house = await open({ deployed: false })
      const labelled = house.git('rev-parse', 'HEAD')
      house.change('app.txt', 'two\n', 'Serve two')
      await house.fly(['deploy', '--label', `GH_SHA=${labelled}`])
      const told = await house.json(['plan'])
      expect(readLine(told)).toBe(`1 file +1 −1 in 1 commit since ${labelled.slice(0, 10)}, from which what serves was built`)
      await house.fly(['deploy', '--label', `GH_SHA=${'1'.repeat(40)}`])
      const blind = await house.json(['plan'])
      expect(findings(blind)).toContain('ask unknown-base')
      expect(readLine(blind)).toBe(
        'the commit from which what serves was built, 1111111111, is not in this clone and cannot be had (no remote of this clone can be asked for it)',
      )
      expect((await house.json(['deploy', `--plan=${await house.plan()}`, '--because=x'])).refusal?.code).toBe('FINDINGS')
      expect(house.deploys()).toBe(2)
    },
    SLOW,
  )

  test(
    'a shallow clone does not pass for a repository that is new',
    async () => {
      const house = await open()
      await nextSecond()
      house.change('app.txt', 'two\n', 'Serve two')
      const ways = colleague(house, '--depth=1')
      const before = userOwned({ root: ways.cwd })
      const told = await house.json(['plan'], ways)
      expect(findings(told)).toContain('ask unknown-base')
      expect(readLine(told)).toContain('git fetch --unshallow')
      const refused = await house.json(['deploy', `--plan=${await planned(house, ways)}`, '--because=x'], ways)
      expect(refused.refusal).toMatchObject({ code: 'FINDINGS', exit: 10 })
      const answer = '--accept=unknown-base=the job clones one commit'
      const done = await house.json(['deploy', `--plan=${await planned(house, ways)}`, '--because=x', answer], ways)
      expect(done.code, done.out).toBe(0)
      expect(userOwned({ root: ways.cwd })).toEqual(before)
    },
    SLOW,
  )

  test(
    'a partial clone is read whole from its remote, and left as it was',
    async () => {
      const house = await open()
      house.git('config', 'uploadpack.allowFilter', 'true')
      await nextSecond()
      house.change('app.txt', 'two\n', 'Serve two')
      const ways = colleague(house, '--filter=blob:none')
      const before = userOwned({ root: ways.cwd })
      const told = await house.json(['plan'], ways)
      expect(told.lines.find((line) => line.type === 'change.read')).toMatchObject({ files: [{ path: 'app.txt', opaque: false }] })
      expect(findings(told)).toEqual(['note first-contact'])
      expect(userOwned({ root: ways.cwd })).toEqual(before)
    },
    SLOW,
  )
})

describe('an app that is new', () => {
  test(
    'without machines everything is new, and the first deploy is a known good',
    async () => {
      const house = await open({ deployed: false })
      const told = await house.deploy('the first one')
      expect(told.code, told.out + told.err).toBe(0)
      expect(readLine(told)).toBe('nothing to compare with: all of it is new')
      expect(told.lines.some((line) => line.type === 'change.read' && line.against !== null)).toBe(false)
      expect(await house.status()).toBe(0)
    },
    SLOW,
  )

  test('one that does not exist is never a first deploy', async () => {
    const house = await open({ deployed: false })
    house.change('fly.toml', 'app = "someone-elses"\n', 'Another app')
    const told = await house.json([])
    expect(told.refusal).toMatchObject({ code: 'APP_NOT_VISIBLE', exit: 69 })
    expect(nextOf(told)).toEqual(['fly apps list', 'fly apps create someone-elses', 'safe-deploy deploy --json'])
    expect(house.deploys()).toBe(0)
  })
})

describe('two clones without a shared ledger', () => {
  test(
    'the second is refused until it has proved and taken over what serves; then the first is',
    async () => {
      const house = await open()
      expect((await house.deploy('from here')).code).toBe(0)
      const ways = colleague(house)
      const deploys = house.deploys()
      for (const command of ['plan', 'deploy']) {
        const told = await house.json([command], ways)
        expect(told.refusal, told.out).toMatchObject({ code: 'DEPLOYED_FROM_ELSEWHERE', exit: 12 })
        expect(told.refusal?.why[0]).toContain('this clone has none yet')
        expect(nextOf(told)).toEqual(['safe-deploy adopt'])
      }
      const nowhere = await house.json(['rollback'], ways)
      expect(nowhere.refusal?.code).toBe('NOTHING_TO_GO_BACK_TO')
      expect(nextOf(nowhere)).toEqual(['safe-deploy rollback', 'safe-deploy rollback'])
      const adopted = await house.json(['adopt', '--because=it is ours as well'], ways)
      expect(adopted.code, adopted.out).toBe(0)
      expect(house.deploys()).toBe(deploys)
      const done = await house.json(['deploy', `--plan=${await planned(house, ways)}`, '--because=from there', '--again'], ways)
      expect(done.code, done.out).toBe(0)
      const first = await house.json(['deploy'])
      expect(first.refusal?.code).toBe('DEPLOYED_FROM_ELSEWHERE')
      expect(nextOf(first)).toEqual(['safe-deploy adopt', 'safe-deploy rollback'])
      const back = await house.json(['rollback'])
      expect(back.code, back.out).toBe(0)
    },
    SLOW,
  )

  test.runIf(hasTerminal)(
    'what no probe can prove, a person takes over; an agent is not sent where nothing is',
    async () => {
      const house = await open({ app: 'worker' })
      expect((await house.deploy('from here')).code).toBe(0)
      const ways = colleague(house)
      const told = await house.json(['adopt', '--because=it is ours'], ways)
      expect(told.refusal).toMatchObject({ code: 'NEEDS_PERSON', exit: 13 })
      expect(nextOf(told)).toEqual(['safe-deploy explain config'])
      const shown = await house.terminal(['adopt', '--because=I looked at its work'], [], ways)
      expect(shown.code, shown.screen).toBe(0)
      expect((await house.json(['plan'], ways)).code).toBe(0)
    },
    SLOW,
  )
})
