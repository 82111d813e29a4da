import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { guardFiles } from '../../src/adapters/guard-files.ts'
import { processTable } from '../../src/adapters/process-table.ts'
import type { Intended } from '../../src/ledger/events.ts'
import type { Ledger } from '../../src/ledger/ledger.ts'
import { flushSpool, recordIntent, recordNote, recordOutcome } from '../../src/ledger/record.ts'
import { spoolIntent } from '../../src/ledger/spool.ts'
import { makeWaiting } from '../../src/ledger/waiting.ts'
import type { Files, Git } from '../../src/ports.ts'
import { acknowledge, end, goBack, hex, intend, makeRoom, put, type Room, refusalOf } from '../support/ledger.ts'

const REFUSED = { type: 'attempt.refused', command: 'deploy', code: 'FINDINGS', what: 'one finding' } as const
const FREEZE = { type: 'freeze.set', until: '2027-01-01T00:00:00.000Z', because: 'launch' } as const

/** Git that cannot write objects, as on a full disk. */
const full = (git: Git): Git => ({
  cwd: '/',
  run: async (args, options) =>
    args.includes('fast-import')
      ? { code: 128, stdout: Buffer.alloc(0), stderr: 'fatal: No space left on device\n', truncated: false }
      : git.run(args, options),
})

/** The same clone on a disk that is full. */
const onFullDisk = (room: Room, files: Files = guardFiles): Room => makeRoom({ commonDir: room.root, git: full(room.git), files })

const deps = (room: Room) => ({ ...room, table: processTable })
const seenBy = async (room: Room) => {
  const tip = await room.ledger.read()
  return { seq: tip.seq, halt: tip.core?.halt?.id ?? null }
}
const NOT_SPOOLED = { intent: null, seen: { seq: 0, halt: null }, log: '' }

/** A ledger in which something else is appended right before each of the first `times` appends. */
const disturbed = (room: Room, times: number, disturb: () => Promise<unknown>): Ledger => {
  const left = { times }
  return {
    ...room.ledger,
    append: async (...args) => {
      if (left.times-- > 0) await disturb()
      return room.ledger.append(...args)
    },
  }
}

test('an intent takes the lock, and a second one on the same reading loses', async () => {
  const room = makeRoom()
  await put(room, FREEZE, { type: 'freeze.lifted', because: 'x' })
  const read = await room.ledger.read()
  const tip = await recordIntent(room, read, [intend(1)])
  expect(tip.core?.open?.attempt).toBe(hex(1))
  const refusal = await refusalOf(() => recordIntent(room, read, [intend(2)]))
  expect(refusal).toMatchObject({ code: 'LOST_RACE', exit: 14 })
  expect(refusal.why[0]).toContain('Ada')
  expect(refusal.next.map((next) => next.argv.join(' '))).toEqual(['safe-deploy status', 'safe-deploy plan'])
})

test('an intent is never appended over an open one, even on a fresh reading', async () => {
  const room = makeRoom()
  await put(room, intend(1))
  expect((await refusalOf(async () => recordIntent(room, await room.ledger.read(), [intend(2)]))).code).toBe('LOST_RACE')
})

test.each([
  ['an intent', async (room: Room) => put(room, intend(7))],
  ['an attempt that has ended already', async (room: Room) => put(room, intend(7), end(7, 'deployed'))],
  ['a run that changed no state', async (room: Room) => put(room, intend(7, { kind: 'run' }), end(7, 'deployed'))],
  ['a failure', async (room: Room) => put(room, intend(7), end(7, 'unhealthy'))],
  ['a halt by hand', async (room: Room) => put(room, { type: 'release.condemned', because: 'x', serving: null })],
  ['a freeze', async (room: Room) => put(room, FREEZE)],
])('losing the swap to %s is final', async (_, disturb) => {
  const room = makeRoom()
  await put(room, REFUSED)
  const read = await room.ledger.read()
  const ledger = disturbed(room, 1, () => disturb(room))
  expect((await refusalOf(() => recordIntent({ ...room, ledger }, read, [intend(1)]))).code).toBe('LOST_RACE')
  expect((await room.ledger.history(50)).some((event) => event.type === 'deploy.intended' && event.attempt === hex(1))).toBe(false)
})

test('losing the swap to an acknowledgement is final: what was read was something else', async () => {
  const room = makeRoom()
  await put(room, intend(7), end(7, 'unhealthy'), acknowledge(90, hex(7)))
  const read = await room.ledger.read()
  const ledger = disturbed(room, 1, () => put(room, acknowledge(91, hex(7))))
  expect((await refusalOf(() => recordIntent({ ...room, ledger }, read, [intend(1)]))).code).toBe('LOST_RACE')
})

