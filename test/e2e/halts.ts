import { afterAll, beforeAll, expect } from 'vitest'
import type { Next } from '../../src/errors.ts'
import { type House, type Told, typedWords } from '../support/house.ts'
import { copyHouse, type Furniture, openHouse } from '../support/open-house.ts'

/** No bake, so that a probe that passed is enough; an agent may acknowledge, since nobody sits at a test's terminal. */
export const CONFIG = `version: 1
target: { fly: { timeout: 20s } }
verify: { bake: 0s }
acknowledge: { agents: true }
budget: { unproven: 50 }
`

/** For a machine that does many things at once; alone each test takes a few seconds. */
export const SLOW = 300_000

/** A house for the tests of one suite: opened before them, closed behind them. */
export const lodge = (open: () => Promise<House>): (() => House) => {
  const at: { house?: House } = {}
  beforeAll(async () => {
    at.house = await open()
  }, SLOW)
  afterAll(() => at.house?.close())
  return () => at.house as House
}

/** The same with a known good in it. */
export const houseFor = (furniture: Furniture = {}): (() => House) =>
  lodge(() => openHouse({ config: CONFIG, good: 'the first one', ...furniture }))

/** What a failing deploy must come to. */
export interface Expected {
  outcome: string
  exit: number
  code: string
  /** Part of the sentence that says what failed. */
  why: string | RegExp
}

const typeOf = (told: Told, type: string) => told.lines.filter((line) => line.type === type)

/** The last `next` that was printed, whatever printed it. */
const nextOf = (told: Told): Next[] =>
  (told.refusal?.next ?? (told.lines.findLast((line) => Array.isArray(line.next)) as { next?: Next[] } | undefined)?.next ?? []) as Next[]

/** A new change, read and deployed while `scenario` is on. */
export const attempt = async (house: House, scenario: string): Promise<Told> => {
  house.change('app.txt', `${scenario} ${house.deploys()}\n`, `Try ${scenario}`)
  const plan = await house.plan()
  house.scenario(scenario, 'once')
  return house.json(['deploy', `--plan=${plan}`, `--because=try ${scenario}`])
}

/** The deploy failed as it should: exit code, ledger, screen in order; and nothing ships any more. */
export const expectHalt = async (house: House, told: Told, expected: Expected): Promise<void> => {
  expect({ code: told.code, refused: told.refusal?.code }, told.out + told.err).toEqual({ code: expected.exit, refused: expected.code })
  const { halt, open } = house.ledgerState()?.core ?? {}
  expect({ outcome: halt?.outcome, open }).toEqual({ outcome: expected.outcome, open: null })
  expect(halt?.why).toMatch(expected.why)
  const [screen] = typeOf(told, 'halted')
  expect(screen).toMatchObject({ outcome: expected.outcome, why: halt?.why })
  expect(told.lines.map((line) => line.type).slice(-3)).not.toContain('live')
  expect(told.lines.findIndex((line) => line.type === 'halted')).toBeLessThan(told.lines.findIndex((line) => line.type === 'refused'))
  await expectShut(house)
}

/** A second deploy is refused by the ledger alone: exit 12, and `fly deploy` is not called. */
export const expectShut = async (house: House): Promise<void> => {
  const before = house.calls().length
  const again = await house.json(['deploy'])
  expect({ code: again.code, refused: again.refusal?.code }, again.out + again.err).toEqual({ code: 12, refused: 'HALTED' })
  expect(house.calls().length).toBe(before)
  expect(await house.status()).toBe(12)
}

/** The printed way out that begins with this command. */
export const wayOut = (told: Told, command: string): Next => {
  const way = nextOf(told).find((next) => next.argv[1] === command)
  expect(way, `${command} is printed among ${JSON.stringify(nextOf(told))}`).toBeDefined()
  return way as Next
}

/** The commands among which a halt lets one choose. */
export const printedWays = (told: Told): string[] => nextOf(told).map(({ argv }) => argv[1] ?? '')

/** Every printed way out, each from the same halt: the house is copied for all but one of them. */
export const followAll = async (house: House, told: Told, mend: (house: House) => void): Promise<void> => {
  const [first, ...others] = nextOf(told)
  const copies = await Promise.all(others.map(async (way) => ({ way, at: await copyHouse(house) })))
  const follow = async (at: House, way: Next): Promise<void> => {
    if (way.argv[1] === 'ack') mend(at)
    await followOut(at, way)
  }
  await Promise.all([follow(house, first as Next), ...copies.map(({ way, at }) => follow(at, way).finally(at.close))])
}

/** Types a printed command, then whatever is printed next that leads on, until the app is ready. */
export const followOut = async (house: House, first: Next): Promise<void> => {
  const typed: string[] = []
  const type = async (next: Next): Promise<Told> => {
    typed.push(typedWords(next).join(' '))
    return house.type(next)
  }
  let told = await type(first)
  for (let steps = 0; (await house.status()) !== 0; steps += 1) {
    expect(steps, `no way to ready by ${typed.join(' → ')}: ${told.out}${told.err}`).toBeLessThan(5)
    const [next] = nextOf(told)
    told = await type(next ?? (nextOf(await house.json(['status']))[0] as Next))
  }
  expect(house.ledgerState()?.core.halt).toBeNull()
}
