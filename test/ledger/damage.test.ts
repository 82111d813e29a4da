import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { guardFiles } from '../../src/adapters/guard-files.ts'
import type { State } from '../../src/ledger/state.ts'
import { acknowledge, end, hex, intend, makeRoom, put, type Room, refusalOf } from '../support/ledger.ts'

const FREEZE = { type: 'freeze.set', until: '2027-01-01T00:00:00.000Z', because: 'launch' } as const
const REF = 'refs/safe-deploy/everflow'

/** A ledger with a known good and a halt: whatever becomes of it, the halt must not be lost. */
const halted = async (options: Parameters<typeof makeRoom>[0] = {}): Promise<Room> => {
  const room = makeRoom(options)
  await put(room, intend(1))
  await put(room, end(1, 'deployed'))
  await put(room, intend(2))
  await put(room, end(2, 'unhealthy'))
  return room
}

const git = (room: Room, args: string[], input?: string): string =>
  execFileSync('git', [`--git-dir=${room.folder.ledgerGit}`, ...args], { encoding: 'utf8', input, stdio: ['pipe', 'pipe', 'pipe'] }).trim()

/** Puts a state.json of our making on top of the chain. */
const forge = (room: Room, state: string): void => {
  const blob = git(room, ['hash-object', '-w', '--stdin'], state)
  const tree = git(room, ['mktree'], `100644 blob ${blob}\tstate.json\n`)
  const who = ['-c', 'user.name=x', '-c', 'user.email=x@y']
  git(room, ['update-ref', REF, git(room, [...who, 'commit-tree', tree, '-p', REF, '-m', 'forged'])])
}

const stateOf = async (room: Room): Promise<State> => {
  const { state } = await room.ledger.read()
  if (!state) throw new Error('no state')
  return state
}

/** What every damage must lead to: refused, by its code, with a command, the halt still known, and nothing that can be appended. */
const expectRefused = async (room: Room, code: string): Promise<void> => {
  const tip = await room.ledger.read()
  expect(tip.problem?.refusal.code).toBe(code)
  expect(tip.problem?.refusal.exit).toBe(12)
  expect(tip.state).toBeNull()
  expect(tip.problem?.refusal.next.length).toBeGreaterThan(0)
  expect(tip.problem?.refusal.next.map((next) => next.argv[0])).not.toContain(undefined)
  expect((await refusalOf(() => room.ledger.append(tip, [FREEZE]))).code).toBe(code)
}

const expectHaltKnown = async (room: Room): Promise<void> => {
  const { core, cachedAt } = await room.ledger.read()
  expect([core?.halt?.id, core?.good[0]?.attempt]).toEqual([hex(2), hex(1)])
  expect(cachedAt).toMatch(/^2026-/)
}

const ref = (room: Room): string => join(room.folder.ledgerGit, REF)

test.each([
  ['zero bytes', ''],
  ['noise', 'not an id\n'],
  ['a commit that is missing', `${hex(0xdead, 40)}\n`],
])('a ref of %s is damage, and says where the ledger stood', async (_, text) => {
  const room = await halted()
  const { oid } = await room.ledger.read()
  writeFileSync(ref(room), text)
  await expectRefused(room, 'LEDGER_BROKEN')
  await expectHaltKnown(room)
  const [restore] = (await room.ledger.read()).problem!.refusal.next
  expect(restore?.argv).toEqual(['safe-deploy', 'ledger', 'restore'])
  expect(restore?.says).toContain(oid?.slice(0, 12))
  expect(await room.ledger.store.restore(oid!)).toBe(true)
  expect((await stateOf(room)).core.halt?.id).toBe(hex(2))
})

test('a damaged ref on a first deploy without any memory is still damage', async () => {
  const room = await halted()
  rmSync(dirname(room.folder.seen('everflow')), { recursive: true })
  writeFileSync(ref(room), '')
  await expectRefused(room, 'LEDGER_BROKEN')
})

test('a deleted ref is gone, not a first deploy: with its reflog', async () => {
  const room = await halted()
  rmSync(ref(room))
  await expectRefused(room, 'LEDGER_BROKEN')
  await expectHaltKnown(room)
})

test('a deleted ref is gone, not a first deploy: without its reflog', async () => {
  const room = await halted()
  git(room, ['update-ref', '-d', REF])
  await expectRefused(room, 'LEDGER_MISSING')
  await expectHaltKnown(room)
})

