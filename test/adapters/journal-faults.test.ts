import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ProcessTable } from '../../src/ports.ts'
import { tempFolder } from '../change/repo.ts'
import { type Fate, type Fates, frailDisk } from '../support/frail-disk.ts'
import { type Logged, openLogged, scanned } from '../support/logged.ts'
import { pick, randomFrom } from '../support/random.ts'

/** Each opening is another process, and all before it are dead. */
const anotherProcess = (start: number): ProcessTable => ({
  startOf: async () => String(start),
  boot: async () => 'boot@here',
  holding: async () => [],
  signalGroup: () => {},
})

const SMALL = { segmentBytes: 1_500, keepBytes: 1e9 }

const newTold = () => ({ promised: [] as number[], rejected: [] as number[], codes: new Set<string>(), next: 1 })

/** Appends in bursts; what was promised, and what was taken back. */
const burst = async (log: Logged, random: () => number, bursts: number, until: Promise<unknown>, told = newTold()) => {
  for (let i = 0; i < bursts; i++) {
    const puts = Array.from({ length: 1 + Math.floor(random() * 6) }, async () => {
      // Some come together, some while others are being written.
      for (let turns = Math.floor(random() * 6); turns > 0; turns--) await new Promise((done) => setImmediate(done))
      const id = told.next++
      const put = await log.put(id, 'x'.repeat(Math.floor(random() * 200)))
      if (put === true) told.promised.push(id)
      else {
        told.rejected.push(id)
        told.codes.add(put)
      }
    })
    if ((await Promise.race([Promise.all(puts), until])) === 'dead') break
  }
  return told
}

const isSorted = (ids: readonly number[]): boolean => ids.every((id, i) => i === 0 || id > ids[i - 1]!)

const crash = async (at: number, powerToo: boolean) => {
  const folder = join(tempFolder(), 'journal')
  const random = randomFrom(at)
  const frail = frailDisk((_, count) => (count === at ? 'dead' : 'done'))
  const told = newTold()
  const work = async (): Promise<void> => {
    const log = await openLogged(folder, { ...SMALL, disk: frail.disk, table: anotherProcess(1) })
    await burst(log, random, 16, frail.died, told)
    await log.journal.purge()
    await burst(log, random, 3, frail.died, told)
    await log.journal.close()
  }
  await Promise.race([work(), frail.died])
  await frail.close()
  if (powerToo) frail.cutPower(random)
  return { folder, promised: told.promised, count: frail.count() }
}

describe('a process that dies at any act on the disk', () => {
  test.each([false, true])('keeps all that it promised, whole and in order; power cut too: %s', async (powerToo) => {
    const { count } = await crash(0, powerToo)
    expect(count).toBeGreaterThan(80)
    for (let at = 1; at <= count; at++) {
      const { folder, promised } = await crash(at, powerToo)
      const after = await openLogged(folder, { ...SMALL, table: anotherProcess(2) })
      expect(after.read.ids.filter((id) => promised.includes(id))).toEqual(promised)
      expect(isSorted(after.read.ids)).toBe(true)
      const scan = await scanned(after.journal)
      expect(isSorted(scan)).toBe(true)
      expect(after.read.ids.slice(-scan.length || after.read.ids.length)).toEqual(scan)
      expect(await after.put(9999)).toBe(true)
      await after.journal.close()
      expect(readdirSync(folder).filter((name) => !name.endsWith('.jsonl'))).toHaveLength(1)
      const again = await openLogged(folder, { table: anotherProcess(3) })
      expect(again.read.ids).toEqual(after.ids)
      await again.journal.close()
    }
  })
})

const faulty =
  (random: () => number, rate: number, bad: { on: boolean }): Fates =>
  (act) => {
    if (!bad.on || random() > rate) return 'done'
    const refused: Fate[] = [{ code: 'EIO' }, { code: 'ENOSPC' }]
    const fates: Fate[] = act === 'write' ? ['half', 'short', ...refused] : [...refused, { code: 'EIO', done: true }]
    // A cut that fails is the one case in which what was rejected may be seen in a scan; it has its own test.
    return act === 'truncate' ? 'done' : pick(random, fates)
  }

