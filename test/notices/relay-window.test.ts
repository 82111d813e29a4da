import { describe, expect, test } from 'vitest'
import { CONFIG, houseFor, SLOW } from '../e2e/halts.ts'
import { okJson, type Reply, serve } from '../notifiers/api.ts'
import { guess } from './told.ts'

const NOTIFY = 'notify:\n  - relay: { url: $RELAY, token: $RELAY_TOKEN }\n'

/** A relay that says yes, or what it is told to. */
const relay = async (answer: Reply | null = null) => {
  const server = await serve(
    (got) => answer ?? okJson(got.path.endsWith('release') ? { released: true, window: null } : { window: { until: '2030' } }),
  )
  const calls = () =>
    server.got.map(({ path, json }) => {
      const { reason, ttl_s, incident } = json as Record<string, unknown>
      return { path, reason, ttl_s, incident }
    })
  return { ...server, calls, env: { RELAY: server.url, RELAY_TOKEN: ['admin', 'of', 'the', 'relay', '0123456789'].join('-') } }
}

describe('a relay of the config', () => {
  const house = houseFor({ config: `${CONFIG}${NOTIFY}` })

  test.sequential(
    'hears that an attempt starts, with its deadline, and that it is over',
    async () => {
      const at = await relay()
      const told = await guess(house(), null, at.env)
      expect(told.code, told.out).toBe(0)
      const starts = told.lines.find(({ type }) => type === 'deploy.starts')
      expect(at.calls()).toEqual([
        { path: '/v1/quiet', reason: 'deploy', ttl_s: starts?.deadline_s, incident: undefined },
        { path: '/v1/release', reason: 'deploy', ttl_s: undefined, incident: undefined },
      ])
      await at.close()
    },
    SLOW,
  )

  test.sequential(
    'hears of a halt before the window of the attempt ends, and of the end of the incident',
    async () => {
      const at = await relay()
      await guess(house(), 'exit1-but-serving', at.env)
      expect(at.calls().map(({ path, reason }) => `${path} ${reason}`)).toEqual([
        '/v1/quiet deploy',
        '/v1/quiet halt',
        '/v1/release deploy',
      ])
      expect(at.calls()[1]?.incident).toBe(house().ledgerState()?.incident?.key)
      await house().json(['rollback'], { env: at.env })
      expect(
        at
          .calls()
          .slice(3)
          .map(({ path, reason }) => `${path} ${reason}`),
      ).toEqual(['/v1/quiet deploy', '/v1/release halt', '/v1/release deploy'])
      await at.close()
    },
    SLOW,
  )

  test.sequential(
    'that never answers changes nothing of a deploy',
    async () => {
      const at = await relay('hang')
      const told = await guess(house(), null, at.env)
      expect(told.code, told.out).toBe(0)
      expect(told.out).toMatch(/Not told: relay .*no answer/)
      await at.close()
    },
    SLOW,
  )
})
