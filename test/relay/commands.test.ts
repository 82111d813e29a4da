import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { kindOf } from '../../src/relay/kind.ts'
import { tempFolder } from '../change/repo.ts'
import { type Ran, run } from '../cli/run.ts'
import { type FakeSlack, openFakeSlack } from '../support/fake-slack.ts'
import { ADMIN, relayConfig, TOKENS } from '../support/relay-config.ts'
import { relayProcess } from '../support/relay-process.ts'

interface House {
  slack: FakeSlack
  url: string
  post(text: string, app?: string): Promise<void>
  /** The built command, in a repository whose config names the relay. */
  relay(...args: string[]): Promise<Ran>
  repo: string
  env: Record<string, string>
}

const newFolder = (): string => {
  const folder = tempFolder()
  mkdirSync(folder, { recursive: true })
  return folder
}

/** A repository of the app `shop`. */
const repository = (notify: string): string => {
  const repo = newFolder()
  execFileSync('git', ['init', '-q', repo])
  writeFileSync(join(repo, 'fly.toml'), 'app = "shop"\n')
  writeFileSync(join(repo, 'safe-deploy.yml'), `version: 1\nnotify:\n${notify}`)
  return repo
}

/** A relay that runs, before a fake Slack. */
const runningRelay = async (): Promise<Omit<House, 'relay' | 'repo' | 'env'>> => {
  const slack = await openFakeSlack()
  onTestFinished(() => slack.close())
  const folder = newFolder()
  const { env, text } = relayConfig({ data: join(folder, 'journal'), slack: slack.url, megabytes: 64 })
  const at = { port: 0 }
  const config = (port: number): string => {
    at.port = port
    return text(port)
  }
  const running = await relayProcess(folder, config, env)
  await running.start()
  const post = async (message: string, app = 'shop'): Promise<void> => {
    expect(await running.post(`/services/T/B/${TOKENS[app]}`, JSON.stringify({ text: message }))).toMatchObject({ status: 200 })
  }
  return { slack, post, url: `http://127.0.0.1:${at.port}` }
}

const openHouse = async (): Promise<House> => {
  const running = await runningRelay()
  const repo = repository('  - relay: { url: $RELAY_URL, token: $RELAY_KEY }\n')
  const env = { RELAY_URL: running.url, RELAY_KEY: ADMIN, USER: 'kim' }
  return { ...running, repo, env, relay: (...args) => run(['relay', ...args], { cwd: repo, env }) }
}

/** Data of the reports of a run with `--json`. */
const reports = ({ stdout }: Ran): Record<string, unknown>[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ type }) => type === 'report')
    .map(({ data }) => data)

const all = ({ stdout, stderr }: Ran): string => stdout + stderr

/** Two texts whose kinds begin with the same digit. */
const twoOfOnePrefix = (): [{ text: string; key: string }, { text: string; key: string }] => {
  const seen = new Map<string, { text: string; key: string }>()
  for (const letter of 'abcdefghijklmnopqrstuvwxyz') {
    const text = `${letter.repeat(3)} failed badly`
    const { key } = kindOf({ text })
    const before = seen.get(key.slice(0, 1))
    if (before) return [before, { text, key }]
    seen.set(key.slice(0, 1), { text, key })
  }
  throw new Error('26 kinds and 16 digits')
}

