import { expect, test } from 'vitest'
import { channelTo, openRelayHouse, type RelayHouse } from '../../support/relay-house.ts'
import { until } from '../../support/started.ts'

const KINDS = ['disk', 'queue', 'cache']
const said = (what: string): string => `error: the ${what} is gone`
const OK = { status: 200, body: 'ok' } as const

const queueOf = async (house: RelayHouse, at = 0) => (await house.admin('GET /v1/status')).json.channels?.[at] ?? {}

test('while Slack limits, everything waits; once it does not, everything comes, oldest first, each once', async () => {
  const house = await openRelayHouse()
  await house.quiet()
  house.slack.answers({ status: 429, headers: { 'retry-after': '5' } })
  for (const what of KINDS) expect((await house.post(said(what))).text).toBe('ok')
  expect(await queueOf(house)).toMatchObject({ queue: 3 })
  // It said to wait: the others are not even tried.
  expect(house.slack.texts('/services/alerts')).toEqual([said('disk')])
  const limited = house.slack.got.length
  house.slack.answers(OK)
  await until(async () => (await queueOf(house)).queue === 0, 'all is delivered')
  const after = house.slack.got.slice(limited)
  expect(after.map(({ text }) => text)).toEqual(KINDS.map(said))
})

test.each([
  ['weeks', { 'retry-after': '999999' }],
  ['a date of another century', { 'retry-after': 'Fri, 01 Jan 2100 00:00:00 GMT', date: 'Fri, 01 Jan 2027 00:00:00 GMT' }],
])('who says to wait for %s is asked again within the hour', async (_, headers) => {
  const slept: number[] = []
  const sleep = (ms: number, signal?: AbortSignal) => {
    slept.push(ms)
    return new Promise<void>((done) => {
      const timer = setTimeout(done, Math.min(ms, 3_600_000))
      signal?.addEventListener('abort', () => done(clearTimeout(timer)))
    })
  }
  const house = await openRelayHouse({ world: { sleep } })
  await house.quiet()
  house.slack.answers({ status: 429, headers })
  expect((await house.post(said('disk'))).text).toBe('ok')
  await until(async () => slept.some((ms) => ms > 3_500_000), 'it waits')
  expect(Math.max(...slept)).toBeLessThanOrEqual(3_600_000)
  expect(house.slack.got).toHaveLength(1)
})

test('a channel that is not reached holds up no other', async () => {
  const house = await openRelayHouse({ channels: (slack) => [channelTo(slack, 'alerts'), channelTo(slack, 'batch', { app: 'batch' })] })
  await house.quiet()
  await house.quiet({ app: 'batch' })
  house.slack.answers({ status: 500 })
  await house.post(said('disk'), 'alerts')
  await house.post(said('disk'), 'batch')
  house.slack.answers(({ path }) => (path === '/services/batch' ? OK : { status: 503 }))
  await until(async () => (await queueOf(house, 1)).queue === 0, 'the other one is delivered')
  expect(await queueOf(house)).toMatchObject({ queue: 1 })
})

test('what is refused for good is kept, told as trouble, and not tried again', async () => {
  const house = await openRelayHouse()
  await house.quiet()
  await house.post(said('disk'))
  await house.post(said('disk'))
  house.slack.answers({ status: 404, body: 'channel_not_found' })
  await house.admin('POST /v1/flush', {})
  await until(async () => (await queueOf(house)).trouble !== null, 'it is told')
  expect(await queueOf(house)).toMatchObject({ queue: 0, trouble: 'its webhook refuses it (404); it is kept and not tried again' })
  await until(async () => (await house.entries()).at(-1)?.t === 'posted', 'it is written down')
  expect((await house.entries()).slice(-2)).toMatchObject([{ what: 'digest' }, { status: 404 }])
  const tried = house.slack.got.length
  await house.post(said('disk'))
  house.slack.answers(OK)
  await house.admin('POST /v1/flush', {})
  await until(async () => house.slack.got.length > tried, 'the next one comes')
  await until(async () => (await queueOf(house)).trouble === null, 'the trouble is over')
  expect(house.slack.got).toHaveLength(tried + 1)
})

test('trouble is logged once, without the address of the webhook', async () => {
  const house = await openRelayHouse()
  await house.quiet()
  house.slack.answers({ status: 503 })
  await house.post(said('disk'))
  await until(() => house.slack.got.length === 3, 'it is tried twice more')
  const lines = house.notes.filter(({ what }) => what === 'trouble').map(({ text }) => text)
  expect(lines).toEqual([
    'alerts: its webhook: it answers 503',
    'alerts: a message that its channel did not take at once: its webhook answers 503; it is tried again',
  ])
})
