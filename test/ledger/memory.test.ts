import { expect, test } from 'vitest'
import { guardFiles } from '../../src/adapters/guard-files.ts'
import { processTable } from '../../src/adapters/process-table.ts'
import { refuse } from '../../src/errors.ts'
import type { Ended, Intended } from '../../src/ledger/events.ts'
import type { Draft, Tip } from '../../src/ledger/ledger.ts'
import { recalled } from '../../src/ledger/memory.ts'
import { flushSpool } from '../../src/ledger/record.ts'
import { spoolIntent } from '../../src/ledger/spool.ts'
import { end, goBack, hex, intend, makeRoom, put, type Room } from '../support/ledger.ts'

/** A ledger whose remote cannot be reached: all that is left is what this clone saw. */
const outOfReach = async (room: Room): Promise<Tip> => {
  const { core, seq } = await room.ledger.read()
  const problem = refuse('LEDGER_UNREACHABLE', { what: 'out of reach' })
  return { oid: null, state: null, core, problem, cachedAt: '2026-03-01T10:00:00.000Z', seq }
}

/** An attempt that began and ended without the ledger. */
const offline = async (
  room: Room,
  began: Draft & { type: 'deploy.intended' },
  ended: (Draft & { type: 'deploy.ended' }) | null,
): Promise<void> => {
  room.clock.pass(60_000)
  const { seq, halt } = await room.ledger.read().then((tip) => ({ seq: tip.seq, halt: tip.core?.halt?.id ?? null }))
  const intent = room.ledger.stamp(began) as Intended
  if (!ended) return spoolIntent(room, intent, { seq, halt })
  const spooled = { app: 'everflow', attempt: intent.attempt, intent, seen: { seq, halt }, ended: room.ledger.stamp(ended) as Ended }
  await guardFiles.writeDurable(room.folder.spooled(intent.attempt), JSON.stringify(spooled))
}

const known = async (room: Room) => (await recalled(room, await outOfReach(room))).core

test('memory is what the clone saw last, and upon it what waits in its spool', async () => {
  const room = makeRoom()
  await put(room, intend(1), end(1, 'deployed'))
  expect(await known(room)).toMatchObject({ halt: null, open: null, good: [{ attempt: hex(1) }] })
  await offline(room, intend(2), end(2, 'unhealthy'))
  expect(await known(room)).toMatchObject({ halt: { id: hex(2) }, open: null, good: [{ attempt: hex(1) }] })
  await offline(room, goBack(3, 1), null)
  expect(await known(room)).toMatchObject({ halt: { id: hex(2) }, open: { attempt: hex(3) } })
})

test('an outcome that waits closes the attempt that the ledger showed open', async () => {
  const room = makeRoom()
  await put(room, intend(1))
  const spooled = {
    app: 'everflow',
    attempt: hex(1),
    intent: null,
    seen: { seq: 0, halt: null },
    ended: room.ledger.stamp(end(1, 'deployed')),
  }
  await guardFiles.writeDurable(room.folder.spooled(hex(1)), JSON.stringify(spooled))
  expect(await known(room)).toMatchObject({ halt: null, open: null, good: [{ attempt: hex(1) }] })
})

test('a ledger that was read is not remembered', async () => {
  const room = makeRoom()
  await put(room, intend(1), end(1, 'deployed'))
  const tip = await room.ledger.read()
  await offline(room, intend(2), end(2, 'unhealthy'))
  expect(await recalled(room, tip)).toBe(tip)
})

const two = async (room: Room): Promise<void> => {
  await offline(room, intend(2), end(2, 'deployed'))
  await offline(room, intend(3), end(3, 'unhealthy'))
}

test('a failure after a good deploy, both without the ledger, halts: the good one came before it', async () => {
  const room = makeRoom()
  await put(room, intend(1), end(1, 'deployed'))
  await two(room)
  expect(await flushSpool({ ...room, table: processTable })).toBe(0)
  expect((await room.ledger.read()).core).toMatchObject({ halt: { id: hex(3) }, good: [{ attempt: hex(2) }, { attempt: hex(1) }] })
})

test('a known good that others made meanwhile came after both', async () => {
  const room = makeRoom()
  await put(room, intend(1), end(1, 'deployed'))
  await two(room)
  await put(room, intend(4), end(4, 'deployed'))
  expect(await flushSpool({ ...room, table: processTable })).toBe(0)
  expect((await room.ledger.read()).core).toMatchObject({ halt: null, good: [{ attempt: hex(4) }, { attempt: hex(1) }] })
})