/** A server that is no relay. */
const listening = async (server: Server): Promise<string> => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('a relay from the command line', () => {
  test('quiet, held, show, flush, release: nothing is lost, and all of it is read', async () => {
    const { relay, post, slack } = await openHouse()
    expect((await relay('status')).stdout).toMatch(/shop +shop +normal +0 +0 +0 +0\n/)
    const quiet = await relay('quiet', '--for=30m', '--because=the database moves')
    expect(quiet.exit).toBe(0)
    expect(quiet.stdout).toContain('relay $RELAY_URL: shop is quiet until')
    expect(quiet.stdout).toContain('safe-deploy relay release')

    await post('order 1 failed: HTTP 500')
    for (let i = 2; i <= 4; i++) await post(`order ${i} failed: HTTP 500`)
    for (let i = 0; i < 2; i++) await post(`job failed: \u001b[31mred\u001b[0m \u202egnirts\u200b and \u0007more\nits second line ${i}`)
    expect(slack.texts('/services/shop')).toHaveLength(2)

    const status = (await relay('status')).stdout
    expect(status).toMatch(/shop +shop +quiet until .* \(person\) +2 +4 +2 +0\n/)
    expect(status).toContain('shop is quiet, person: the database moves (')
    expect(status).toMatch(/desk +desk +normal/)

    const held = await relay('held')
    expect(held.stdout).toContain('4 messages of shop held in 2 kinds')
    const [first, second] = [...held.stdout.matchAll(/^ {2}([0-9a-f]{12}) +(\d+) +(\d+) /gm)]
    expect([first?.[2], first?.[3], second?.[2], second?.[3]]).toEqual(['3', '4', '1', '2'])
    expect(held.stdout).toContain(`safe-deploy relay show ${first?.[1]}`)

    const shown = await relay('show', String(first?.[1]).slice(0, 6))
    for (let i = 1; i <= 4; i++) expect(shown.stdout).toContain(`order ${i} failed: HTTP 500\n`)
    expect(shown.stdout).toMatch(/\d\d:\d\d:\d\d {2}shop, passed on {2}order 1 failed/)
    const hidden = await relay('show', String(second?.[1]))
    expect(hidden.stdout).toContain('job failed: red gnirts and more\n')
    expect(hidden.stdout).toMatch(/\n +its second line 1\n/)
    expect(all(hidden)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/)
    const [page] = reports(await relay('show', String(first?.[1]), '--json'))
    expect(page).toMatchObject({
      kind: first?.[1],
      next: null,
      messages: [{ body: null }, {}, {}, { body: '{"text":"order 4 failed: HTTP 500"}' }],
    })

    expect((await relay('flush')).stdout).toBe('relay $RELAY_URL: 1 post on the way for shop.\n')
    expect((await relay('flush')).stdout).toContain('nothing is waiting to be told')
    expect((await relay('release')).stdout).toBe('relay $RELAY_URL: shop is released.\n')
    expect((await relay('release')).stdout).toContain('shop was not quiet')
    await expect.poll(() => slack.texts('/services/shop').at(-1)).toContain('6 messages in 2 kinds: 2 shown, 4 held')
    await post('order 9 failed: HTTP 500')
    expect(slack.texts('/services/shop').at(-1)).toBe('order 9 failed: HTTP 500')
    expect((await relay('held')).stdout).toContain('(window over) order 1 failed')
  })

  test('shows thousands of messages of one kind, page by page, each once and in order', async () => {
    const { relay, post } = await openHouse()
    await relay('quiet', '--for=30m', '--because=many')
    for (let i = 0; i < 2_050; i += 50) await Promise.all(Array.from({ length: 50 }, (_, k) => post(`order ${i + k + 1} failed`)))
    const [{ kinds }] = reports(await relay('held', '--json')) as [{ kinds: { kind: string; held: number }[] }]
    expect(kinds).toMatchObject([{ held: 2_049 }])
    const pages = reports(await relay('show', kinds[0]!.kind, '--json')) as { messages: { text: string; at: string }[] }[]
    expect(pages.map(({ messages }) => messages.length)).toEqual([1_000, 1_000, 50])
    const texts = pages.flatMap(({ messages }) => messages.map(({ text }) => text))
    expect(new Set(texts).size).toBe(2_050)
    const times = pages.flatMap(({ messages }) => messages.map(({ at }) => at))
    expect(times).toEqual([...times].sort())
  })

  test('the longest messages that a relay takes are read, whatever they weigh together', async () => {
    const { relay, post } = await openHouse()
    await relay('quiet', '--for=30m', '--because=big')
    for (let i = 0; i < 12; i++) await post(`job failed: ${'"ü'.repeat(55_000)} ${i}`)
    const [{ kinds }] = reports(await relay('held', '--json')) as [{ kinds: { kind: string; held: number }[] }]
    expect(kinds[0]?.held).toBe(11)
    const shown = await relay('show', kinds[0]!.kind)
    expect(shown.exit).toBe(0)
    expect(shown.stdout.match(/ shop {2}job failed/g)).toHaveLength(11)
    expect(Math.max(...shown.stdout.split('\n').map((line) => line.length))).toBeLessThan(2_100)
  })

  test('every window has an end and a reason: without them nothing is asked of the relay', async () => {
    const { relay } = await openHouse()
    const endless = await relay('quiet', '--because=x')
    expect([endless.exit, all(endless)]).toEqual([64, expect.stringContaining('Every quiet window has an end')])
    expect(all(endless)).toContain('safe-deploy relay quiet --for=30m --because=x ')
    for (const span of ['soon', '0', '-5m', '400d', '1ms'])
      expect([span, (await relay('quiet', '--because=x', `--for=${span}`)).exit]).toEqual([span, 64])
    const why = await relay('quiet', '--for=30m')
    expect([why.exit, all(why)]).toEqual([10, expect.stringContaining('safe-deploy relay quiet --for=30m --because=REASON')])
    expect((await relay('status')).stdout).not.toContain('quiet until')
    const long = await relay('quiet', '--for=9h', '--because=x')
    expect([long.exit, long.stdout]).toEqual([0, expect.stringMatching(/in (?:3|4) hours/)])
    expect(long.stdout).toContain('cut to 14400 s')
  })

  test('a prefix of several kinds names them; one of none says where they are listed', async () => {
    const { relay, post } = await openHouse()
    await relay('quiet', '--for=30m', '--because=x')
    const [one, two] = twoOfOnePrefix()
    await post(one.text)
    await post(two.text)
    const several = await relay('show', one.key.slice(0, 1))
    expect([several.exit, all(several)]).toEqual([69, expect.stringContaining('2 kinds that begin so')])
    for (const { key } of [one, two]) expect(all(several)).toContain(key)
    expect((await relay('show', one.key)).stdout).toContain(one.text)
    const none = await relay('show', 'zzzz')
    expect([none.exit, all(none)]).toEqual([69, expect.stringContaining('no such kind')])
    expect(all(none)).toContain('safe-deploy relay held')
    for (const bad of ['../status', 'ABC', 'a b']) expect([bad, (await relay('show', bad)).exit]).toEqual([bad, 64])
    expect((await relay('show')).exit).toBe(64)
  })

  test('works outside a repository, by --url and --app', async () => {
    const { url, post, slack } = await runningRelay()
    const cwd = newFolder()
    const there = (...args: string[]) => run(['relay', ...args], { cwd, env: { SAFE_DEPLOY_RELAY_TOKEN: ADMIN } })
    const nowhere = await there('status')
    expect([nowhere.exit, all(nowhere)]).toEqual([64, expect.stringContaining('SAFE_DEPLOY_RELAY_TOKEN')])
    const whose = await there('quiet', `--url=${url}`, '--for=30m', '--because=x')
    expect([whose.exit, all(whose)]).toEqual([64, expect.stringContaining('--app=NAME')])
    const quiet = await there('quiet', `--url=${url}/`, '--for=30m', '--because=x', '--app=desk')
    expect([quiet.exit, quiet.stdout]).toEqual([0, expect.stringContaining('desk is quiet until')])
    expect(quiet.stdout).toContain(`safe-deploy relay held --url=${url} --app=desk`)
    await post('report failed', 'desk')
    expect(slack.texts('/services/ops')).toEqual(['report failed'])
    expect((await there('held', `--url=${url}`)).stdout).toContain('report failed')
    expect((await there('flush', `--url=${url}`)).exit).toBe(0)
    const nope = await there('release', `--url=${url}`, '--app=nope')
    expect([nope.exit, all(nope)]).toEqual([69, expect.stringContaining('nope')])
    expect((await there('release', `--url=${url}`, '--app=desk')).stdout).toContain('desk is released')
  })

  test('several relays: each is told, and one that is down keeps nobody from the other', async () => {
    const [one, two] = [await runningRelay(), await runningRelay()]
    const repo = repository(['ONE', 'TWO'].map((key) => `  - relay: { url: $${key}, token: $RELAY_KEY }\n`).join(''))
    const env = { ONE: one.url, TWO: two.url, RELAY_KEY: ADMIN }
    const there = (more: Record<string, string>, ...args: string[]) => run(['relay', ...args], { cwd: repo, env: { ...env, ...more } })
    const both = await there({}, 'quiet', '--for=30m', '--because=x')
    expect([both.exit, both.stdout]).toEqual([0, expect.stringMatching(/\$ONE: shop is quiet[\s\S]*\$TWO: shop is quiet/)])
    await two.post('a failed')
    await two.post('a failed')
    const [, { kinds }] = reports(await there({}, 'held', '--json')) as [unknown, { kinds: { kind: string }[] }]
    expect((await there({}, 'show', kinds[0]!.kind)).exit).toBe(0)
    const down = await there({ ONE: 'http://127.0.0.1:9' }, 'release')
    expect([down.exit, down.stdout]).toEqual([69, expect.stringContaining('relay $TWO: shop is released')])
    expect(all(down)).toContain('1 of 2 relays did not do it')
    const unset = await there({ ONE: '' }, 'status')
    expect([unset.exit, all(unset)]).toEqual([69, expect.stringContaining('$ONE not set here')])
    const picked = (await there({}, 'held', `--url=${two.url}`)).stdout
    expect(picked).toContain(`safe-deploy relay show ${kinds[0]!.kind} --url=${two.url}`)
  })
})

