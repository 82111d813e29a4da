import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CONFIG, houseFor, SLOW } from '../e2e/halts.ts'
import type { Reply } from '../notifiers/api.ts'
import { openHouse } from '../support/open-house.ts'
import { guess, listen, TOLD, untold } from './told.ts'

const OK: Reply = { status: 200, body: 'ok' }
const pick = (reply: Reply) => ({ now: reply })

describe('a service that fails', () => {
  const house = houseFor({ config: TOLD })

  test.sequential.each([
    ['answers 500', { status: 500, body: 'broken' }, /answered 500/],
    ['answers 404', { status: 404, body: 'no_service' }, /404|no_service/],
    ['asks to wait longer than there is time', { status: 429, headers: { 'retry-after': '600' } }, /429|wait|busy/i],
    ['never answers', 'hang', /no answer within 5 s/],
    ['cuts the connection', 'cut', /could not be reached/],
  ] as const)(
    '%s: outcome and exit code are the same, status shows it, the next command tells the true count',
    async (_, reply, why) => {
      // What an earlier one left untold is told later, too: each begins with nothing.
      const at = await openHouse({ config: TOLD, good: 'the first one' })
      const house = () => at
      const answer = pick(reply as Reply)
      const hook = await listen(() => answer.now)
      const away = { ...hook.env, CHANNEL: hook.env.CHANNEL.replace('/services', '/hook/services') }
      try {
        const told = await guess(house(), 'exit1-but-serving', away)
        expect({ code: told.code, refused: told.refusal?.code }, told.out).toEqual({ code: 20, refused: 'DEPLOY_FAILED' })
        expect(house().ledgerState()?.core.halt?.outcome).toBe('serving-despite-exit')
        expect(untold(told)).toMatch(why)
        expect(untold(told)).not.toContain('abcdefgh')
        expect(told.out + told.err + keptText(house().root)).not.toContain('abcdefgh')

        const refused = await house().json(['deploy'], { env: {} })
        expect({ code: refused.code, refused: refused.refusal?.code }).toEqual({ code: 12, refused: 'HALTED' })

        const status = await house().json(['status'])
        const [shown] = status.lines.filter(({ type }) => type === 'status')
        expect(shown?.undelivered).toMatchObject([{ failures: 1, refused: 1 }, {}])
        expect(JSON.stringify(shown?.words)).toMatch(/not told of the incident: (?:slack|webhook) \$\w+: .*the first .* ago|just now/)

        answer.now = OK
        hook.got.length = 0
        if (typeof reply === 'object' && reply.status === 429) {
          await house().json(['status'], { env: away })
          expect(hook.got, 'nobody is asked before the time that was named').toEqual([])
        } else {
          await house().json(['status'], { env: away })
          const notice = hook.told().find(({ v }) => v === 1)
          expect(notice).toMatchObject({ happening: 'opened', counts: { failures: 1, refused: 1, rollbacks: 0, atLeast: false } })
          expect(notice?.since).toBe(house().ledgerState()?.incident?.since)
          const after = await house().json(['status'], { env: away })
          expect(after.lines.find(({ type }) => type === 'status')).not.toHaveProperty('undelivered')
        }
      } finally {
        await hook.close()
        await at.close()
      }
    },
    SLOW,
  )

  test.sequential(
    'that asks for a pause that fits is told after exactly that pause, by the same command',
    async () => {
      const times: number[] = []
      const hook = await listen((got) => {
        if (got.path.startsWith('/services')) return OK
        times.push(Date.now())
        return times.length === 1 ? { status: 429, headers: { 'retry-after': '2' } } : OK
      })
      try {
        const told = await guess(house(), 'exit1-but-serving', hook.env)
        expect(untold(told)).toBe('')
        expect(times).toHaveLength(2)
        expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(2000)
      } finally {
        await house().json(['rollback'], { env: hook.env })
        await hook.close()
      }
    },
    SLOW,
  )

  test.sequential(
    'that was down for the whole incident gets one closing post that tells all',
    async () => {
      const answer = pick({ status: 503 })
      const hook = await listen(() => answer.now)
      await guess(house(), 'exit1-but-serving', hook.env)
      await house().json(['deploy'], { env: hook.env })
      answer.now = OK
      hook.got.length = 0
      await house().json(['rollback'], { env: hook.env })
      expect(hook.happenings()).toEqual(['ended'])
      expect(hook.told()[0]).toMatchObject({ counts: { failures: 1, refused: 1 }, ended: { how: 'rolled back' } })
      expect(hook.posts()).toHaveLength(1)
      await hook.close()
    },
    SLOW,
  )

  test.sequential(
    'a key that is not set is named, and whoever has it tells',
    async () => {
      const hook = await listen()
      const told = await guess(house(), 'exit1-but-serving', {})
      expect(told.code).toBe(20)
      expect(untold(told)).toMatch(/\$CHANNEL is not set here.*\$HOOK is not set here/)
      await house().json(['plan'], { env: hook.env })
      expect(hook.happenings()).toEqual(['opened'])
      await house().json(['rollback'], { env: hook.env })
      await hook.close()
    },
    SLOW,
  )
})

describe('a URL that is a secret by the config alone', () => {
  const house = houseFor({ config: `${CONFIG}notify:\n  - webhook: { url: $PLACE }\n` })

  test(
    'reaches neither screen nor ledger nor book',
    async () => {
      const hook = await listen()
      const tail = ['drawn', 'by', 'lot', '4711'].join('-')
      const env = { PLACE: `${hook.url}/hook/${tail}` }
      const told = await house().json(['bad', `--because=it posts to ${env.PLACE}`], { env })
      expect(hook.told().map(({ why }) => why)).toEqual(['it posts to •••'])
      expect(told.out + told.err + keptText(house().root)).not.toContain(tail)
      expect(JSON.stringify(house().ledgerState())).not.toContain(tail)
      await hook.close()
    },
    SLOW,
  )

  test(
    'nor the book where the ledger has it from a machine that did not know',
    async () => {
      const hook = await listen()
      const tail = ['seen', 'too', 'early', '4712'].join('-')
      const env = { PLACE: `${hook.url}/hook/${tail}` }
      const text = `${'x'.repeat(570)} ${env.PLACE}`
      await house().json(['rollback'])
      await house().json(['bad', `--because=${text}`], { env: {} })
      await house().json(['plan'], { env })
      expect(hook.told().at(-1)?.why).toMatch(/ •••$/)
      expect(keptText(house().root)).not.toContain(new URL(env.PLACE).host)
      await hook.close()
    },
    SLOW,
  )
})

const keptText = (root: string): string => readFileSync(join(root, '.git', 'safe-deploy', 'notices', 'everflow.json'), 'utf8')