test('a deleted repository is gone, not a first deploy', async () => {
  const room = await halted()
  rmSync(room.folder.ledgerGit, { recursive: true })
  await expectRefused(room, 'LEDGER_MISSING')
  await expectHaltKnown(room)
})

test.each([
  ['noise', 'noise'],
  ['empty', ''],
  ['of another shape', '{"at": 7, "state": []}'],
])('a deleted repository beside a memory that is %s is no first deploy either', async (_, text) => {
  const room = await halted()
  rmSync(room.folder.ledgerGit, { recursive: true })
  writeFileSync(room.folder.seen('everflow'), text)
  await expectRefused(room, 'LEDGER_MISSING')
})

test('a memory that cannot be opened still says that there was a ledger', async () => {
  const whole = await halted()
  rmSync(whole.folder.ledgerGit, { recursive: true })
  const files = {
    ...guardFiles,
    readText: async () => {
      throw new Error('EACCES')
    },
  }
  await expectRefused(makeRoom({ commonDir: whole.root, files }), 'LEDGER_MISSING')
})

test('a private folder that cannot be listed is no first deploy', async () => {
  const whole = await halted()
  const files = {
    ...guardFiles,
    list: async () => {
      throw new Error('EACCES')
    },
    readText: async () => null,
  }
  await expectRefused(makeRoom({ commonDir: whole.root, files }), 'LEDGER_BROKEN')
})

test('nothing at all is a first deploy', async () => {
  expect(await makeRoom().ledger.read()).toEqual({ oid: null, state: null, core: null, problem: null, cachedAt: null, seq: 0 })
})

test('nothing at all, where the config names a ledger, is a missing one', async () => {
  await expectRefused(makeRoom({ id: hex(0xc0ffee) }), 'LEDGER_MISSING')
})

test('a repository that git cannot open is damage', async () => {
  const room = await halted()
  writeFileSync(join(room.folder.ledgerGit, 'config'), '[core\nbroken')
  await expectRefused(room, 'LEDGER_BROKEN')
  await expectHaltKnown(room)
})

test('a repository without HEAD is damage', async () => {
  const room = await halted()
  rmSync(join(room.folder.ledgerGit, 'HEAD'))
  await expectRefused(room, 'LEDGER_BROKEN')
})

test('a left-over lock refuses writing, and the printed command takes it away', async () => {
  const room = await halted()
  const lock = `${ref(room)}.lock`
  writeFileSync(lock, '')
  expect((await room.ledger.read()).problem).toBeNull()
  const refusal = await refusalOf(() => put(room, FREEZE))
  expect(refusal).toMatchObject({ code: 'LEDGER_NOT_WRITABLE', exit: 69 })
  expect(refusal.next[0]?.argv).toEqual(['rm', lock])
  const [command = '', ...args] = refusal.next[0]!.argv
  execFileSync(command, args)
  expect((await put(room, FREEZE)).problem).toBeNull()
})

test.each([
  ['no JSON', () => '{'],
  ['without a core', () => '{"needs":1}'],
  ['with half a core', (state: State) => JSON.stringify({ ...state, core: { ...state.core, good: [{}] } })],
  [
    'with an open attempt that names no deadline',
    (state: State) => JSON.stringify({ ...state, core: { ...state.core, open: { attempt: 'x' } } }),
  ],
  ['without its lists', (state: State) => JSON.stringify({ ...state, tries: null })],
  ['of 17 MiB', (state: State) => `${JSON.stringify(state)}${' '.repeat(17 * 1024 * 1024)}`],
])('a state.json %s is damage', async (_, text) => {
  const room = await halted()
  forge(room, text(await stateOf(room)))
  await expectRefused(room, 'LEDGER_BROKEN')
  await expectHaltKnown(room)
})

test('a newer ledger refuses deploys, and its frozen core still tells where to go back to', async () => {
  const room = await halted()
  const state = await stateOf(room)
  forge(room, JSON.stringify({ core: state.core, needs: 99, moons: [1] }))
  await expectRefused(room, 'LEDGER_NEWER')
  expect((await room.ledger.read()).core).toEqual(state.core)
  expect((await room.ledger.read()).problem?.refusal.next.map((next) => next.argv.slice(0, 2).join(' '))).toEqual([
    'npm install',
    'safe-deploy rollback',
  ])
})

