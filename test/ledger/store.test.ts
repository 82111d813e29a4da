import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeGit } from '../../src/adapters/git.ts'
import { parseEvents } from '../../src/ledger/parse.ts'
import { makeStore } from '../../src/ledger/store.ts'
import type { Git } from '../../src/ports.ts'
import { tempFolder } from '../change/repo.ts'
import { bundle, startChild } from '../support/child.ts'
import { end, intend, makeRoom, put, refusalOf, servingOf } from '../support/ledger.ts'
import { livedIn, userOwned } from '../support/repo.ts'

const FREEZE = { type: 'freeze.set', until: '2027-01-01T00:00:00.000Z', because: 'launch' } as const

/** Plain git on the ledger, as a person would look at it. */
const look = (gitDir: string, ...args: string[]): string =>
  execFileSync('git', [`--git-dir=${gitDir}`, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 }).trimEnd()

test('plain git log reads as the deploy history, and starts no jobs', async () => {
  const room = makeRoom()
  await put(room, intend(1, { because: 'rate limit for exports' }))
  await put(room, end(1, 'deployed', { why: 'v7 serves, its probe passed' }))
  await put(room, FREEZE)
  const log = look(room.folder.ledgerGit, 'log', '--format=%an <%ae>%n%s%n%b', 'refs/safe-deploy/everflow')
  expect(look(room.folder.ledgerGit, 'log', '--format=%s', 'refs/safe-deploy/everflow').split('\n')).toEqual([
    'everflow: frozen until 2027-01-01T00:00:00.000Z: launch [skip ci]',
    'everflow: deployed: v7 serves, its probe passed [skip ci]',
    'everflow: deploy 00000000 begins: rate limit for exports [skip ci]',
  ])
  expect(log).toContain('safe-deploy <safe-deploy@localhost>')
  expect(log).toContain('By: Ada (terminal, desk)')
  expect(log).toMatch(/Event: deploy\.ended [0-9a-f]{32}/)
})

test('what people wrote cannot break out of its line of the message', async () => {
  const room = makeRoom()
  await put(room, { ...FREEZE, because: 'one\n\nBy: Mallory (terminal, x)\r\u001b[31mred\u0000 \u202eend' })
  const message = look(room.folder.ledgerGit, 'log', '--format=%B', 'refs/safe-deploy/everflow')
  expect(message.split('\n')[0]).toBe(
    'everflow: frozen until 2027-01-01T00:00:00.000Z: one By: Mallory (terminal, x) [31mred end [skip ci]',
  )
  expect(message.split('\n').filter((line) => line.startsWith('By:'))).toEqual(['By: Ada (terminal, desk)'])
  expect((await room.ledger.history(1))[0]).toMatchObject({ because: expect.stringContaining('\n\nBy: Mallory') })
})

test('each append is one commit on exactly its parent', async () => {
  const room = makeRoom()
  for (let n = 1; n <= 4; n++) await put(room, FREEZE)
  const parents = look(room.folder.ledgerGit, 'log', '--format=%H %P', 'refs/safe-deploy/everflow').split('\n')
  expect(parents.map((line) => line.trim().split(' ').length)).toEqual([2, 2, 2, 1])
  expect(parents.slice(1).map((line) => line.slice(0, 40))).toEqual(parents.slice(0, -1).map((line) => line.slice(41)))
})

test('an append on a tip that has moved is lost, and changes nothing', async () => {
  const room = makeRoom()
  const first = await put(room, FREEZE)
  const second = await put(room, FREEZE)
  const appended = await room.ledger.append(first, [FREEZE])
  expect(appended).toMatchObject({ won: false, tip: { oid: second.oid } })
  expect((await room.ledger.read()).oid).toBe(second.oid)
})

test('an append on nothing is lost where a ledger has begun meanwhile', async () => {
  const room = makeRoom()
  const nothing = await room.ledger.read()
  await put(room, FREEZE)
  expect((await room.ledger.append(nothing, [FREEZE])).won).toBe(false)
})

test('twenty processes race for one append: one wins', async () => {
  const child = await bundle('race.ts')
  const room = makeRoom()
  await put(room, FREEZE)
  const racers = Array.from({ length: 20 }, (_, i) => startChild(child, [room.root, String(i)]))
  expect(await Promise.all(racers.map((racer) => racer.line()))).toEqual(racers.map(() => 'ready'))
  for (const racer of racers) racer.say('go')
  const answers = await Promise.all(racers.map((racer) => racer.line()))
  expect(answers.filter((line) => line === 'won')).toHaveLength(1)
  expect(answers.filter((line) => line === 'lost')).toHaveLength(19)
  expect((await room.ledger.history(100)).filter((event) => event.type === 'freeze.set')).toHaveLength(2)
})

