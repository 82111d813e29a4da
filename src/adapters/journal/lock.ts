import { hostname } from 'node:os'
import { join } from 'node:path'
import { refuse } from '../../errors.ts'
import type { ProcessTable } from '../../ports.ts'
import { codeOf, type Disk, remove, systemError } from './files.ts'

/**
 * The lock of a folder is a symbolic link that points nowhere: its text says who holds it, and it is there whole or not at all. Each owner makes the
 * next number; the highest one counts and is never removed, so that who saw a dead owner late can never take the place of a living one.
 */
const LOCK = /^lock\.(\d{1,15})$/
const FREE = 'free'
/** A living owner that cannot be seen from here, in another container, touches its lock this often; after so long a silence it is dead. */
const BEAT_MS = 2_000
const SILENT_MS = 7_000
const TRIES = 100

interface Owner {
  pid: number
  start: string | null
  boot: string
  host: string
}

export interface LockDeps {
  disk: Disk
  table: ProcessTable
  sleep: (ms: number) => Promise<void>
}

export interface Lock {
  /** Holds it, or begins to, where the disk was full at opening. @throws system errors; EBUSY when another has it */
  hold(): Promise<void>
  /** Lets go. Never throws. */
  release(): Promise<void>
}

const lockPath = (folder: string, n: number): string => join(folder, `lock.${n}`)

const locksIn = async ({ disk }: LockDeps, folder: string): Promise<number[]> =>
  (await disk.readdir(folder)).flatMap((name) => LOCK.exec(name)?.[1] ?? []).map(Number)

const topOf = async (deps: LockDeps, folder: string): Promise<number> => Math.max(0, ...(await locksIn(deps, folder)))

const ownerOf = (text: string): Owner | null => {
  try {
    const owner = JSON.parse(text)
    return typeof owner.pid === 'number' && typeof owner.boot === 'string' ? owner : null
  } catch {
    return null
  }
}

/** Does it still touch its lock? */
const beats = async ({ disk, sleep }: LockDeps, path: string): Promise<boolean> => {
  const touched = async (): Promise<number | null> =>
    disk.lstat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => null,
    )
  const before = await touched()
  await sleep(SILENT_MS)
  return (await touched()) !== before
}

/** A volume is at one machine at a time: the owner runs here, or it is dead. */
const lives = async (deps: LockDeps, path: string, owner: Owner): Promise<boolean> => {
  const [then, now] = [owner.boot, await deps.table.boot()].map((mark) => mark.split('@'))
  if (then?.[0] !== now?.[0]) return false
  if (then?.[1] !== now?.[1]) return beats(deps, path)
  const start = await deps.table.startOf(owner.pid)
  return start !== null && (owner.start === null || owner.start === start)
}

const runs = (folder: string, owner: Owner) =>
  refuse('RELAY_RUNS', {
    what: `A relay runs on ${folder} already.`,
    why: [`Process ${owner.pid} on ${owner.host} holds it, and two would write into one journal.`],
    who: 'whoever started it: it lets go when it is stopped',
    next: [{ argv: ['safe-deploy', 'relay', 'status'], says: 'see the one that runs' }],
  })

/** The number to take; what lies below has no living owner. @throws RELAY_RUNS */
const vacant = async (deps: LockDeps, folder: string): Promise<number> => {
  const top = await topOf(deps, folder)
  if (top === 0) return 1
  const path = lockPath(folder, top)
  const text = await deps.disk.readlink(path).catch((error) => (codeOf(error) === 'ENOENT' ? null : ''))
  if (text === null) return vacant(deps, folder)
  const owner = ownerOf(text)
  if (owner && (await lives(deps, path, owner))) throw runs(folder, owner)
  return top + 1
}

const isTop = async (deps: LockDeps, folder: string, n: number): Promise<boolean> => (await topOf(deps, folder).catch(() => 0)) === n

/** Makes the lock of that number; false when another was faster. @throws system errors */
const made = async (deps: LockDeps, folder: string, n: number, text: string): Promise<boolean> => {
  try {
    await deps.disk.symlink(text, lockPath(folder, n))
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
  if (await isTop(deps, folder, n)) return true
  await remove(deps.disk, lockPath(folder, n))
  return false
}

const removeBelow = async (deps: LockDeps, folder: string, n: number): Promise<void> => {
  for (const old of await locksIn(deps, folder)) if (old < n) await remove(deps.disk, lockPath(folder, old)).catch(() => {})
}

const selfOf = async ({ table }: LockDeps): Promise<string> => {
  const owner: Owner = { pid: process.pid, start: await table.startOf(process.pid), boot: await table.boot(), host: hostname() }
  return JSON.stringify(owner)
}

/** The lock of that number, held or, where the disk does not take it now, still to be made. */
const lockOf = (deps: LockDeps, folder: string, n: number, text: string): Lock => {
  const path = lockPath(folder, n)
  const at = { held: false, lost: false }
  const beat = (): void => {
    const now = new Date()
    if (at.held) deps.disk.lutimes(path, now, now).catch((error) => Object.assign(at, codeOf(error) === 'ENOENT' ? { lost: true } : {}))
  }
  const timer = setInterval(beat, BEAT_MS).unref()
  return {
    hold: async () => {
      if (!at.held && !at.lost) at.lost = !(await made(deps, folder, n, text))
      if (at.lost) throw systemError('EBUSY', 'another relay has this journal')
      if (!at.held) await removeBelow(deps, folder, n).catch(() => {})
      at.held = true
    },
    release: async () => {
      clearInterval(timer)
      if (!at.held || at.lost) return
      at.held = false
      // The number stays taken: a folder without a lock would begin again at one.
      await deps.disk.symlink(FREE, lockPath(folder, n + 1)).catch(() => {})
      await removeBelow(deps, folder, await topOf(deps, folder)).catch(() => {})
    },
  }
}

/**
 * Takes the lock of a folder. Where the disk takes nothing now, nobody else can take it either: the same number is tried again by `hold`, and is to be had
 * only if nobody came between.
 * @throws RELAY_RUNS; system errors of reading
 */
export const takeLock = async (deps: LockDeps, folder: string): Promise<Lock> => {
  const text = await selfOf(deps)
  for (let tries = 0; ; tries++) {
    const lock = lockOf(deps, folder, await vacant(deps, folder), text)
    const failed = await lock.hold().then(
      () => null,
      (error: unknown) => ({ error }),
    )
    if (failed === null || codeOf(failed.error) !== 'EBUSY' || tries === TRIES) return lock
    await lock.release()
  }
}
