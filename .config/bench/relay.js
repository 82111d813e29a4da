// The storm relay on loopback: the built one in a process of its own, before a Slack of ours; this process makes the load.
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'
import { parse } from 'yaml'
import { postAll, postOne } from './load.js'
import { at, BIN, misses, room, skip, tell } from './measure.js'

const SECONDS = Number(process.env.RELAY_SECONDS ?? 60)
const KILLS = Number(process.env.RELAY_KILLS ?? 1000)
const CONNECTIONS = 32
/** Posts of a kind that no window has seen, each in a window of its own. */
const FIRSTS = 300
const APP = 'everflow'
const ROOT = new URL('../../', import.meta.url).pathname

const text = (path) => readFileSync(join(ROOT, path), 'utf8')
const source = (path) => JSON.stringify(join(ROOT, 'src', path))

/** What is ours and not on the line, bundled by itself. */
const loadParts = async () => {
  const entry = join(room, 'relay-parts.ts')
  writeFileSync(
    entry,
    `export { openPocketSlack } from ${source('sandbox/slack.ts')}
export { readBody } from ${source('relay/read-body.ts')}
export { kindOf } from ${source('relay/kind.ts')}
export { messageText } from ${source('relay/message-text.ts')}
export { readsLikeFailure } from ${source('relay/failure-words.ts')}\n`,
  )
  const bundle = await rolldown({ input: entry, platform: 'node', logLevel: 'silent' })
  await bundle.write({ file: join(room, 'relay-parts.mjs') })
  await bundle.close()
  return import(pathToFileURL(join(room, 'relay-parts.mjs')).href)
}

const startRelay = async (slack) => {
  const folder = join(room, 'relay')
  mkdirSync(folder, { recursive: true })
  const secret = () => randomBytes(24).toString('base64url')
  const [token, admin] = [secret(), secret()]
  const config = join(folder, 'relay.yml')
  writeFileSync(
    config,
    `version: 1
listen: { host: 127.0.0.1, port: 0 }
data: ${join(folder, 'journal')}
admin: $ADMIN
hosts: ['${slack.url}']
rate: 100000
keep: { megabytes: 2000 }
channels:
  - { name: bench, app: ${APP}, token: $TOKEN, to: $SLACK, hold: all }
`,
  )
  const env = { PATH: process.env.PATH, HOME: folder, ADMIN: admin, TOKEN: token, SLACK: slack.webhook('bench') }
  const child = spawn(process.execPath, [BIN, 'relay', `--config=${config}`], { env, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  const port = await new Promise((found, fail) => {
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (part) => {
      if (said.length > 10_000) return
      said += part
      const listening = /Listening on \S+:(\d+)/.exec(said)
      if (listening) found(Number(listening[1]))
    })
    child.once('close', (code) => fail(new Error(`the relay ended with ${code}: ${said}`)))
  })
  const ask = async (path, body) => {
    const init = body ? { method: 'POST', body: JSON.stringify(body) } : {}
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers: { authorization: `Bearer ${admin}` } })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }
  return {
    pid: child.pid,
    to: { port, path: `/services/T0/B0/${token}` },
    direct: { port: Number(new URL(slack.url).port), path: new URL(slack.webhook('bench')).pathname },
    quiet: () => ask('/v1/quiet', { app: APP, ttl_s: 3600, because: 'bench', by: 'bench', reason: 'halt' }),
    release: () => ask('/v1/release', { app: APP, by: 'bench' }),
    status: async () => (await ask('/v1/status')).channels[0],
    close: () =>
      new Promise((done) => {
        child.once('close', done)
        child.kill('SIGTERM')
      }),
  }
}

/** Peak memory of a process in MB; null where the system does not tell. */
const peakOf = (pid) => {
  const status = `/proc/${pid}/status`
  const peak = existsSync(status) ? /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(status, 'utf8')) : null
  return peak ? Number(peak[1]) / 1024 : null
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms))

const firsts = async (relay) => {
  const [direct, added] = [[], []]
  for (let n = 0; n < FIRSTS; n++) {
    await relay.quiet()
    const body = JSON.stringify({ text: `Pipeline failed: kind ${'abcdefghij'[n % 10]}` })
    const bare = await postOne(relay.direct, body)
    const ours = await postOne(relay.to, body)
    if (bare.status !== 200 || ours.status !== 200) throw new Error(`a first was answered with ${ours.status}`)
    direct.push(bare.ms)
    added.push(ours.ms - bare.ms)
    await relay.release()
  }
  console.log(`      posting to Slack itself takes ${at(direct, 0.5).toFixed(2)} ms here, p99 ${at(direct, 0.99).toFixed(2)} ms`)
  tell('first of a kind, added by the relay, p50', at(added, 0.5), 5, ' ms')
  tell('  p99', at(added, 0.99), 50, ' ms')
}

