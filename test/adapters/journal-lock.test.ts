import { once } from 'node:events'
import { lutimesSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs'
import * as disk from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { takeLock } from '../../src/adapters/journal/lock.ts'
import { processTable } from '../../src/adapters/process-table.ts'
import { tempFolder } from '../change/repo.ts'
import { bundle, startChild } from '../support/child.ts'
import { refusalOf } from '../support/ledger.ts'
import { openLogged } from '../support/logged.ts'

const locksIn = (folder: string): string[] => readdirSync(folder).filter((name) => name.startsWith('lock.'))

/** A folder whose lock says this of its owner. */
const lockedBy = async (owner: Partial<{ pid: number; start: string | null; boot: string; host: string }> | string): Promise<string> => {
  const folder = tempFolder()
  const self = { pid: process.pid, start: await processTable.startOf(process.pid), boot: await processTable.boot(), host: 'there' }
  symlinkSync(typeof owner === 'string' ? owner : JSON.stringify({ ...self, ...owner }), join(folder, 'lock.41'))
  return folder
}

const deps = { disk, table: processTable, sleep: async () => {} }
const elsewhere = async (): Promise<string> => `${(await processTable.boot()).split('@')[0]}@another/container`

describe('the lock of a folder', () => {
  test('refuses a second journal while the first is open, and names who has it', async () => {
    const folder = join(tempFolder(), 'journal')
    const first = await openLogged(folder)
    const refusal = await refusalOf(() => openLogged(folder))
    expect(refusal).toMatchObject({ code: 'RELAY_RUNS', exit: 69, next: [{ argv: ['safe-deploy', 'relay', 'status'] }] })
    expect(refusal.why.join()).toContain(`Process ${process.pid} on ${hostname()}`)
    expect(await first.put(1)).toBe(true)
    await first.journal.close()
    const second = await openLogged(folder)
    expect(second.read.ids).toEqual([1])
    await second.journal.close()
    expect(locksIn(folder)).toHaveLength(1)
  })

  test('is taken from a killed process, and not from a living one', async () => {
    const program = await bundle('journal-child.ts')
    const folder = join(tempFolder(), 'journal')
    const child = startChild(program, [folder])
    expect(await child.line()).toBe('open')
    expect((await refusalOf(() => openLogged(folder))).why.join()).toContain(`Process ${child.process.pid} `)
    child.process.kill('SIGKILL')
    await once(child.process, 'exit')
    const { journal, put } = await openLogged(folder)
    expect(await put(1)).toBe(true)
    await journal.close()
  })

  test.each([
    ['a process that ended', { pid: 2 ** 22 + 1 }],
    ['another process that got its number', { start: 'long ago' }],
    ['a machine that was started again', { boot: 'earlier@here' }],
    ['another machine: a volume is at one only', { boot: 'theirs@there' }],
    ['something that is no lock of ours', 'somewhere/else'],
  ])('left by %s is taken', async (_, owner) => {
    const folder = await lockedBy(owner)
    const lock = await takeLock(deps, folder)
    expect(locksIn(folder)).toEqual(['lock.42'])
    expect(JSON.parse(readlinkSync(join(folder, 'lock.42')))).toMatchObject({ pid: process.pid, host: hostname() })
    await lock.release()
    expect(locksIn(folder)).toEqual(['lock.43'])
  })

  test('of a container that cannot be seen from here is left while its owner touches it', async () => {
    const folder = await lockedBy({ boot: await elsewhere() })
    const touch = async (): Promise<void> => lutimesSync(join(folder, 'lock.41'), new Date(), new Date(1e12))
    await refusalOf(() => takeLock({ ...deps, sleep: touch }, folder))
    await takeLock(deps, folder)
    expect(locksIn(folder)).toEqual(['lock.42'])
  })

  test('that another took meanwhile lets nothing more be written', async () => {
    const folder = await lockedBy('free')
    const lock = await takeLock(deps, folder)
    await lock.hold()
    symlinkSync('{"pid":1,"boot":"x"}', join(folder, 'lock.43'))
    await disk.unlink(join(folder, 'lock.42'))
    await expect
      .poll(
        () =>
          lock.hold().then(
            () => 'held',
            ({ code }) => code,
          ),
        { timeout: 20_000 },
      )
      .toBe('EBUSY')
    await lock.release()
    expect(locksIn(folder)).toEqual(['lock.43'])
  })

  test('is not had by who saw a dead owner, was slow, and found others gone past', async () => {
    const folder = await lockedBy({ boot: 'earlier@here' })
    const other = JSON.stringify({
      pid: process.pid,
      start: await processTable.startOf(process.pid),
      boot: await processTable.boot(),
      host: 'here',
    })
    const slow = async (text: string, path: string): Promise<void> => {
      symlinkSync(other, join(folder, 'lock.43'))
      await disk.symlink(text, path)
    }
    const refusal = await refusalOf(() => takeLock({ ...deps, disk: { ...disk, symlink: slow as typeof disk.symlink } }, folder))
    expect(refusal.code).toBe('RELAY_RUNS')
    expect(locksIn(folder).sort()).toEqual(['lock.41', 'lock.43'])
  })

  test('goes to one of many that start at once, also over a dead one', { timeout: 240_000 }, async () => {
    const program = await bundle('journal-child.ts')
    for (let round = 0; round < 8; round++) {
      const folder = join(tempFolder(), 'journal')
      mkdirSync(folder)
      if (round % 2 === 1) symlinkSync(`{"pid":${2 ** 22 + 1},"boot":"${await processTable.boot()}"}`, join(folder, 'lock.7'))
      const children = Array.from({ length: 6 }, () => startChild(program, [folder]))
      const said = await Promise.all(children.map((child) => child.line()))
      expect(said.filter((line) => line === 'open')).toHaveLength(1)
      expect(said.filter((line) => line?.startsWith('refused RELAY_RUNS'))).toHaveLength(5)
      for (const child of children) child.process.kill('SIGKILL')
    }
  })

  test('goes to one of many within one process, time after time', async () => {
    const folder = tempFolder()
    for (let round = 0; round < 30; round++) {
      const tries = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(deps, folder)))
      const won = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      expect(won).toHaveLength(1)
      await won[0]!.release()
    }
  })
})
