import { expect, test } from 'vitest'
import type { HttpRequest } from '../../src/ports.ts'
import { startAlerts } from '../../src/relay/alerts.ts'
import type { Alert } from '../../src/relay/entry.ts'

const HALT: Alert = { labels: { alertname: 'SafeDeployHalted', app: 'web' }, annotations: { summary: 'halted' } }
const BASE = Date.parse('2026-11-28T12:00:00Z')

/** Minutes are turned by hand: each turn lets the renewal go round once. */
const setUp = (answers: () => number) => {
  const open = new Set<Alert>([HALT])
  const time = { now: BASE, wake: (): void => {} }
  const asked: { url: string; request: HttpRequest }[] = []
  const notes: string[] = []
  const alerts = startAlerts(
    {
      alertmanager: { url: 'http://am.example:9093/', headers: { authorization: 'Bearer x' } },
      clock: { now: () => time.now, settle: () => {} },
      sleep: (_, signal) =>
        new Promise((done) => {
          time.wake = done
          if (signal?.aborted) done()
          signal?.addEventListener('abort', () => done())
        }),
      http: {
        send: async (url, request) => {
          asked.push({ url, request })
          return { status: answers(), body: '', headers: {} }
        },
      },
      note: ({ text }) => void notes.push(text),
    },
    () => [...open],
  )
  const settle = () => new Promise((done) => setImmediate(done))
  const minute = async () => {
    await settle()
    time.now += 60_000
    time.wake()
    await settle()
  }
  const ends = () => asked.map(({ request }) => (JSON.parse(request.body ?? '[]') as { endsAt: string }[]).map(({ endsAt }) => endsAt))
  return { alerts, open, asked, notes, minute, settle, ends }
}

test('an open halt is renewed every minute, a day ahead', async () => {
  const { minute, asked, ends, alerts } = setUp(() => 200)
  await minute()
  await minute()
  expect(asked[0]).toMatchObject({
    url: 'http://am.example:9093/api/v2/alerts',
    request: { method: 'POST', headers: { authorization: 'Bearer x' } },
  })
  expect(JSON.parse(asked[0]?.request.body ?? '')).toMatchObject([{ ...HALT, startsAt: '2026-11-28T12:01:00.000Z' }])
  expect(ends()).toEqual([['2026-11-29T12:01:00.000Z'], ['2026-11-29T12:02:00.000Z']])
  await alerts.stop()
})

test('released, it ends at once, and is not renewed', async () => {
  const { minute, ends, alerts, open, settle } = setUp(() => 200)
  await minute()
  open.clear()
  alerts.end([HALT])
  await settle()
  await minute()
  expect(ends()).toEqual([['2026-11-29T12:01:00.000Z'], ['2026-11-28T12:01:00.000Z']])
  await alerts.stop()
})

test('an end that did not arrive is told again, with its own time; that it did not is said once', async () => {
  const state = { status: 503 }
  const { minute, ends, alerts, open, notes, settle } = setUp(() => state.status)
  await settle()
  open.clear()
  alerts.end([HALT])
  await settle()
  await minute()
  state.status = 200
  await minute()
  await minute()
  expect(ends()).toEqual(Array(3).fill(['2026-11-28T12:00:00.000Z']))
  expect(notes).toEqual(['Alertmanager takes no alerts: it answers 503; they are sent again every minute'])
  await alerts.stop()
})

test('an app that halts again meanwhile is not ended', async () => {
  const { minute, ends, alerts } = setUp(() => 200)
  alerts.end([HALT])
  await minute()
  expect(
    ends()
      .flat()
      .every((end) => end.startsWith('2026-11-29')),
  ).toBe(true)
  await alerts.stop()
})
