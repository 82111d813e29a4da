import { linkSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { identify, isAlive, type Proc } from './alive.ts'
import { FlyError } from './fail.ts'
import { readText } from './files.ts'

const WAIT_MS = 10
const GIVE_UP_MS = 20_000

const pause = (): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS)
}

/** A lock appears with its content at once (a hard link to a finished file), so no reader sees it half written. */
const take = (file: string): boolean => {
  const own = `${file}.${process.pid}`
  writeFileSync(own, JSON.stringify(identify(process.pid)), { mode: 0o600 })
  try {
    linkSync(own, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    unlinkSync(own)
  }
}

/** Moves a dead process's lock aside; puts it back when another process's lock had come in between. */
const clearStale = (file: string): void => {
  const seen = readText(file)
  if (seen === null || isAlive(JSON.parse(seen) as Proc)) return
  const aside = `${file}.${process.pid}.stale`
  try {
    renameSync(file, aside)
    if (readText(aside) !== seen) linkSync(aside, file)
    unlinkSync(aside)
  } catch {}
}

/** Runs `work` while no other process of this machine does; blocks the process, so `work` must be short. */
export const locked = <T>(file: string, work: () => T): T => {
  const since = Date.now()
  while (!take(file)) {
    if (Date.now() - since > GIVE_UP_MS) throw new FlyError(`pocket fly: ${file} stays locked; if no fly runs, remove that file`)
    clearStale(file)
    pause()
  }
  try {
    return work()
  } finally {
    unlinkSync(file)
  }
}