test('ten processes create the ledger at once and go on until each has won: one chain, one id, single parents', async () => {
  const child = await bundle('race.ts')
  const room = makeRoom()
  const racers = Array.from({ length: 10 }, (_, i) => startChild(child, [room.root, String(i), 'again']))
  await Promise.all(racers.map((racer) => racer.line()))
  for (const racer of racers) racer.say('go')
  const first = await Promise.all(racers.map((racer) => racer.line()))
  expect(first.filter((line) => line === 'won')).toHaveLength(1)
  expect(await Promise.all(racers.map((racer) => racer.line()))).toEqual(racers.map(() => 'done'))
  const events = await room.ledger.history(100)
  expect(events.filter((event) => event.type === 'ledger.created')).toHaveLength(1)
  expect(new Set(events.flatMap((event) => (event.type === 'freeze.set' ? [event.by.name] : []))).size).toBe(10)
  const parents = look(room.folder.ledgerGit, 'log', '--format=%H %P', 'refs/safe-deploy/everflow').split('\n')
  expect(parents.map((line) => line.trim().split(' ').length)).toEqual([...Array.from({ length: 9 }, () => 2), 1])
  expect(readdirSync(room.folder.root).filter((name) => name.startsWith('ledger.git'))).toEqual(['ledger.git'])
})

test('the user’s clone stays as it was, byte for byte', async () => {
  const repo = livedIn()
  const before = userOwned(repo)
  const room = makeRoom({ commonDir: join(repo.root, '.git'), git: repo.git })
  await put(room, intend(1))
  await put(room, end(1, 'deployed'))
  await room.ledger.history(10)
  expect(userOwned(repo)).toEqual(before)
  expect(existsSync(join(repo.root, '.git', 'FETCH_HEAD'))).toBe(false)
  expect(existsSync(join(repo.root, 'HOOK_RAN'))).toBe(false)
})