test('refusals and notes of others are no reason to lose', async () => {
  const room = makeRoom()
  await put(room, REFUSED)
  const read = await room.ledger.read()
  const ledger = disturbed(room, 4, () => put(room, REFUSED))
  expect((await recordIntent({ ...room, ledger }, read, [intend(1)])).core?.open?.attempt).toBe(hex(1))
  const events = await room.ledger.history(50)
  expect(events.filter((event) => event.type === 'deploy.intended')).toHaveLength(1)
})

test('five lost swaps end in a refusal, not in a loop', async () => {
  const room = makeRoom()
  await put(room, REFUSED)
  const ledger = disturbed(room, 99, () => put(room, REFUSED))
  expect((await refusalOf(async () => recordIntent({ ...room, ledger }, await room.ledger.read(), [intend(1)]))).code).toBe('LOST_RACE')
})

test('a note is appended on whatever tip, while it fits', async () => {
  const room = makeRoom()
  await put(room, intend(1), end(1, 'unhealthy'))
  const ledger = disturbed(room, 2, () => put(room, REFUSED))
  const tip = await recordNote({ ...room, ledger }, [acknowledge(9, hex(1))], (now) => now.core?.halt?.id === hex(1))
  expect(tip.state?.ack?.id).toBe(hex(9))
  const lifted = disturbed(room, 1, () => put(room, goBack(2, null), end(2, 'deployed')))
  expect((await refusalOf(() => recordNote({ ...room, ledger: lifted }, [FREEZE], (now) => now.core?.halt?.id === hex(1)))).code).toBe(
    'LOST_RACE',
  )
})

test('an outcome is appended on any tip where its intent is open', async () => {
  const room = makeRoom()
  await put(room, intend(1))
  const ledger = disturbed(room, 3, () => put(room, REFUSED, FREEZE))
  const recorded = await recordOutcome({ ...room, ledger }, end(1, 'deployed'), { ...NOT_SPOOLED, log: 'all is well\n' })
  expect(recorded.kind).toBe('appended')
  const tip = await room.ledger.read()
  expect([tip.core?.open, tip.core?.good[0]?.attempt]).toEqual([null, hex(1)])
  expect(await room.ledger.store.show(tip.oid!, `log-${hex(1).slice(0, 8)}`)).toBe('all is well\n')
})

test('a late operator’s outcome is history, and changes nothing', async () => {
  const room = makeRoom()
  await put(room, intend(1))
  await recordOutcome(room, end(1, 'unknown', { observer: true }), NOT_SPOOLED)
  const recorded = await recordOutcome(room, end(1, 'deployed'), NOT_SPOOLED)
  expect(recorded.kind).toBe('late')
  expect((await room.ledger.read()).core).toMatchObject({ halt: { id: hex(1), outcome: 'unknown' }, good: [] })
  expect((await room.ledger.history(2)).map((event) => event.type)).toEqual(['note.added', 'deploy.ended'])
})

test('a fenced operator’s outcome is history; the observer’s closes the attempt', async () => {
  const room = makeRoom()
  await put(room, intend(1), { type: 'note.added', kind: 'fence', attempt: hex(1), text: 'taken over' })
  expect((await recordOutcome(room, end(1, 'deployed'), NOT_SPOOLED)).kind).toBe('late')
  expect((await room.ledger.read()).core?.open?.attempt).toBe(hex(1))
  expect((await recordOutcome(room, end(1, 'partial', { observer: true }), NOT_SPOOLED)).kind).toBe('appended')
  expect((await room.ledger.read()).core?.halt?.id).toBe(hex(1))
})

test('an outcome that cannot be appended waits in a flushed file, and is flushed once', async () => {
  const room = makeRoom()
  await put(room, intend(1))
  const recorded = await recordOutcome(onFullDisk(room), end(1, 'unhealthy'), NOT_SPOOLED)
  expect(recorded).toEqual({ kind: 'spooled', kept: true })
  expect((await room.ledger.read()).core?.open?.attempt).toBe(hex(1))
  expect(await flushSpool(deps(onFullDisk(room)))).toBe(1)
  expect(await flushSpool(deps(room))).toBe(0)
  expect((await room.ledger.read()).core?.halt?.id).toBe(hex(1))
  expect(readdirSync(room.folder.spool)).toEqual([])
  expect(await flushSpool(deps(room))).toBe(0)
})

