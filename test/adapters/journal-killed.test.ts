import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { tempFolder } from '../change/repo.ts'
import { bundle, type Child, startChild } from '../support/child.ts'
import { openLogged, scanned } from '../support/logged.ts'
import { randomFrom } from '../support/random.ts'

const ROUNDS = Number(process.env.JOURNAL_KILLS ?? 60)

/** All that a child says from now on until its end. */
const saidBy = async (child: Child): Promise<string[]> => {
  const lines: string[] = []
  for (let line = await child.line(); line !== null; line = await child.line()) lines.push(line)
  return lines
}

const isSorted = (ids: readonly number[]): boolean => ids.every((id, i) => i === 0 || id > ids[i - 1]!)

test(`a writer that is killed ${ROUNDS} times at any moment leaves all that it promised, in order, and nothing half`, {
  timeout: ROUNDS * 4_000,
}, async () => {
  const program = await bundle('journal-child.ts')
  const folder = join(tempFolder(), 'journal')
  const random = randomFrom(Number(process.env.JOURNAL_SEED ?? 6))
  const promised: number[] = []
  const seen = { torn: 0, first: 1 }
  for (let round = 0; round < ROUNDS; round++) {
    const child = startChild(program, [folder, String(seen.first), String(1 + Math.floor(random() * 64))])
    expect(await child.line()).toBe('open')
    const gone = once(child.process, 'exit')
    const said = saidBy(child)
    child.say('flood')
    await sleep(Math.floor(random() * 120))
    child.process.kill('SIGKILL')
    await gone
    promised.push(...(await said).map(Number))
    const { journal, read } = await openLogged(folder)
    const known = new Set(read.ids)
    expect(promised.filter((id) => !known.has(id))).toEqual([])
    expect(isSorted(read.ids)).toBe(true)
    expect(journal.stats().damaged).toBe(0)
    seen.torn += journal.stats().torn
    seen.first = (read.ids.at(-1) ?? 0) + 1
    const scan = round % 10 === 9 ? await scanned(journal) : []
    expect(scan).toEqual(read.ids.slice(read.ids.length - scan.length))
    await journal.close()
  }
  expect(promised.length).toBeGreaterThan(ROUNDS)
  if (process.env.JOURNAL_KILLS) process.stderr.write(`${promised.length} promised, ${seen.first - 1} kept, ${seen.torn} torn\n`)
})