describe('what is no relay, or does not take us', () => {
  test('a wrong token, and no token', async () => {
    const { url, repo, env } = await openHouse()
    const wrong = 'wrong-token-that-is-secret'
    const refused = await run(['relay', 'status'], { cwd: repo, env: { ...env, RELAY_KEY: wrong } })
    expect([refused.exit, all(refused)]).toEqual([69, expect.stringContaining('does not take this token')])
    expect(all(refused)).toContain('RELAY_REFUSED')
    expect(all(refused)).not.toContain(wrong)
    const none = await run(['relay', 'status', `--url=${url}`], { cwd: newFolder() })
    expect([none.exit, all(none)]).toEqual([64, expect.stringContaining('$SAFE_DEPLOY_RELAY_TOKEN')])
    const broken = await run(['relay', 'status', `--url=${url}`], { cwd: newFolder(), env: { SAFE_DEPLOY_RELAY_TOKEN: 'two\nlines' } })
    expect(broken.exit).toBe(64)
  })

  test('nobody there, a web page, another API, an endless answer, a redirect', async () => {
    const env = { SAFE_DEPLOY_RELAY_TOKEN: 'secret-token-of-the-admin' }
    const status = (url: string) => run(['relay', 'status', `--url=${url}`], { cwd: newFolder(), env })
    const html = await listening(
      createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>hello</html>')),
    )
    const other = await listening(createServer((_, response) => response.writeHead(200).end('{"version":7,"channels":"none"}')))
    const lost = await listening(createServer((_, response) => response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>no</h1>')))
    const away = await listening(createServer((_, response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end()))
    const down = await listening(createServer((_, response) => response.writeHead(503).end()))
    const endless = await listening(
      createServer((_, response) => {
        const more = (): void => {
          while (!response.destroyed && response.write('x'.repeat(65_536)));
        }
        response.on('drain', more)
        more()
      }),
    )
    for (const url of [html, other, lost, away, down, endless, 'http://127.0.0.1:9', 'http://nowhere.invalid']) {
      const ran = await status(url)
      expect([url, ran.exit, all(ran)]).toEqual([url, 69, expect.stringContaining('RELAY_UNREACHABLE')])
      expect(all(ran)).not.toContain(env.SAFE_DEPLOY_RELAY_TOKEN)
    }
    expect(all(await status(html))).toContain('is no relay')
    expect(all(await status(down))).toContain('cannot be reached: what answers there says 503')
  })

  test('a URL that could hold a secret is not asked and not repeated', async () => {
    for (const url of ['http://kim:hidden@relay', 'http://relay/?token=hidden', 'ftp://hidden', 'hidden']) {
      const ran = await run(['relay', 'status', `--url=${url}`], { cwd: newFolder(), env: { SAFE_DEPLOY_RELAY_TOKEN: 'x' } })
      expect([url, ran.exit]).toEqual([url, 64])
      expect(all(ran)).not.toContain('hidden')
      const quiet = await run(['relay', 'quiet', `--url=${url}`], { cwd: newFolder(), env: { SAFE_DEPLOY_RELAY_TOKEN: 'x' } })
      expect([url, quiet.exit]).toEqual([url, 64])
      expect(all(quiet)).not.toContain('hidden')
    }
  })
})