describe('a disk that fails now and then', () => {
  test('holds exactly what was promised, and heals by itself', async () => {
    const seen = new Set<string>()
    for (let seed = 1; seed <= 40; seed++) {
      const random = randomFrom(seed)
      const bad = { on: false }
      const folder = join(tempFolder(), 'journal')
      const frail = frailDisk(faulty(random, 0.25, bad))
      const log = await openLogged(folder, { ...SMALL, disk: frail.disk, table: anotherProcess(1) })
      bad.on = true
      const told = await burst(log, random, 40, new Promise(() => {}))
      for (const code of told.codes) seen.add(code)
      expect(log.journal.stats().failed).toBe(told.rejected.length)
      expect(log.ids).toEqual(told.promised)
      expect(await scanned(log.journal)).toEqual(told.promised)
      bad.on = false
      expect(await log.put(9999)).toBe(true)
      expect(log.journal.stats().why).toBeNull()
      await log.journal.close()
      await frail.close()
      const after = await openLogged(folder, { table: anotherProcess(2) })
      expect(after.read.ids).toEqual([...told.promised, 9999])
      expect(await scanned(after.journal)).toEqual([...told.promised, 9999])
      expect(after.journal.stats()).toMatchObject({ torn: 0, damaged: 0 })
      await after.journal.close()
    }
    expect([...seen].sort()).toEqual(['EIO', 'ENOSPC'])
  })

  test('counts what was promised and nothing else, even where it cannot take back what it rejected', async () => {
    const bad = { sync: false, truncate: false }
    const folder = join(tempFolder(), 'journal')
    const frail = frailDisk((act) => (bad[act as 'sync' | 'truncate'] ? { code: 'EIO' } : 'done'))
    const log = await openLogged(folder, { disk: frail.disk, table: anotherProcess(1) })
    expect(await log.put(1)).toBe(true)
    Object.assign(bad, { sync: true, truncate: true })
    expect(await log.put(2)).toBe('EIO')
    expect(await log.put(3)).toBe('EIO')
    expect(log.journal.stats()).toMatchObject({ failed: 2, why: 'EIO', segments: 1 })
    bad.sync = false
    expect(await log.put(4)).toBe(true)
    expect(await log.put(5)).toBe(true)
    await log.journal.close()
    // What was written beside a flush that failed is trusted no more: others follow in a new file.
    expect(readFileSync(join(folder, '0000000001.jsonl'), 'utf8')).toContain('"id":2')
    expect(log.journal.stats().segments).toBe(3)
    const after = await openLogged(folder, { table: anotherProcess(2) })
    expect(after.read.ids).toEqual([1, 4, 5])
    await after.journal.close()
  })

  test('writes nothing into a segment once a later one may be there', async () => {
    const state = { rename: 'done' as Fate }
    const folder = join(tempFolder(), 'journal')
    const frail = frailDisk((act) => (act === 'rename' ? state.rename : 'done'))
    const log = await openLogged(folder, { segmentBytes: 500, disk: frail.disk, table: anotherProcess(1) })
    expect(await log.put(1, 'x'.repeat(500))).toBe(true)
    state.rename = { code: 'EIO', done: true }
    // The next one goes into the first segment, and the second, which is not known to be there, holds it in its snapshot.
    expect(await log.put(2)).toBe(true)
    expect(await log.put(3)).toBe('EIO')
    state.rename = 'done'
    expect(await log.put(4)).toBe(true)
    await log.journal.close()
    const after = await openLogged(folder, { table: anotherProcess(2) })
    expect(after.read.ids).toEqual([1, 2, 4])
    await after.journal.close()
  })

  test('takes back what it rejected before it says what it knows', async () => {
    const writes: Fate[] = ['done', 'short', { code: 'ENOSPC' }]
    const folder = join(tempFolder(), 'journal')
    const frail = frailDisk((act) => (act === 'write' ? (writes.shift() ?? 'done') : 'done'))
    const log = await openLogged(folder, { segmentBytes: 700, disk: frail.disk, table: anotherProcess(1) })
    expect(await log.put(1)).toBe(true)
    const together = [2, 3, 4, 5, 6, 7].map((id) => log.put(id, 'x'.repeat(200)))
    // Comes while those are written, so that the full segment ends right behind them.
    await new Promise((done) => setImmediate(done))
    const later = log.put(8)
    expect(await Promise.all(together)).toEqual([true, true, true, 'ENOSPC', 'ENOSPC', 'ENOSPC'])
    expect(await later).toBe(true)
    await log.journal.close()
    expect(log.journal.stats().segments).toBe(2)
    const after = await openLogged(folder, { table: anotherProcess(2) })
    expect(after.read.ids).toEqual([1, 2, 3, 4, 8])
    await after.journal.close()
  })

  test('full at opening: what is there is read, and it is written to once there is room', async () => {
    const folder = join(tempFolder(), 'journal')
    const first = await openLogged(folder, { table: anotherProcess(1) })
    await first.put(1)
    const state = { full: true }
    const frail = frailDisk((act) => (state.full && act !== 'open' ? { code: 'ENOSPC' } : 'done'))
    const log = await openLogged(folder, { disk: frail.disk, table: anotherProcess(2) })
    expect(log.read.ids).toEqual([1])
    expect(await log.put(2)).toBe('ENOSPC')
    state.full = false
    expect(await log.put(3)).toBe(true)
    await log.journal.close()
    const after = await openLogged(folder, { table: anotherProcess(3) })
    expect(after.read.ids).toEqual([1, 3])
    await after.journal.close()
  })

  test('full at opening, and another came between: nothing is written into its journal', async () => {
    const folder = join(tempFolder(), 'journal')
    mkdirSync(folder)
    const state = { full: true }
    const frail = frailDisk(() => (state.full ? { code: 'ENOSPC' } : 'done'))
    const late = await openLogged(folder, { disk: frail.disk, table: anotherProcess(1) })
    const other = await openLogged(folder, { table: anotherProcess(2) })
    await other.put(1)
    state.full = false
    expect(await late.put(2)).toBe('EBUSY')
    await late.journal.close()
    expect(await other.put(3)).toBe(true)
    expect(await scanned(other.journal)).toEqual([1, 3])
    await other.journal.close()
  })
})