test('an outcome is spooled too where the ledger breaks while it is appended', async () => {
  const room = makeRoom()
  await put(room, intend(1))
  const ledger = disturbed(room, 1, async () => {
    await put(room, REFUSED)
    writeFileSync(`${room.folder.ledgerGit}/refs/safe-deploy/everflow`, '')
  })
  expect(await recordOutcome({ ...room, ledger }, end(1, 'unhealthy'), NOT_SPOOLED)).toEqual({ kind: 'spooled', kept: true })
})

test('where nothing can be written at all, the intent stays open for whoever looks next', async () => {
  const room = makeRoom()
  await put(room, intend(1))
  const files: Files = {
    ...guardFiles,
    writeDurable: async () => {
      throw new Error('ENOSPC')
    },
  }
  expect(await recordOutcome(onFullDisk(room, files), end(1, 'deployed'), NOT_SPOOLED)).toEqual({ kind: 'spooled', kept: false })
  expect((await room.ledger.read()).core?.open?.attempt).toBe(hex(1))
})

test('a rollback that was never in the ledger is flushed with its intent, as one batch, and lifts its halt', async () => {
  const room = makeRoom()
  await put(room, intend(1), end(1, 'deployed'), intend(2), end(2, 'unhealthy'))
  const seen = await seenBy(room)
  const stuck = onFullDisk(room)
  const intent = stuck.ledger.stamp(goBack(3, 1)) as Intended
  await spoolIntent(stuck, intent, seen)
  await recordOutcome(stuck, end(3, 'deployed'), { intent, seen, log: '' })
  await put(room, REFUSED)
  expect(await flushSpool(deps(room))).toBe(0)
  const tip = await room.ledger.read()
  expect([tip.core?.halt, tip.core?.open]).toEqual([null, null])
  expect((await room.ledger.history(2)).map((event) => event.type)).toEqual(['deploy.ended', 'deploy.intended'])
})

test('a flush that was cut off after its append changes nothing the second time', async () => {
  const room = makeRoom()
  await put(room, intend(1), end(1, 'deployed'))
  const seen = await seenBy(room)
  const stuck = onFullDisk(room)
  const intent = stuck.ledger.stamp(intend(2)) as Intended
  await recordOutcome(stuck, end(2, 'unhealthy'), { intent, seen, log: '' })
  const files: Files = { ...guardFiles, remove: async (path) => (path.includes('spool') ? undefined : guardFiles.remove(path)) }
  await flushSpool({ ...deps(room), files })
  expect((await room.ledger.read()).core?.halt?.id).toBe(hex(2))
  await put(room, goBack(3, 1), end(3, 'deployed'))
  expect(await flushSpool(deps(room))).toBe(0)
  expect((await room.ledger.read()).core?.halt).toBeNull()
})

test('outcomes are flushed in the order in which they happened', async () => {
  const room = makeRoom()
  await put(room, intend(1), end(1, 'deployed'), intend(2), end(2, 'unhealthy'))
  const seen = await seenBy(room)
  const stuck = onFullDisk(room)
  // Attempt ids are random: here the later attempt sorts first.
  for (const [n, outcome] of [
    [9, 'unknown'],
    [5, 'deployed'],
  ] as const) {
    stuck.clock.pass(60_000)
    const intent = stuck.ledger.stamp(goBack(n, 1)) as Intended
    await recordOutcome(stuck, end(n, outcome), { intent, seen, log: '' })
  }
  expect(await flushSpool(deps(room))).toBe(0)
  expect((await room.ledger.read()).core?.halt).toBeNull()
})

test('a spooled failure halts, whatever was deployed before it is flushed, unless a known good came after it', async () => {
  const room = makeRoom()
  await put(room, intend(1), end(1, 'deployed'))
  const seen = await seenBy(room)
  const stuck = onFullDisk(room)
  const intent = stuck.ledger.stamp(intend(2)) as Intended
  await recordOutcome(stuck, end(2, 'unhealthy'), { intent, seen, log: '' })
  await put(room, FREEZE)
  await flushSpool(deps(room))
  expect((await room.ledger.read()).core?.halt?.id).toBe(hex(2))
})

test('a spooled rollback without an outcome is left alone while it may run, and unknown once its deadline is over', async () => {
  const room = makeRoom()
  await put(room, intend(1), end(1, 'deployed'), intend(2), end(2, 'unhealthy'))
  const seen = await seenBy(room)
  await spoolIntent(room, room.ledger.stamp(goBack(3, 1)) as Intended, seen)
  expect(await flushSpool(deps(room))).toBe(1)
  room.clock.pass(901_000)
  expect(await flushSpool(deps(room))).toBe(0)
  expect((await room.ledger.history(1))[0]).toMatchObject({ type: 'deploy.ended', attempt: hex(3), outcome: 'unknown' })
  expect((await room.ledger.read()).core?.halt?.id).toBe(hex(2))
})

