import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ledgerRestore } from '../../src/commands/ledger-restore.ts'
import { ledgerVerify } from '../../src/commands/ledger-verify.ts'
import type { Actor } from '../../src/model.ts'
import type { Desk } from '../../src/stages/desk.ts'
import { ADA, end, hex, intend, makeRoom, put, type Room, refusalOf } from '../support/ledger.ts'

const REF = 'refs/safe-deploy/everflow'

/** As much of a desk as upkeep of the ledger needs. */
const deskOf = (room: Room, actor: Actor = ADA, id: string | null = null): Desk =>
  ({
    ledger: room.ledger,
    clock: room.clock,
    folder: room.folder,
    actor,
    emit: () => undefined,
    settings: { app: 'everflow', ledger: { id } },
  }) as unknown as Desk

const halted = async (): Promise<Room> => {
  const room = makeRoom()
  await put(room, intend(1))
  await put(room, end(1, 'deployed'))
  await put(room, intend(2))
  await put(room, end(2, 'unhealthy'))
  return room
}

const git = (room: Room, ...args: string[]): string =>
  execFileSync('git', [`--git-dir=${room.folder.ledgerGit}`, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()

const expectHalted = async (room: Room): Promise<void> => {
  const tip = await room.ledger.read()
  expect(tip.problem).toBeNull()
  expect(tip.core?.halt?.id).toBe(hex(2))
  await ledgerVerify(deskOf(room))
  expect((await put(room, { type: 'freeze.lifted', because: 'x' })).core?.halt?.id).toBe(hex(2))
}

describe('a ledger is restored, its halt and its history with it', () => {
  const whole = 4
  const damages: [string, (room: Room) => void, number][] = [
    ['an empty ref', (room) => writeFileSync(join(room.folder.ledgerGit, REF), ''), whole],
    ['a ref that names nothing', (room) => writeFileSync(join(room.folder.ledgerGit, REF), `${hex(1, 40)}\n`), whole],
    ['a deleted ref', (room) => rmSync(join(room.folder.ledgerGit, REF)), whole],
    ['a deleted ref and reflog', (room) => void git(room, 'update-ref', '-d', REF), whole],
    ['a ref that was set back before the halt', (room) => void git(room, 'update-ref', REF, `${REF}~2`), whole],
    ['a deleted repository', (room) => rmSync(room.folder.ledgerGit, { recursive: true }), 1],
    ['a repository that git cannot open', (room) => writeFileSync(join(room.folder.ledgerGit, 'config'), '[core'), 1],
  ]
  test.each(damages)('%s', async (_, damage, commits) => {
    const room = await halted()
    damage(room)
    expect((await room.ledger.read()).problem).not.toBeNull()
    expect(await ledgerRestore(deskOf(room), [])).toBe(0)
    expect(await room.ledger.store.history(99)).toHaveLength(commits)
    await expectHalted(room)
  })
})

test('the newest commit is missing: an older one that lacks the halt will not do', async () => {
  const room = await halted()
  const tip = git(room, 'rev-parse', REF)
  rmSync(join(room.folder.ledgerGit, 'objects', tip.slice(0, 2), tip.slice(2)))
  await ledgerRestore(deskOf(room), [])
  await expectHalted(room)
})

test('a whole ledger is left alone', async () => {
  const room = await halted()
  const before = git(room, 'rev-parse', REF)
  await ledgerRestore(deskOf(room), [])
  expect(git(room, 'rev-parse', REF)).toBe(before)
})

test('where nothing is known, only a person begins anew, and says why', async () => {
  const room = await halted()
  rmSync(room.folder.root, { recursive: true })
  const lost = makeRoom({ commonDir: room.root, id: hex(0xc0ffee) })
  const agent: Actor = { ...ADA, via: 'agent' }
  expect((await refusalOf(() => ledgerRestore(deskOf(lost, ADA, hex(0xc0ffee)), []))).code).toBe('LEDGER_MISSING')
  expect((await refusalOf(() => ledgerRestore(deskOf(lost, agent, hex(0xc0ffee)), ['ledger-missing=because']))).code).toBe('LEDGER_MISSING')
  expect(await ledgerRestore(deskOf(lost, ADA, hex(0xc0ffee)), ['ledger-missing=the disk died'])).toBe(0)
  expect((await lost.ledger.read()).core?.ledger).toBe(hex(0xc0ffee))
})

test('restoring a commit that is not there touches nothing', async () => {
  const room = await halted()
  const before = git(room, 'rev-parse', REF)
  expect(await room.ledger.store.restore(hex(1, 40))).toBe(false)
  expect(git(room, 'rev-parse', REF)).toBe(before)
})

test('a state that is not what its events say is found', async () => {
  const room = await halted()
  const tip = await room.ledger.read()
  const lifted = JSON.stringify({ ...tip.state, core: { ...tip.core, halt: null } })
  const forged = await room.ledger.store.append(tip.oid, { 'events.ndjson': '', 'state.json': lifted }, 'forged')
  expect(forged.kind).toBe('won')
  expect((await refusalOf(() => ledgerVerify(deskOf(room)))).code).toBe('LEDGER_BROKEN')
})
