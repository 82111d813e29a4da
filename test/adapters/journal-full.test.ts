import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, onTestFinished, test } from 'vitest'
import { tempFolder } from '../change/repo.ts'
import { bundle } from '../support/child.ts'
import { openLogged } from '../support/logged.ts'

/** Runs a shell line in which `"$@"` is the child with a journal. */
const startIn = (script: string, program: string, args: readonly string[]) => {
  const child = spawn('sh', ['-c', script, 'sh', process.execPath, program, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const line = async (): Promise<string | null> => {
    const next = await lines.next()
    return next.done ? null : next.value
  }
  const told = async (): Promise<string[]> => {
    const all: string[] = []
    for (let one = await line(); one !== 'done' && one !== null; one = await line()) all.push(one)
    return all
  }
  return {
    pid: child.pid!,
    line,
    /** What it says until it is done. */
    told: (text: string) => {
      child.stdin.write(`${text}\n`)
      return told()
    },
    say: (text: string) => void child.stdin.write(`${text}\n`),
    ended: new Promise<void>((done) => child.once('exit', () => done())),
  }
}

const can = (command: string, ...args: string[]): boolean => {
  try {
    execFileSync(command, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const idsOf = (told: readonly string[]): number[] => told.filter((line) => !line.startsWith('not')).map(Number)
const codesOf = (told: readonly string[]): string[] => [
  ...new Set(told.filter((line) => line.startsWith('not')).map((line) => line.split(' ')[2]!)),
]

const OWN_MOUNTS = ['-Urm', 'sh', '-c', 'mount -t tmpfs -o size=64k none /mnt']

describe('a disk that is full', () => {
  test.skipIf(!can('unshare', ...OWN_MOUNTS))('takes nothing, says so, and takes again once there is room', async () => {
    const program = await bundle('journal-child.ts')
    const out = join(tempFolder(), 'journal')
    mkdirSync(out)
    const mounted = `mount -t tmpfs -o size=256k none /mnt && mkdir /mnt/journal && "$@"; cp -r /mnt/journal/. '${out}'`
    const child = startIn(`exec unshare -Urm sh -c '${mounted.replaceAll("'", `'\\''`)}' sh "$@"`, program, [
      '/mnt/journal',
      '1',
      '40',
      '500',
    ])
    expect(await child.line()).toBe('open')
    const before = await child.told('put')
    expect(idsOf(before)).toHaveLength(40)
    child.say('fill')
    expect(await child.line()).toBe('ENOSPC')
    const during = [...(await child.told('put')), ...(await child.told('put'))]
    expect(codesOf(during)).toEqual(['ENOSPC'])
    child.say('free')
    await child.line()
    const after = await child.told('put')
    expect(idsOf(after)).toHaveLength(40)
    child.say('close')
    await child.ended
    const { journal, read } = await openLogged(out)
    expect(read.ids).toEqual(idsOf([...before, ...during, ...after]))
    expect(journal.stats()).toMatchObject({ torn: 0, damaged: 0 })
    await journal.close()
  })

  test.skipIf(!can('prlimit', '--version'))(
    'in the middle of a line: what lies before it is kept, the rest is refused, and nothing half stays',
    async () => {
      const program = await bundle('journal-child.ts')
      const folder = join(tempFolder(), 'journal')
      // Blocks of 512 bytes; the soft limit alone, so that it can be lifted.
      const child = startIn('ulimit -S -f 20; exec "$@"', program, [folder, '1', '40', '500'])
      expect(await child.line()).toBe('open')
      const during = await child.told('put')
      expect(codesOf(during)).toEqual(['EFBIG'])
      expect(idsOf(during).length).toBeGreaterThan(10)
      execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited:unlimited'])
      const after = await child.told('put')
      expect(idsOf(after)).toHaveLength(40)
      child.say('close')
      await child.ended
      const { journal, read } = await openLogged(folder)
      expect(read.ids).toEqual(idsOf([...during, ...after]))
      expect(journal.stats()).toMatchObject({ torn: 0, damaged: 0 })
      await journal.close()
    },
  )
})