test('a spool file that cannot be read still waits; another app’s is not ours', async () => {
  const room = makeRoom()
  await put(room, REFUSED)
  mkdirSync(room.folder.spool, { recursive: true })
  writeFileSync(room.folder.spooled('broken'), '{')
  expect(await flushSpool(deps(room))).toBe(1)
  const other = makeRoom({ app: 'other', commonDir: room.root })
  await recordOutcome(onFullDisk(other), end(8, 'unknown'), NOT_SPOOLED)
  expect(await flushSpool(deps(room))).toBe(1)
})

test('refusals wait, and travel with the next append of their app, once and in order', async () => {
  const room = makeRoom()
  const other = makeRoom({ app: 'other', commonDir: room.root })
  await room.ledger.later(REFUSED)
  room.clock.pass(1000)
  await room.ledger.later({ type: 'note.added', kind: 'drift', attempt: null, text: 'secrets' })
  await other.ledger.later({ ...REFUSED, code: 'HALTED' })
  expect((await room.ledger.read()).oid).toBeNull()
  await put(room, FREEZE)
  expect((await room.ledger.history(9)).map((event) => event.type)).toEqual([
    'freeze.set',
    'note.added',
    'attempt.refused',
    'ledger.created',
  ])
  await put(room, FREEZE)
  expect(await room.ledger.history(9)).toHaveLength(5)
  await put(other, FREEZE)
  expect((await other.ledger.history(9))[1]).toMatchObject({ code: 'HALTED' })
})

test('what was noted without a name gets that of whoever appends it; a name stays', async () => {
  const room = makeRoom()
  const waiting = makeWaiting(guardFiles, room.folder, 'everflow')
  const noted = room.ledger.stamp(REFUSED)
  await waiting.add({ ...noted, id: hex(7), by: { ...noted.by, name: '' } })
  await waiting.add({ ...noted, id: hex(8), by: { ...noted.by, name: 'Grace' } })
  await put(room, FREEZE)
  const names = (await room.ledger.history(9)).flatMap((event) => (event.type === 'attempt.refused' ? [event.by.name] : []))
  expect(names.sort()).toEqual([noted.by.name, 'Grace'].sort())
})

test('what is added while an append runs waits for the next one', async () => {
  const room = makeRoom()
  await room.ledger.later(REFUSED)
  const racing = makeRoom({
    commonDir: room.root,
    git: {
      cwd: '/',
      run: async (args, options) => {
        if (args.includes('update-ref')) await room.ledger.later({ ...REFUSED, code: 'HALTED' })
        return room.git.run(args, options)
      },
    },
  })
  await put(racing, FREEZE)
  expect((await room.ledger.history(9)).filter((event) => event.type === 'attempt.refused')).toHaveLength(1)
  await put(room, FREEZE)
  expect((await room.ledger.history(9)).filter((event) => event.type === 'attempt.refused')).toHaveLength(2)
})

test('nothing that changes the state can wait in a file, and noise in the folder harms nobody', async () => {
  const room = makeRoom()
  await put(room, intend(1), end(1, 'unhealthy'))
  const adopted = room.ledger.stamp({ type: 'freeze.lifted', because: 'x' })
  mkdirSync(room.folder.pending, { recursive: true })
  writeFileSync(`${room.folder.pending}/1.json`, JSON.stringify({ app: 'everflow', event: adopted }))
  writeFileSync(`${room.folder.pending}/2.json`, '{')
  await put(room, REFUSED)
  expect((await room.ledger.history(9)).some((event) => event.type === 'freeze.lifted')).toBe(false)
})

test('refusals in a loop neither fill the disk nor one append', async () => {
  const room = makeRoom()
  for (let i = 0; i < 1050; i++) {
    room.clock.pass(10)
    await room.ledger.later(REFUSED)
  }
  expect(readdirSync(room.folder.pending)).toHaveLength(1000)
  await put(room, FREEZE)
  expect(await room.ledger.history(9999)).toHaveLength(102)
  expect(readdirSync(room.folder.pending)).toHaveLength(900)
})

test('a refusal that cannot be kept is no failed command', async () => {
  const room = makeRoom()
  mkdirSync(room.folder.root, { recursive: true })
  writeFileSync(room.folder.pending, 'a file where a folder should be')
  await room.ledger.later(REFUSED)
  await put(room, FREEZE)
  expect(await room.ledger.history(9)).toHaveLength(2)
})
