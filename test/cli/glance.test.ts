import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { glance } from '../../src/glance.ts'
import type { Which } from '../../src/which-ledger.ts'
import { acknowledge, end, hex, intend, makeRoom, put, type Room } from '../support/ledger.ts'
import { folder, run } from './run.ts'

const place = folder()
afterAll(() => place.remove())

const APP = 'demo'
const HERE: Which = { app: APP, remote: 'none', at: null, id: null, logs: 'share' }
const rooms = { made: 0 }

/** A ledger with a known good and a halt, in a repository of its own. */
const halted = async (app = APP): Promise<Room & { repo: string; ref: string; seen: string }> => {
  const repo = join(place.path, `repo${rooms.made++}`)
  execFileSync('git', ['init', '-q', repo])
  writeFileSync(join(repo, 'fly.toml'), `app = "${app}"\n`)
  const room = makeRoom({ commonDir: join(repo, '.git'), app })
  await put(room, intend(1), end(1, 'deployed'))
  await put(room, intend(2), end(2, 'unhealthy'))
  return { ...room, repo, ref: join(room.folder.ledgerGit, 'refs', 'safe-deploy', app), seen: room.folder.seen(app) }
}

const inLedger = ({ folder: { ledgerGit } }: Room, ...args: string[]): string =>
  execFileSync('git', ['--git-dir', ledgerGit, ...args], { encoding: 'utf8' }).trim()

const commitFile = (room: Room & { ref: string }): string => {
  const oid = readFileSync(room.ref, 'utf8').trim()
  return join(room.folder.ledgerGit, 'objects', oid.slice(0, 2), oid.slice(2))
}

const known = async (room: Room, which: Partial<Which> = {}, env = {}) =>
  (await glance({ env }, room.folder, { ...HERE, ...which }))?.core.halt?.id ?? null

