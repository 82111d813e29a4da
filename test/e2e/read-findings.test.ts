import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Finding, Major } from '../../src/model.ts'
import type { House, Told } from '../support/house.ts'
import { openHouse } from '../support/open-house.ts'

const SLOW = 120_000
const STORY = join(import.meta.dirname, '..', 'change', 'lockfiles', 'fixtures', 'rails-7-to-8')
const gems = (side: 'before' | 'after'): Record<string, string> => ({
  Gemfile: readFileSync(join(STORY, side, 'Gemfile'), 'utf8'),
  'Gemfile.lock': readFileSync(join(STORY, side, 'Gemfile.lock'), 'utf8'),
})

const findingsOf = (told: Told) => told.lines.filter(({ type }) => type === 'finding') as unknown as Finding[]
const majorsOf = (told: Told) => (told.lines.find(({ type }) => type === 'change.read') as unknown as { majors: Major[] }).majors

describe('an uninvited major in a lockfile, deployed', () => {
  const at: { house?: House } = {}
  const house = (): House => at.house as House
  beforeAll(async () => {
    at.house = await openHouse()
    house().write(gems('before'))
    house().git('add', '-A')
    house().git('commit', '-qm', 'Begin with gems')
    await house().deploy('Begin')
    house().write(gems('after'))
    house().git('commit', '-qam', 'Raise rails to 8')
  }, SLOW)
  afterAll(() => at.house?.close())

  test(
    'it asks once, by its puller and pin; its invited siblings are one quiet line, and all majors are listed',
    async () => {
      const told = await house().json(['plan'])
      const said = findingsOf(told).map(({ severity, rule, subject }) => `${severity} ${rule}:${subject}`)
      expect(said.filter((one) => !one.startsWith('note'))).toEqual(['ask uninvited-major:connection_pool'])
      expect(said.filter((one) => one.startsWith('note'))).toHaveLength(1)
      const majors = majorsOf(told)
      expect(majors).toHaveLength(14)
      expect(majors.find(({ name }) => name === 'connection_pool')).toMatchObject({
        ...{ lockfile: 'Gemfile.lock', from: '2.5.5', to: '3.0.2', copy: 'cross', direct: false, dev: false, verdict: 'uninvited' },
      })
    },
    SLOW,
  )

  test(
    'unanswered it stops before fly; answered on the command line, it ships, and the record says why',
    async () => {
      const deploys = house().deploys()
      const plan = await house().plan()
      const refused = await house().json(['deploy', `--plan=${plan}`, '--because=Rails 8'])
      expect([refused.code, refused.refusal?.code, house().deploys()]).toEqual([10, 'FINDINGS', deploys])
      const answered = await house().json([
        ...['deploy', `--plan=${plan}`, '--because=Rails 8', '--accept=uninvited-major:connection_pool=tried with the worker'],
      ])
      expect([answered.code, house().deploys()]).toEqual([0, deploys + 1])
      const history = await house().sd(['history', '--json'])
      expect(history.out).toContain('tried with the worker')
    },
    SLOW,
  )
})

test(
  'an entry of accept: answers while the finding says the same, and no longer',
  async () => {
    const house = await openHouse()
    try {
      const accept = (says: string) =>
        `version: 1\naccept: [{ rule: uninvited-major, subject: connection_pool, because: tried, says: "${says}" }]\n`
      const openWith = async (says: string): Promise<string[]> => {
        house.write({ ...gems('before'), 'safe-deploy.yml': accept(says) })
        house.git('add', '-A')
        house.git('commit', '-qm', 'Before')
        house.write(gems('after'))
        house.git('commit', '-qam', 'Raise rails to 8')
        const told = await house.json(['plan', '--base=HEAD^', '--head=HEAD'])
        return findingsOf(told).flatMap(({ rule, answer }) => (rule === 'uninvited-major' ? [answer?.reason ?? 'open'] : []))
      }
      expect(await openWith('2.5.5 → 3.0.2')).toEqual(['tried'])
      expect(await openWith('2.5.5 → 4.0.0')).toEqual(['open'])
    } finally {
      await house.close()
    }
  },
  SLOW,
)