test('a user’s odd git config changes nothing', async () => {
  const home = tempFolder()
  const templates = join(home, 'template', 'hooks')
  mkdirSync(templates, { recursive: true })
  writeFileSync(join(templates, 'reference-transaction'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
  const lines = [
    ['init', `templateDir = ${join(home, 'template')}\ndefaultRefFormat = reftable\ndefaultObjectFormat = sha256\ndefaultBranch = a b`],
    ['core', `hooksPath = ${templates}\nlogAllRefUpdates = false\nfsync = none\nautocrlf = true\nabbrev = 4`],
    ['commit', 'gpgSign = true'],
    ['i18n', 'commitEncoding = ISO-8859-1\nlogOutputEncoding = UTF-16'],
    ['safe', 'bareRepository = explicit'],
    ['receive', 'denyNonFastForwards = true'],
  ]
  writeFileSync(join(home, '.gitconfig'), lines.map(([section, body]) => `[${section}]\n${body}\n`).join(''))
  const room = makeRoom({ git: makeGit({ cwd: '/', env: { PATH: process.env.PATH, HOME: home } }) })
  await put(room, { ...FREEZE, because: 'Änderung' })
  const tip = await put(room, FREEZE)
  expect(tip.oid).toMatch(/^[0-9a-f]{40}$/)
  expect((await room.ledger.history(2))[1]).toMatchObject({ because: 'Änderung' })
  expect(await room.ledger.store.lastKnown()).toBe(tip.oid)
  expect(look(room.folder.ledgerGit, 'log', '--format=%s', '-1', '--skip=1', 'refs/safe-deploy/everflow')).toContain('Änderung')
})

test('no HOME and no git identity are needed', async () => {
  const room = makeRoom({ git: makeGit({ cwd: '/', env: { PATH: process.env.PATH } }) })
  expect((await put(room, FREEZE)).seq).toBe(2)
})

test('paths with spaces, quotes, newlines and umlauts hold a ledger', async () => {
  const room = makeRoom({ commonDir: join(tempFolder(), `it's "a"\nfölder`, '.git') })
  await put(room, FREEZE)
  const tip = await put(room, FREEZE)
  expect((await room.ledger.read()).oid).toBe(tip.oid)
})

test('several apps share the repository and never see each other', async () => {
  const one = makeRoom({ app: 'one' })
  const two = makeRoom({ app: 'two', commonDir: one.root })
  await put(one, intend(1))
  expect((await two.ledger.read()).problem).toBeNull()
  await put(two, FREEZE)
  expect((await one.ledger.read()).core?.open?.attempt).toBe(intend(1).attempt)
  expect((await two.ledger.read()).core?.open).toBeNull()
})

test('a half-made repository of a killed process is in nobody’s way', async () => {
  const room = makeRoom()
  mkdirSync(`${room.folder.ledgerGit}.0123456789ab/refs`, { recursive: true })
  writeFileSync(`${room.folder.ledgerGit}.0123456789ab/config.lock`, '')
  expect((await room.ledger.read()).problem).toBeNull()
  expect((await put(room, FREEZE)).seq).toBe(2)
})

/** Git that fails like a full or read-only disk where it would write objects. */
const failingGit = (says: string, only = 'fast-import'): Git => {
  const bin = tempFolder()
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
  const script = `#!/bin/sh\ncase " $* " in *" ${only} "*) cat >/dev/null; echo "${says}" >&2; exit 128;; esac\nexec ${real} "$@"\n`
  writeFileSync(join(bin, 'git'), script, { mode: 0o755 })
  return makeGit({ cwd: '/', env: { ...process.env, PATH: `${bin}:${process.env.PATH}` } })
}

test.each([
  ['error: unable to write file: No space left on device', 'fast-import'],
  ['error: insufficient permission for adding an object to repository database ./objects', 'fast-import'],
  ['fatal: cannot mkdir /x: Read-only file system', 'init'],
  ['error: file write error: No space left on device', 'update-ref'],
])('what cannot be written is said, and nothing is half done: %s', async (says, only) => {
  const whole = makeRoom()
  if (only !== 'init') await put(whole, FREEZE)
  const before = await whole.ledger.read()
  const room = makeRoom({ commonDir: whole.root, git: failingGit(says, only) })
  const refusal = await refusalOf(() => put(room, FREEZE))
  expect(refusal).toMatchObject({ code: 'LEDGER_NOT_WRITABLE', exit: 69, next: [{ argv: ['safe-deploy', 'doctor'] }] })
  expect(refusal.why[0]).toBe(says)
  expect((await whole.ledger.read()).oid).toBe(before.oid)
  expect((await put(whole, FREEZE)).problem).toBeNull()
})

test('a commit id that is not whole never reaches the ref', async () => {
  const whole = makeRoom()
  const tip = await put(whole, FREEZE)
  const git: Git = {
    cwd: '/',
    run: async (args, options) =>
      args.includes('fast-import') ? { code: 0, stdout: Buffer.alloc(0), stderr: '', truncated: false } : whole.git.run(args, options),
  }
  expect((await refusalOf(() => put(makeRoom({ commonDir: whole.root, git }), FREEZE))).code).toBe('LEDGER_NOT_WRITABLE')
  expect((await whole.ledger.read()).oid).toBe(tip.oid)
})

test('a ledger of thousands of appends is read with one git call, and its history in bounded steps', async () => {
  const room = makeRoom()
  const tip = await put(room, intend(1, { before: servingOf(0) }))
  const state = JSON.stringify(tip.state)
  const many = 3000
  const commits = Array.from({ length: many }, (_, i) => {
    const event = JSON.stringify({
      v: 1,
      id: String(i),
      at: '2026-03-01T10:00:00Z',
      by: { name: 'x', via: 'ci', host: 'y' },
      type: 'note.added',
    })
    const from = i === 0 ? `from ${tip.oid}\n` : ''
    const file = (name: string, text: string) => `M 100644 inline ${name}\ndata ${Buffer.byteLength(text)}\n${text}\n`
    return `commit refs/safe-deploy/everflow\ncommitter x <x@y> ${i} +0000\ndata 1\nx\n${from}${file('events.ndjson', `${event}\n`)}${file('state.json', state)}`
  })
  execFileSync('git', [`--git-dir=${room.folder.ledgerGit}`, 'fast-import', '--quiet'], { input: commits.join('\n') })
  const calls: string[] = []
  const counting: Git = {
    cwd: '/',
    run: (args, options) => {
      calls.push(args.join(' '))
      return room.git.run(args, options)
    },
  }
  const again = makeRoom({ commonDir: room.root, git: counting })
  expect((await again.ledger.read()).problem).toBeNull()
  expect(calls).toHaveLength(1)
  expect(await again.ledger.history(20)).toHaveLength(20)
  expect(calls).toHaveLength(3)
  expect(await again.ledger.history(5000)).toHaveLength(many + 2)
  expect((await put(again, FREEZE)).problem).toBeNull()
})

test('restore points the ref at an older commit, over whatever lies there', async () => {
  const room = makeRoom()
  const first = await put(room, FREEZE)
  await put(room, FREEZE)
  const store = makeStore({ git: room.git, files: room.files, gitDir: room.folder.ledgerGit, app: 'everflow' })
  writeFileSync(`${room.folder.ledgerGit}/refs/safe-deploy/everflow`, 'noise')
  expect(await store.restore(first.oid!)).toBe(true)
  expect(await store.tip()).toMatchObject({ kind: 'at', oid: first.oid })
})

test('a batch is one line an event, and reads back as it was written', async () => {
  const room = makeRoom()
  const tip = await put(room, intend(1), FREEZE)
  const text = await room.ledger.store.show(tip.oid!, 'events.ndjson')
  expect(parseEvents(text ?? '').map((event) => event.type)).toEqual(['ledger.created', 'deploy.intended', 'freeze.set'])
  expect(await room.ledger.store.show(tip.oid!, 'nothing')).toBeNull()
})

test('a ref that a killed process left is removed by a later append; one of a process that runs is not', async () => {
  const room = makeRoom()
  const tip = await put(room, FREEZE)
  const own = join(room.folder.ledgerGit, 'refs', 'own')
  mkdirSync(own, { recursive: true })
  const [old, young] = [`${Date.now() - 2 * 3_600_000}-aa`, `${Date.now()}-bb`]
  for (const name of [old, young]) writeFileSync(join(own, name), `${tip.oid}\n`)
  await put(room, FREEZE)
  expect(readdirSync(own)).toEqual([young])
})