const statusOf = async (repo: string, env = {}) => {
  const { exit, stdout } = await run(['status', '--json', '--exit-code'], { cwd: repo, env })
  return [exit, stdout.split('\n').find((line) => line.includes('"type":"status"')) ?? stdout]
}
/** The line without when it was written. */
const timeless = ([exit, line]: (string | number | null)[]) => [exit, `${line}`.replace(/"at":"[^"]*"/, '')]

describe('a look by memory', () => {
  it('says what git says, and needs no git', async () => {
    const { repo, seen } = await halted()
    const first = timeless(await statusOf(repo))
    const empty = join(place.path, 'empty')
    mkdirSync(empty, { recursive: true })
    expect(timeless(await statusOf(repo, { PATH: empty }))).toEqual(first)
    rmSync(seen)
    expect(timeless(await statusOf(repo))).toEqual(first)
    expect(first[0]).toBe(12)
    // Without a memory there is no answer but git's.
    expect((await statusOf(repo, { PATH: empty }))[1]).toContain('GIT_MISSING')
  })

  it('refuses the second guess without git, and notes it', async () => {
    const { repo, folder: ours } = await halted()
    expect((await run(['status'], { cwd: repo })).exit).toBe(0)
    const empty = join(place.path, 'none')
    mkdirSync(empty, { recursive: true })
    const { exit, stdout } = await run(['--no-input'], { cwd: repo, env: { CI: '', PATH: empty } })
    expect([exit, stdout.includes('Halted: it was unhealthy')]).toEqual([12, true])
    expect(readdirSync(ours.pending)).toHaveLength(1)
  })

  it('is the state as it was read', async () => {
    const room = await halted()
    expect(await glance({ env: {} }, room.folder, HERE)).toEqual((await room.ledger.read()).state)
  })

  it('holds where nothing is said of a remote, but not in a job, and not where one is named', async () => {
    const room = await halted()
    expect(await known(room, { remote: null })).toBe(hex(2))
    expect(await known(room, { remote: null }, { CI: '1' })).toBeNull()
    expect(await known(room, {}, { CI: '1' })).toBe(hex(2))
    expect(await known(room, { remote: 'origin' })).toBeNull()
  })

  it('holds for the ledger that the config names, and for no other', async () => {
    const room = await halted()
    const id = (await room.ledger.read()).core?.ledger ?? ''
    expect(await known(room, { id })).toBe(hex(2))
    expect(await known(room, { id: hex(0xc0ffee) })).toBeNull()
  })
})

describe('a memory is not believed', () => {
  it('older than the ledger', async () => {
    const room = await halted()
    const old = join(place.path, 'old.json')
    copyFileSync(room.seen, old)
    await put(room, acknowledge(9, hex(2)))
    copyFileSync(old, room.seen)
    expect(await known(room)).toBeNull()
    const now = await run(['status'], { cwd: room.repo })
    expect(now.stdout).toContain('Acknowledged')
  })

  it('newer than the ledger: that one was set back', async () => {
    const room = await halted()
    inLedger(room, 'update-ref', `refs/safe-deploy/${APP}`, `refs/safe-deploy/${APP}~1`)
    expect(await known(room)).toBeNull()
    expect(`${await statusOf(room.repo)}`).toContain('ledger-broken')
  })

  it('of another ledger, or of another app under its name', async () => {
    const [room, other, another] = [await halted(), await halted(), await halted('another')]
    copyFileSync(other.seen, room.seen)
    expect(await known(room)).toBeNull()
    copyFileSync(another.seen, other.seen)
    copyFileSync(another.ref, other.ref)
    execFileSync('cp', ['-r', join(another.folder.ledgerGit, 'objects'), other.folder.ledgerGit])
    expect(await known(other)).toBeNull()
  })

  it('of a ledger that was shared', async () => {
    const room = await halted()
    const seen = JSON.parse(readFileSync(room.seen, 'utf8'))
    writeFileSync(room.seen, JSON.stringify({ ...seen, place: null }))
    expect(await known(room)).toBe(hex(2))
    writeFileSync(room.seen, JSON.stringify({ ...seen, place: 'origin' }))
    expect(await known(room)).toBeNull()
  })

  it.each([
    ['noise', () => 'noise'],
    ['nothing', () => ''],
    ['cut off', (text: string) => text.slice(0, -20)],
    ['without a commit', (text: string) => JSON.stringify({ ...JSON.parse(text), oid: null })],
    ['of a shape that this version cannot read', (text: string) => JSON.stringify({ ...JSON.parse(text), state: { core: {} } })],
  ])('that is %s', async (_, damaged) => {
    const room = await halted()
    const before = timeless(await statusOf(room.repo))
    writeFileSync(room.seen, damaged(readFileSync(room.seen, 'utf8')))
    expect(await known(room)).toBeNull()
    expect(timeless(await statusOf(room.repo))).toEqual(before)
  })
})

describe('damage is noticed as before', () => {
  it.each([
    ['the commit is gone', (room: Awaited<ReturnType<typeof halted>>) => rmSync(commitFile(room))],
    [
      'the commit is empty',
      (room: Awaited<ReturnType<typeof halted>>) => {
        rmSync(commitFile(room))
        writeFileSync(commitFile(room), '')
      },
    ],
    ['the ref is noise', ({ ref }: { ref: string }) => writeFileSync(ref, 'noise\n')],
    ['the ref is empty', ({ ref }: { ref: string }) => truncateSync(ref)],
    ['the ref is gone', ({ ref }: { ref: string }) => rmSync(ref)],
    ['the repository has no HEAD', (room: Room) => rmSync(join(room.folder.ledgerGit, 'HEAD'))],
    ['the repository is gone', (room: Room) => rmSync(room.folder.ledgerGit, { recursive: true })],
  ])('where %s', async (_, damage) => {
    const room = await halted()
    expect((await statusOf(room.repo))[0]).toBe(12)
    damage(room)
    expect(await known(room)).toBeNull()
    expect(`${await statusOf(room.repo)}`).toMatch(/ledger-(?:broken|missing)/)
  })

  it('and what git has packed is none', async () => {
    const room = await halted()
    const before = timeless(await statusOf(room.repo))
    inLedger(room, 'repack', '-adq')
    expect([existsSync(commitFile(room)), await known(room), timeless(await statusOf(room.repo))]).toEqual([false, null, before])
    inLedger(room, 'pack-refs', '--all')
    expect([existsSync(room.ref), await known(room), timeless(await statusOf(room.repo))]).toEqual([false, null, before])
  })
})
