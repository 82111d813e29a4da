import { expect, test } from 'vitest'
import type { Journal } from '../../../src/ports-relay.ts'
import { channelTo, openRelayHouse } from '../../support/relay-house.ts'
import { until } from '../../support/started.ts'

const failed = (n: number): string => `error: order ${n} failed: HTTP 500`

/** A journal on a disk that is full, or answers nothing at all, when told so. */
const frail = () => {
  const disk = { full: false, stuck: null as Promise<void> | null }
  const wrap = (journal: Journal): Journal => ({
    ...journal,
    append: async (entry) => {
      if (disk.full) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
      await disk.stuck
      return journal.append(entry)
    },
  })
  return { disk, wrap }
}

const OPS = '/services/ops'

test('while the journal fails everything goes out, it is said once, and counts stay true; healed, it holds again', async () => {
  const { disk, wrap } = frail()
  const house = await openRelayHouse({ journal: wrap, channels: (slack) => [channelTo(slack, 'alerts', { ops: slack.url + OPS })] })
  await house.quiet()
  for (let n = 1; n <= 3; n++) await house.post(failed(n))
  disk.full = true
  for (let n = 4; n <= 9; n++) expect((await house.post(failed(n))).text).toBe('ok')
  expect(house.slack.texts('/services/alerts')).toEqual([1, 4, 5, 6, 7, 8, 9].map(failed))
  expect((await house.admin('GET /health')).json).toEqual({ ok: true, journal: 'failing' })
  const status = (await house.admin('GET /v1/status')).json
  expect(status).toMatchObject({ journal: { ok: false, why: 'ENOSPC' }, channels: [{ held: 2, kinds: 1 }] })
  await until(() => house.slack.texts(OPS).length === 1, 'it is said')
  expect(house.slack.texts(OPS)[0]).toContain('its journal cannot be written (ENOSPC)')

  disk.full = false
  await until(async () => {
    await house.post(failed(10))
    return (await house.admin('GET /health')).json.journal === undefined
  }, 'it heals')
  const passed = house.slack.texts('/services/alerts').length
  await house.post(failed(11))
  expect(house.slack.texts('/services/alerts')).toHaveLength(passed)
  const held = (await house.entries()).filter(({ t }) => t === 'held').length
  expect((await house.admin('GET /v1/status')).json.channels![0]).toMatchObject({ held })
  expect(house.slack.texts(OPS)).toHaveLength(1)
  expect(house.notes.filter(({ what }) => what === 'journal').map(({ text }) => text)).toEqual([
    'The journal fails (ENOSPC): everything is handed on, nothing is held.',
    'The journal is written again.',
  ])
})

test('a window that was opened meanwhile, and what was told, are on disk once the journal heals', async () => {
  const { disk, wrap } = frail()
  const house = await openRelayHouse({ journal: wrap })
  disk.full = true
  const told = await house.admin('POST /v1/quiet', { app: 'web', ttl_s: 600, because: 'a bad deploy', by: 'ann', reason: 'halt' })
  expect(told).toMatchObject({
    status: 200,
    json: { window: { app: 'web' }, warning: 'The journal fails: while it does, nothing is held.' },
  })
  await house.post(failed(1))
  await house.post(failed(2))
  expect(house.slack.got.map(({ text }) => text)).toEqual(expect.arrayContaining([1, 2].map(failed)))
  disk.full = false
  await until(async () => {
    await house.post(failed(3))
    return (await house.admin('GET /health')).json.journal === undefined
  }, 'it heals')
  const kinds = (await house.entries()).map(({ t }) => t)
  expect(kinds.indexOf('quiet')).toBeGreaterThanOrEqual(0)
  expect(kinds.indexOf('quiet')).toBeLessThan(kinds.indexOf('first'))
})

test('a first that its channel limits while the journal fails is its sender’s to send again', async () => {
  const { disk, wrap } = frail()
  const house = await openRelayHouse({ journal: wrap })
  await house.quiet()
  disk.full = true
  house.slack.answers({ status: 429, headers: { 'retry-after': '7' }, body: 'rate_limited' })
  expect(await house.post(failed(1))).toMatchObject({ status: 429, text: 'rate_limited', headers: { 'retry-after': '7' } })
})

test('a disk that answers nothing holds up no message', async () => {
  const { disk, wrap } = frail()
  const house = await openRelayHouse({ journal: wrap })
  await house.quiet()
  await house.post(failed(1))
  const free = { now: (): void => {} }
  disk.stuck = new Promise((done) => {
    free.now = done
  })
  expect((await house.post(failed(2))).text).toBe('ok')
  expect(house.slack.texts('/services/alerts').slice(0, 2)).toEqual([1, 2].map(failed))
  const { json } = await house.admin('GET /v1/status')
  expect(json).toMatchObject({ journal: { ok: false, why: 'ETIMEDOUT' }, channels: [{ held: 0 }] })
  free.now()
  disk.stuck = null
  await until(async () => (await house.admin('GET /health')).json.journal === undefined, 'it heals')
  await house.post(failed(3))
  expect(house.slack.texts('/services/alerts')).not.toContain(failed(3))
})

test('without a failure nothing of it is said', async () => {
  const house = await openRelayHouse()
  await house.quiet()
  for (let n = 1; n <= 3; n++) await house.post(failed(n))
  expect(house.slack.got).toHaveLength(1)
  expect(house.notes.filter(({ what }) => what === 'journal')).toEqual([])
})
