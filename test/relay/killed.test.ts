import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openJournal } from '../../src/adapters/journal.ts'
import type { Entry, Held, Post } from '../../src/relay/entry.ts'
import { tempFolder } from '../change/repo.ts'
import { type HookSink, startSink, type Taken } from '../support/hook-sink.ts'
import { randomFrom } from '../support/random.ts'
import { relayConfig, TOKENS } from '../support/relay-config.ts'
import { type RelayProcess, relayProcess } from '../support/relay-process.ts'

const KILLS = Number(process.env.RELAY_KILLS ?? 8)
const SENDERS = 24
/** So that the journal begins new segments. */
const MORE = 'x'.repeat(4_000)

/** Everything a sender may say; the number in it tells which one it was. The last is no failure: it is handed on as it comes. */
const TEXTS: readonly ((id: number) => string)[] = [
  (id) => `Sync failed for job ${id}: quota exceeded`,
  (id) => `TypeError: cannot read rows of report ${id}`,
  (id) => `Timeout while writing batch ${id} to storage`,
  (id) => `Report ${id} is ready`,
]
const idOf = (text: string): number | null => Number(/(?:job|report|batch|Report) (\d+)/.exec(text)?.[1] ?? Number.NaN) || null

interface Sent {
  acked: Set<number>
  /** Sent, and no `ok` came: they may be anywhere, or nowhere. */
  open: Set<number>
}

/** Sends without end until told; each message once. */
const startSenders = (relay: RelayProcess, random: () => number) => {
  const sent: Record<string, Sent> = { shop: { acked: new Set(), open: new Set() }, desk: { acked: new Set(), open: new Set() } }
  const at = { id: 1_000_000, over: false }
  const send = async (): Promise<void> => {
    while (!at.over) {
      const id = at.id++
      const app = random() < 0.7 ? 'shop' : 'desk'
      const text = TEXTS[Math.floor(random() ** 2 * TEXTS.length)]!(id)
      const answer = await relay.post(`/services/T/B/${TOKENS[app]}`, JSON.stringify({ text, more: MORE }))
      sent[app]![answer?.status === 200 && answer.body === 'ok' ? 'acked' : 'open'].add(id)
      if (answer === null) await sleep(15)
    }
  }
  const all = Promise.all(Array.from({ length: SENDERS }, send))
  return {
    sent,
    stop: async (): Promise<void> => {
      at.over = true
      await all
    },
  }
}

const channelOf = async (
  relay: RelayProcess,
  name: string,
): Promise<{ held: number; queue: number; window: { id: string; until: string } | null }> => {
  const { channels } = (await relay.admin('GET', '/v1/status')) as unknown as { channels: { name: string }[] }
  return channels.find((one) => one.name === name) as never
}

const entriesOf = async (folder: string): Promise<{ held: Held[]; posts: Post[]; torn: number }> => {
  const spec = { folder, keepMs: 1e12, keepBytes: 1e12, now: Date.now, snapshot: () => null, onEntry: () => {} }
  const journal = await openJournal(spec)
  const found = { held: [] as Held[], posts: [] as Post[], torn: journal.stats().torn + journal.stats().damaged }
  for await (const entry of journal.scan() as AsyncIterable<Entry>) {
    if (entry.t === 'held') found.held.push(entry)
    if (entry.t === 'post') found.posts.push(entry)
  }
  await journal.close()
  return found
}

const textOf = ({ body }: { body: string }): string => JSON.parse(body).text
const isDigest = (text: string): boolean => text.startsWith('*')

/** What was taken more than once, each time but the first. */
const repeats = (taken: readonly Taken[]): Taken[] => {
  const seen = new Set<string>()
  return taken.filter(({ path, body }) => {
    const key = `${path} ${body}`
    const again = seen.has(key)
    seen.add(key)
    return again
  })
}

/** The most of them between two deaths. */
const mostBetween = (times: readonly number[], deaths: readonly number[]): number =>
  Math.max(
    0,
    ...[...deaths, Number.POSITIVE_INFINITY].map((death, i) => times.filter((at) => at <= death && at > (deaths[i - 1] ?? 0)).length),
  )

const started = async (random: () => number): Promise<{ dir: string; slack: HookSink; relay: RelayProcess }> => {
  const dir = tempFolder()
  const slack = await startSink(() => ({ ms: random() * 12, status: random() < 0.03 ? 503 : 200 }))
  const { text, env } = relayConfig({ data: join(dir, 'data'), slack: slack.url, megabytes: Math.max(16, 3 * KILLS) })
  return { dir, slack, relay: await relayProcess(dir, text, env) }
}

const drained = async (relay: RelayProcess): Promise<void> => {
  for (const name of ['shop', 'desk']) await expect.poll(async () => (await channelOf(relay, name)).queue, { timeout: 120_000 }).toBe(0)
}

