import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { built } from '../support/built.ts'
import type { House, Ran, Told, Ways } from '../support/house.ts'
import { openHouse } from '../support/open-house.ts'
import { userOwned } from '../support/repo.ts'

/** For a machine that does many things at once; alone each takes seconds. */
export const SLOW = 120_000

/** Commands that a refusal prints. */
export const nextOf = (told: Told): string[] => (told.refusal?.next ?? []).map(({ argv }) => argv.join(' '))
/** `severity rule` of each. */
export const findings = (told: Told): string[] =>
  told.lines.filter((line) => line.type === 'finding').map((line) => `${line.severity} ${line.rule}`)

/** Runs a shell line in which `$SD` is the guard. */
export const shell = async (house: House, line: string, ways: Ways = {}): Promise<Ran> => {
  const program = join(built(), 'bin', 'safe-deploy.js')
  const env = { ...house.env, ...ways.env, SD: `'${process.execPath}' '${program}'` }
  return new Promise((resolve) => {
    const child = execFile('sh', ['-c', line.replaceAll('$SD', env.SD)], { cwd: ways.cwd ?? house.root, env }, (error, out, err) =>
      resolve({ code: error ? (typeof error.code === 'number' ? error.code : null) : 0, out, err }),
    )
    child.stdin?.end()
  })
}

/** A house for the tests of one `describe`. */
export const opened = (...options: Parameters<typeof openHouse>): (() => House) => {
  const at: { house?: House } = {}
  beforeAll(async () => {
    at.house = await openHouse(...options)
  }, SLOW)
  afterAll(() => at.house?.close())
  return () => at.house as House
}

/** Ends as said, with nothing deployed and the clone as it was. */
export const expectRefusal = async (
  house: House,
  args: readonly string[],
  wanted: { code: string; exit: number },
  ways: Ways = {},
): Promise<Told> => {
  const [before, deploys] = [userOwned({ root: ways.cwd ?? house.root }), house.deploys()]
  const told = await house.json(args, ways)
  expect(told.refusal, told.out + told.err).toMatchObject(wanted)
  expect(told.code).toBe(wanted.exit)
  expect(told.err).toBe('')
  expect(nextOf(told), 'a next step').not.toEqual([])
  expect(house.deploys()).toBe(deploys)
  expect(userOwned({ root: ways.cwd ?? house.root })).toEqual(before)
  return told
}

/** The digest of the plan of now. */
export const planned = async (house: House, ways: Ways = {}): Promise<string> => {
  const told = await house.json(['plan'], ways)
  const digest = told.lines.find((line) => line.type === 'plan.made')?.digest
  if (!digest) throw new Error(`no plan: ${told.out}${told.err}`)
  return String(digest)
}

/** A whole deploy, after which the clone is as it was. */
export const expectDeploy = async (house: House, ways: Ways = {}, ...args: string[]): Promise<Told> => {
  const before = userOwned({ root: ways.cwd ?? house.root })
  const told = await house.json(['deploy', `--plan=${await planned(house, ways)}`, '--because=a test', ...args], ways)
  expect(told.code, told.out + told.err).toBe(0)
  expect(userOwned({ root: ways.cwd ?? house.root })).toEqual(before)
  return told
}