const held = async (relay) => {
  await relay.quiet()
  const body = (n) =>
    JSON.stringify({ text: `Pipeline failed: everflow - password authentication failed for user "everflow" (run ${n % 1000})` })
  await postOne(relay.to, body(0))
  const before = (await relay.status()).held
  const { answers, ms, seconds } = await postAll(relay.to, { connections: CONNECTIONS, seconds: SECONDS, body })
  const posted = ms.length
  const kept = (await relay.status()).held - before
  const ok = answers.get('200 ok') ?? 0
  if (ok !== posted || kept !== posted) misses.push('held: an answer that is not ok, or a message that is not counted')
  console.log(`      ${posted} messages in ${seconds.toFixed(1)} s over ${CONNECTIONS} connections: ${ok} answered ok, ${kept} held`)
  console.log(`      ${(posted / seconds).toFixed(0)} messages a second`)
  tell('held: 2,000 messages a second / messages a second', 2000 / (posted / seconds), 1)
  console.log(`      p50 ${at(ms, 0.5).toFixed(1)} ms`)
  tell('held: p99', at(ms, 0.99), 50, ' ms')
  const peak = peakOf(relay.pid)
  if (peak === null) skip('held: peak memory of the relay', 'no /proc here')
  else tell('held: peak memory of the relay', peak, 150, ' MB')
  await relay.release()
  // What it says at the end goes out at one a second.
  await pause(2_000)
}

const masking = ({ kindOf, messageText, readBody, readsLikeFailure }) => {
  const look = (body, type = 'application/json') => {
    const read = readBody(body, { 'content-type': type })
    if (read === null) return
    kindOf(read.text)
    readsLikeFailure(read.text)
  }
  // Work of the processor, not time: who else works here does not count.
  const cost = (times, act) => {
    const rounds = Array.from({ length: 7 }, () => {
      const began = process.cpuUsage()
      for (let i = 0; i < times; i++) act()
      const { user, system } = process.cpuUsage(began)
      return (user + system) / times
    })
    return at(rounds, 0.1)
  }
  const alerts = Object.values(parse(text('test/relay/alerts.yml')).kinds).flat()
  const said = alerts.map(messageText)
  const all = () => {
    for (const one of said) kindOf(one)
  }
  for (let i = 0; i < 20; i++) all()
  tell(`masking, a message of the corpus (${said.length})`, cost(5, all) / said.length, 20, ' µs')
  const most = 256 * 1024
  /** So much of a part that its JSON takes so many bytes. */
  const fill = (part, bytes) => part.repeat(Math.max(1, Math.floor(bytes / (Buffer.byteLength(JSON.stringify(part)) - 2))))
  const several = (bytes, make) => Array.from({ length: Math.floor(most / bytes) - 1 }, make)
  const shapes = {
    text: (part) => ({ text: fill(part, most - 100) }),
    attachments: (part) => ({ attachments: several(1200, () => ({ title: part, text: fill(part, 1000) })) }),
    blocks: (part) => ({ blocks: several(1200, () => ({ type: 'section', text: { type: 'mrkdwn', text: fill(part, 1000) } })) }),
    'many fields': (part) => ({ attachments: [{ fields: several(160, () => ({ title: part, value: fill(part, 20) })) }] }),
  }
  const cut = (body) => Buffer.from(body).subarray(0, most)
  const bodies = [
    ...Object.entries(shapes).flatMap(([shape, make]) =>
      parse(text('test/relay/nasty.yml')).map((part) => ({
        name: `${shape} of ${JSON.stringify(part)}`,
        body: Buffer.from(JSON.stringify(make(part))),
      })),
    ),
    { name: 'nested arrays', body: cut('['.repeat(most)) },
    { name: 'nested blocks', body: Buffer.from(`${'{"blocks":['.repeat(20_000)}${']}'.repeat(20_000)}`) },
    { name: 'a form of &', body: cut(`payload=%7B${'&a=%7B'.repeat(most / 6)}`), type: 'application/x-www-form-urlencoded' },
  ]
  const over = bodies.filter(({ body }) => body.length > most)
  if (over.length > 0) throw new Error(`bodies over 256 KB: ${over.map(({ name }) => name).join(', ')}`)
  const costs = bodies.map(({ name, body, type }) => ({ name, ms: cost(1, () => look(body, type)) / 1000 })).sort((a, b) => b.ms - a.ms)
  tell(`reading and masking the worst of ${costs.length} bodies of up to 256 KB`, costs[0].ms, 20, ' ms')
  console.log(`      it is ${costs[0].name}`)
}

/** The test of the journal, as often as the bar asks. */
const kills = () => {
  if (KILLS === 0) return skip('a relay that is killed', 'RELAY_KILLS is 0')
  const argv = ['vitest', 'run', '--config', '.config/vitest.config.js', 'test/relay/killed.test.ts']
  const began = process.hrtime.bigint()
  const ran = spawnSync('npx', argv, {
    cwd: ROOT,
    env: { ...process.env, RELAY_KILLS: String(KILLS) },
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  const minutes = Number(process.hrtime.bigint() - began) / 6e10
  const counts = /\d+ acknowledged, .*/.exec(`${ran.stdout}${ran.stderr}`)?.[0] ?? ''
  console.log(
    `${ran.status === 0 ? 'ok  ' : 'MISS'}  ${KILLS} kills under load, nothing lost, one repeat a kill: ${counts} (${minutes.toFixed(1)} min)`,
  )
  if (ran.status !== 0) {
    misses.push(`${KILLS} kills under load`)
    console.log(`${ran.stdout}${ran.stderr}`.split('\n').slice(-60).join('\n'))
  }
}

const underLoad = async ({ openPocketSlack }) => {
  const slack = await openPocketSlack()
  const running = await startRelay(slack)
  try {
    await firsts(running)
    await held(running)
  } finally {
    await running.close()
    await slack.close()
  }
}

/** RELAY_SECONDS and RELAY_KILLS say how long and how often; 0 leaves it out. */
export const relay = async () => {
  const parts = await loadParts()
  masking(parts)
  if (SECONDS > 0) await underLoad(parts)
  else skip('a relay under load', 'RELAY_SECONDS is 0')
  kills()
}