test(`a relay that is killed ${KILLS} times under load loses nothing that it took, and repeats at most one post a kill`, {
  timeout: 120_000 + KILLS * 5_000,
}, async () => {
  const random = randomFrom(Number(process.env.RELAY_SEED ?? 6))
  const { dir, slack, relay } = await started(random)
  await relay.start()
  const windows: Record<string, unknown> = {}
  const counted: Record<string, number> = {}
  for (const app of ['shop', 'desk']) {
    await relay.admin('POST', '/v1/quiet', { app, ttl_s: 14_000, because: 'deploy 7 failed', by: 'a test', reason: 'halt' })
    windows[app] = (await channelOf(relay, app)).window
    expect(windows[app]).not.toBeNull()
  }
  const senders = startSenders(relay, random)
  const deaths: number[] = []
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(60 + random() * 400)
    if (random() < 0.5) void relay.admin('POST', '/v1/flush', {}).catch(() => {})
    await sleep(random() * 40)
    await relay.kill('SIGKILL')
    deaths.push(Date.now())
    await relay.start()
    for (const app of ['shop', 'desk']) {
      const { window, held } = await channelOf(relay, app)
      expect(window).toEqual(windows[app])
      expect(held).toBeGreaterThanOrEqual(counted[app] ?? 0)
      counted[app] = held
    }
  }
  await senders.stop()
  for (const app of ['shop', 'desk']) await relay.admin('POST', '/v1/release', { app, by: 'a test' })
  await drained(relay)
  await relay.kill('SIGTERM')
  await slack.close()

  const { held, posts, torn } = await entriesOf(join(dir, 'data'))
  const shown = new Set(
    slack.taken
      .map((taken) => textOf(taken))
      .filter((text) => !isDigest(text))
      .map(idOf),
  )
  for (const app of ['shop', 'desk']) {
    const kept = new Set(held.filter((entry) => entry.app === app).map(({ text }) => idOf(text)))
    const { acked } = senders.sent[app]!
    expect([...acked].filter((id) => !kept.has(id) && !shown.has(id))).toEqual([])
    expect(acked.size).toBeGreaterThan(KILLS)
    expect(kept.size).toBe(held.filter((entry) => entry.app === app).length)
    const told = posts.filter((post) => post.app === app && post.what !== 'message').flatMap(({ covers }) => Object.values(covers))
    expect(told.reduce((sum, count) => sum + count, 0)).toBe(kept.size)
    const closing = slack.taken.map((taken) => textOf(taken)).filter((text) => text.startsWith(`*${app}* is no longer quiet`))
    expect(closing).toHaveLength(1)
    expect(closing[0]?.replaceAll(',', '')).toContain(` ${kept.size} held.`)
  }
  expect(torn).toBe(0)
  const again = repeats(slack.taken)
  for (const path of new Set(again.map((one) => one.path)))
    expect(
      mostBetween(
        again.filter((one) => one.path === path).map(({ at }) => at),
        deaths,
      ),
    ).toBeLessThanOrEqual(1)
  expect(again.length).toBeLessThanOrEqual(KILLS)
  if (process.env.RELAY_KILLS) {
    const acked = senders.sent.shop!.acked.size + senders.sent.desk!.acked.size
    process.stderr.write(`${acked} acknowledged, ${held.length} held, ${slack.taken.length} posted, ${again.length} repeated\n`)
  }
})

test('a window whose relay was killed ends at its own time all the same, with what it held, though nobody comes back', async () => {
  const { dir, slack, relay } = await started(() => 0.5)
  await relay.start()
  await relay.admin('POST', '/v1/quiet', { app: 'shop', ttl_s: 8, because: 'deploy 7 failed', by: 'a test', reason: 'halt' })
  const said = [TEXTS[0]!(1), TEXTS[0]!(2), TEXTS[0]!(3)].map((text) => JSON.stringify({ text }))
  for (const body of said) expect(await relay.post(`/services/T/B/${TOKENS.shop}`, body)).toEqual({ status: 200, body: 'ok' })
  await relay.kill('SIGKILL')
  await relay.start()
  expect(await channelOf(relay, 'shop')).toMatchObject({ held: 2, window: {} })
  await expect.poll(() => slack.taken.map((taken) => textOf(taken)), { timeout: 60_000 }).toHaveLength(2)
  expect(textOf(slack.taken[1]!)).toMatch(/no longer quiet[\s\S]*3 messages in 1 kind: 1 shown, 2 held\./)
  expect((await channelOf(relay, 'shop')).window).toBeNull()
  await relay.kill('SIGTERM')
  await slack.close()
  expect((await entriesOf(join(dir, 'data'))).held).toHaveLength(2)
})