test('a memory of a newer ledger that is gone is no first deploy', async () => {
  const room = await halted()
  const state = await stateOf(room)
  const seen = { at: '2026-03-01T10:00:00.000Z', oid: hex(1, 40), state: { core: state.core, needs: 99 } }
  writeFileSync(room.folder.seen('everflow'), JSON.stringify(seen))
  rmSync(room.folder.ledgerGit, { recursive: true })
  await expectRefused(room, 'LEDGER_MISSING')
  await expectHaltKnown(room)
})

test('a ledger that was set back has lost what this clone has seen', async () => {
  const room = await halted()
  git(room, ['update-ref', REF, `${REF}~2`])
  await expectRefused(room, 'LEDGER_BROKEN')
  await expectHaltKnown(room)
})

test('a ledger that went on elsewhere is no damage', async () => {
  const room = await halted()
  const old = readFileSync(room.folder.seen('everflow'))
  await put(room, acknowledge(9, hex(2)))
  writeFileSync(room.folder.seen('everflow'), old)
  expect((await room.ledger.read()).problem).toBeNull()
})

test('another ledger in its place lifts nothing', async () => {
  const room = await halted()
  rmSync(room.folder.ledgerGit, { recursive: true })
  const other = makeRoom()
  await put(other, FREEZE)
  execFileSync('cp', ['-r', other.folder.ledgerGit, room.folder.ledgerGit])
  await expectRefused(room, 'LEDGER_BROKEN')
  await expectHaltKnown(room)
})

test('a ledger with another id than the config names is refused', async () => {
  const room = await halted()
  await expectRefused(makeRoom({ commonDir: room.root, id: hex(0xc0ffee) }), 'LEDGER_BROKEN')
  const { ledger } = (await stateOf(room)).core
  expect((await makeRoom({ commonDir: room.root, id: ledger }).ledger.read()).problem).toBeNull()
})

test('another app’s ledger is never something to go back to', async () => {
  const room = await halted()
  forge(room, JSON.stringify({ ...(await stateOf(room)), core: { ...(await stateOf(room)).core, app: 'billing' } }))
  await expectRefused(room, 'LEDGER_BROKEN')
  rmSync(dirname(room.folder.seen('everflow')), { recursive: true })
  expect((await room.ledger.read()).core).toBeNull()
})

test('events that cannot be read are said with their commit', async () => {
  const room = await halted()
  const { oid } = await room.ledger.read()
  const blob = git(room, ['hash-object', '-w', '--stdin'], 'noise\n')
  const state = git(room, ['rev-parse', `${REF}:state.json`])
  const tree = git(room, ['mktree'], `100644 blob ${blob}\tevents.ndjson\n100644 blob ${state}\tstate.json\n`)
  const commit = git(room, ['-c', 'user.name=x', '-c', 'user.email=x@y', 'commit-tree', tree, '-p', oid!, '-m', 'x'])
  git(room, ['update-ref', REF, commit])
  const refusal = await refusalOf(() => room.ledger.history(10))
  expect(refusal.code).toBe('LEDGER_BROKEN')
  expect(refusal.why[0]).toContain(commit.slice(0, 12))
})

test('a new chain begins with the state of the lost one, under the same id, halted as it was', async () => {
  const room = await halted()
  const state = await stateOf(room)
  git(room, ['update-ref', '-d', REF])
  const seen = await room.ledger.lastSeen()
  expect(seen?.state).toEqual(state)
  const tip = await room.ledger.begin({ state: seen!.state, tip: seen!.oid, because: 'lost' }, state.core.ledger)
  expect(tip).toMatchObject({ problem: null, core: { halt: { id: hex(2) } } })
  expect((await room.ledger.read()).problem).toBeNull()
  expect((await stateOf(room)).seq).toBe(state.seq + 1)
})

test('a chain is not begun where one stands, and the memory stays', async () => {
  const room = await halted()
  const tip = await room.ledger.begin(null, hex(0xbeef))
  expect(tip.core?.halt?.id).toBe(hex(2))
  writeFileSync(ref(room), '')
  await room.ledger.begin(null, hex(0xbeef)).catch(() => undefined)
  await expectHaltKnown(room)
})
