import { appendFileSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { decodeLine, encodeLine, LONGEST_LINE } from '../../src/adapters/journal/line.ts'
import { removable } from '../../src/adapters/journal/retain.ts'
import { tempFolder } from '../change/repo.ts'
import { openLogged, scanned } from '../support/logged.ts'

const upTo = (n: number, from = 1): number[] => Array.from({ length: n - from + 1 }, (_, i) => from + i)
const segmentsIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
const newest = (folder: string): string => join(folder, segmentsIn(folder).at(-1)!)

/** A folder with so many entries in it, closed. */
const filled = async (n: number, more = {}): Promise<string> => {
  const folder = join(tempFolder(), 'journal')
  const { journal, put } = await openLogged(folder, more)
  for (const id of upTo(n)) expect(await put(id)).toBe(true)
  await journal.close()
  return folder
}

describe('a line', () => {
  test('is JSON that anybody can read, and comes back as it went in', () => {
    for (const entry of [{}, { t: 'held', text: 'ä\n\u2028😀\ud800"crc":"00000000"}' }, { crc: 'mine', a: [1, null] }]) {
      const line = encodeLine(entry).toString('utf8').slice(0, -1)
      expect(line).not.toContain('\n')
      expect(JSON.parse(line)).toMatchObject('crc' in entry ? {} : JSON.parse(JSON.stringify(entry)))
      expect(decodeLine(Buffer.from(line))).toEqual(JSON.parse(JSON.stringify(entry)))
    }
  })

  test('with any byte changed, or cut anywhere, is none', () => {
    const line = encodeLine({ t: 'held', id: 7, text: 'quota exceeded' }).subarray(0, -1)
    for (let i = 0; i < line.length; i++) {
      expect(decodeLine(line.subarray(0, i))).toBeNull()
      const flipped = Buffer.from(line)
      flipped[i]! ^= 1 << (i % 8)
      expect(decodeLine(flipped)).toBeNull()
    }
  })
})

describe('a journal', () => {
  test('makes its folder, for its owner only, and nothing in it but its lock before something is appended', async () => {
    const folder = join(tempFolder(), 'a', 'b')
    const { journal, put, read } = await openLogged(folder)
    expect(read.entries).toBe(0)
    expect(readdirSync(folder)).toEqual(['lock.1'])
    await put(1)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(statSync(newest(folder)).mode & 0o777).toBe(0o600)
    await journal.close()
  })

  test('gives back what was appended, in order, also what was appended at once', async () => {
    const folder = join(tempFolder(), 'journal')
    const first = await openLogged(folder)
    expect(await Promise.all(upTo(500).map((id) => first.put(id)))).toEqual(upTo(500).map(() => true))
    expect(await scanned(first.journal)).toEqual(upTo(500))
    await first.journal.close()
    const { journal, read, put } = await openLogged(folder)
    expect(read.ids).toEqual(upTo(500))
    await put(501)
    expect(await scanned(journal)).toEqual(upTo(501))
    expect(journal.stats()).toMatchObject({ segments: 1, torn: 0, damaged: 0, failed: 0, why: null })
    expect(journal.stats().bytes).toBe(statSync(newest(folder)).size)
    await journal.close()
  })

  test('writes what was appended before it was closed, and takes nothing after', async () => {
    const folder = join(tempFolder(), 'journal')
    const { journal, put } = await openLogged(folder)
    const under = upTo(50).map((id) => put(id))
    await journal.close()
    await journal.close()
    expect(await Promise.all(under)).toEqual(upTo(50).map(() => true))
    expect(await put(51)).toBe('ECANCELED')
    await expect(journal.purge()).rejects.toMatchObject({ code: 'ECANCELED' })
    const again = await openLogged(folder)
    expect(again.read.ids).toEqual(upTo(50))
    await again.journal.close()
  })

  test('refuses an entry that is longer than a line may be, and only that', async () => {
    const folder = join(tempFolder(), 'journal')
    const { journal, put } = await openLogged(folder)
    const puts = [put(1), put(2, 'x'.repeat(LONGEST_LINE)), put(3, 'x'.repeat(LONGEST_LINE - 100)), put(4)]
    expect(await Promise.all(puts)).toEqual([true, 'EMSGSIZE', true, true])
    await journal.close()
    const again = await openLogged(folder)
    expect(again.read.ids).toEqual([1, 3, 4])
    await again.journal.close()
  })

  test('is scanned while it is appended to: all that was there when the scan began, whole', async () => {
    const folder = join(tempFolder(), 'journal')
    const { journal, put } = await openLogged(folder, { segmentBytes: 20_000 })
    for (const id of upTo(300)) await put(id, 'x'.repeat(200))
    const scan = scanned(journal)
    await Promise.all(upTo(900, 301).map((id) => put(id, 'x'.repeat(200))))
    expect(await scan).toEqual(upTo(300))
    await journal.close()
  })

  test('is scanned from a time on', async () => {
    const clock = { now: 1000 }
    const folder = join(tempFolder(), 'journal')
    const { journal, put } = await openLogged(folder, { now: () => clock.now++ })
    for (const id of upTo(20)) await put(id)
    const all = await scanned(journal)
    const late = await scanned(journal, 1015)
    expect(all).toHaveLength(20)
    expect(late.length).toBeGreaterThan(0)
    expect(late.length).toBeLessThan(20)
    expect(all.slice(-late.length)).toEqual(late)
    await journal.close()
  })
})

describe('a torn last line', () => {
  test('is cut off and reported, wherever it was torn; what follows stands behind whole lines', async () => {
    const folder = await filled(3)
    const path = newest(folder)
    const whole = readFileSync(path)
    const start = whole.lastIndexOf(10, whole.length - 2) + 1
    for (let length = start; length < whole.length; length++) {
      writeFileSync(path, whole)
      truncateSync(path, length)
      const torn = await openLogged(folder)
      expect(torn.read.ids).toEqual([1, 2])
      expect(torn.journal.stats().torn).toBe(length === start ? 0 : 1)
      expect(statSync(path).size).toBe(start)
      await torn.put(9)
      await torn.journal.close()
      const again = await openLogged(folder)
      expect(again.read.ids).toEqual([1, 2, 9])
      expect(again.journal.stats()).toMatchObject({ torn: 0, damaged: 0 })
      await again.journal.close()
    }
  })

  test('also where a power cut left bytes that nobody wrote', async () => {
    for (const rest of [Buffer.alloc(5000), Buffer.from('{"t":"held"'), Buffer.alloc(3_000_000, 'x')]) {
      const folder = await filled(3)
      appendFileSync(newest(folder), rest)
      const { journal, read, put } = await openLogged(folder)
      expect(read.ids).toEqual([1, 2, 3])
      expect(journal.stats().torn).toBe(1)
      await put(4)
      expect(await scanned(journal)).toEqual([1, 2, 3, 4])
      await journal.close()
    }
  })
})

describe('a damaged line', () => {
  test('is left out and reported; all others are there', async () => {
    const folder = await filled(5)
    const path = newest(folder)
    const bytes = readFileSync(path)
    const third = bytes.indexOf('"id":3')
    bytes[third + 5] = 0x38
    writeFileSync(path, bytes)
    const { journal, read, put } = await openLogged(folder)
    expect(read.ids).toEqual([1, 2, 4, 5])
    expect(journal.stats()).toMatchObject({ torn: 0, damaged: 1 })
    await put(6)
    expect(await scanned(journal)).toEqual([1, 2, 4, 5, 6])
    await journal.close()
  })

  test('never ends an opening, whatever is in the file', async () => {
    const folder = await filled(2)
    const path = newest(folder)
    const bytes = readFileSync(path)
    const junk = Buffer.concat([Buffer.from('\n\nnull\n[]\n{"crc":"00000000"}\n\0\0\n'), Buffer.alloc(2_000_000, 'y'), Buffer.from('\n')])
    writeFileSync(path, Buffer.concat([junk, bytes, junk]))
    const { journal, read } = await openLogged(folder)
    expect(read.ids).toEqual([1, 2])
    expect(journal.stats().damaged).toBe(14)
    await journal.close()
  })

  test('does not cost the snapshot that a segment begins with: the one before it is read on', async () => {
    const folder = await filled(400, { segmentBytes: 5_000 })
    expect(segmentsIn(folder).length).toBeGreaterThan(3)
    const sound = await openLogged(folder)
    await sound.journal.close()
    expect(sound.read.entries).toBeLessThan(200)
    const bytes = readFileSync(newest(folder))
    bytes[20]! ^= 4
    writeFileSync(newest(folder), bytes)
    const { journal, read } = await openLogged(folder)
    expect(read.ids).toEqual(upTo(400))
    expect(read.entries).toBeGreaterThan(sound.read.entries)
    expect(journal.stats().damaged).toBe(1)
    await journal.close()
  })
})

describe('rotation', () => {
  test('begins segments with a snapshot: opening reads from the newest one on, a scan reads all', async () => {
    const folder = await filled(1000, { segmentBytes: 10_000 })
    const { journal, read } = await openLogged(folder, { segmentBytes: 10_000 })
    expect(read.ids).toEqual(upTo(1000))
    expect(read.entries).toBeLessThan(300)
    expect(await scanned(journal)).toEqual(upTo(1000))
    for (const name of segmentsIn(folder).slice(1)) expect(readFileSync(join(folder, name), 'utf8')).toMatch(/^\{"t":"snapshot",/)
    await journal.close()
  })

  test('also while much is under way: nothing is counted twice, nothing is left out', async () => {
    const folder = join(tempFolder(), 'journal')
    const { journal, put } = await openLogged(folder, { segmentBytes: 4_000 })
    for (let round = 0; round < 30; round++) await Promise.all(upTo(round * 50 + 50, round * 50 + 1).map((id) => put(id)))
    await journal.close()
    const again = await openLogged(folder)
    expect(again.read.ids).toEqual(upTo(1500))
    expect(await scanned(again.journal)).toEqual(upTo(1500))
    expect(segmentsIn(folder).length).toBeGreaterThan(10)
    await again.journal.close()
  })

  test('a snapshot that cannot be made stops nothing', async () => {
    const folder = join(tempFolder(), 'journal')
    const fault = () => {
      throw new Error('no')
    }
    const { journal, put } = await openLogged(folder, { segmentBytes: 1_000, snapshot: fault })
    for (const id of upTo(100)) expect(await put(id)).toBe(true)
    await journal.close()
    const again = await openLogged(folder)
    expect(again.read.ids).toEqual(upTo(100))
    await again.journal.close()
  })
})

describe('retention', () => {
  test('by size takes the oldest, and never what the state needs', async () => {
    const folder = join(tempFolder(), 'journal')
    const { journal, put } = await openLogged(folder, { keepBytes: 100_000, snapshot: () => ({ ids: [] }) })
    for (const id of upTo(1000)) await put(id, 'x'.repeat(400))
    expect(journal.stats().bytes).toBeLessThanOrEqual(100_000 + 25_000)
    const left = await scanned(journal)
    expect(left.length).toBeGreaterThan(100)
    expect(left).toEqual(upTo(1000, 1001 - left.length))
    await journal.close()
  })

  test('by age takes what is too old, also when nothing comes any more', async () => {
    const clock = { now: Date.now() }
    const hour = 3600_000
    const folder = join(tempFolder(), 'journal')
    const { journal, put } = await openLogged(folder, { keepMs: 80 * hour, now: () => clock.now })
    await put(1)
    clock.now += 40 * hour
    await journal.tidy()
    clock.now += 39 * hour
    await put(2)
    await journal.tidy()
    expect(await scanned(journal)).toEqual([1, 2])
    clock.now += 79 * hour
    await journal.tidy()
    expect(await scanned(journal)).toEqual([2])
    clock.now += 12 * hour
    await journal.tidy()
    expect(await scanned(journal)).toEqual([])
    expect(segmentsIn(folder)).toHaveLength(1)
    await journal.close()
    const again = await openLogged(folder)
    expect(again.read.ids).toEqual([1, 2])
    await again.journal.close()
  })

  test('by age also takes what an earlier process wrote', async () => {
    const folder = await filled(300, { segmentBytes: 5_000 })
    const old = segmentsIn(folder)
    for (const name of old.slice(0, 2)) utimesSync(join(folder, name), 1, 1)
    const { journal } = await openLogged(folder, { keepMs: 3600_000 })
    expect(segmentsIn(folder)).toEqual(old.slice(2))
    await journal.close()
  })

  test.each([
    ['nothing that is young and fits', 4, { keepMs: 100, keepBytes: 100 }, 0],
    ['the oldest beyond the quota', 4, { keepMs: 100, keepBytes: 25 }, 2],
    ['what is too old', 4, { keepMs: 15, keepBytes: 100 }, 2],
    ['nothing from the newest snapshot on', 2, { keepMs: 0, keepBytes: 0 }, 1],
    ['nothing where there is no snapshot', 0, { keepMs: 0, keepBytes: 0 }, 0],
  ])('removes %s', (_, from, keep, count) => {
    const segments = [1, 2, 3, 4].map((n) => ({ n, bytes: 10, until: n * 10 }))
    expect(removable(segments, from, { now: 40, ...keep })).toBe(count)
  })

  test('purging removes every entry, and what is known of them stays', async () => {
    const folder = join(tempFolder(), 'journal')
    const { journal, put } = await openLogged(folder)
    await put(1, 'a customer’s words')
    const under = [put(2, 'more of them'), journal.purge(), put(3)]
    await Promise.all(under)
    await put(4)
    expect(await scanned(journal)).not.toContain(1)
    expect(await scanned(journal)).not.toContain(2)
    for (const name of segmentsIn(folder)) expect(readFileSync(join(folder, name), 'utf8')).not.toContain('words')
    await journal.close()
    const again = await openLogged(folder)
    expect(again.read.ids).toEqual([1, 2, 3, 4])
    await again.journal.close()
  })

  test('what is no segment is left alone', async () => {
    const folder = join(tempFolder(), 'journal')
    mkdirSync(folder, { recursive: true })
    for (const name of ['notes.jsonl', 'lost+found', '123.jsonl']) writeFileSync(join(folder, name), 'mine')
    writeFileSync(join(folder, '0000000007.new'), 'half of a segm')
    const { journal, put } = await openLogged(folder)
    await put(1)
    await journal.purge()
    await journal.close()
    expect(readdirSync(folder).filter((name) => !name.startsWith('lock'))).toEqual([
      '0000000002.jsonl',
      '123.jsonl',
      'lost+found',
      'notes.jsonl',
    ])
  })
})
