import { codeOf } from './files.ts'
import type { Lock } from './lock.ts'
import { makeQueue, settleAll, type Waiting } from './queue.ts'
import { type Store, snapshotLine } from './store.ts'

export interface Pump {
  /** Puts a line behind all others. Rejects with the system's error when it is not on disk. */
  add(line: Buffer): Promise<void>
  /** Does something with the store between two writes, if the folder is ours. @throws system errors */
  run(act: () => Promise<void>): Promise<void>
  /** Begins a segment with a snapshot and removes all before it. @throws system errors */
  purge(): Promise<void>
  /** Begins a segment where one is due, and removes what is too old. @throws system errors */
  tidy(): Promise<void>
  /** Resolves when nothing waits. */
  idle(): Promise<void>
  /** Lines that are not on disk, and why the last one is not; null once one is. */
  trouble(): { failed: number; why: string | null }
}

/** The other side has had its turn: what was rejected is taken back. */
const turn = (): Promise<void> => new Promise((done) => setImmediate(done))

/** Writes what waits: everything that came while the last write ran goes with the next one and shares its flush. */
export const makePump = (store: Store, lock: Lock, { now, snapshot }: { now: () => number; snapshot: () => unknown }): Pump => {
  const queue = makeQueue()
  const acts: (() => Promise<void>)[] = []
  const at = { running: null as Promise<void> | null, failed: 0, why: null as string | null }

  const commit = async (batch: readonly Waiting[]): Promise<boolean> => {
    const result = await lock.hold().then(
      () => store.write(batch.map(({ line }) => line)),
      (error: unknown) => ({ kept: 0, error }),
    )
    const failed = settleAll(batch, result)
    at.failed += failed
    at.why = failed > 0 ? codeOf(result.error) : null
    return failed === 0
  }
  /** What waits is in the snapshot, so it goes before it; if it cannot, the snapshot is not true. */
  const rotate = async (): Promise<void> => {
    store.postpone()
    await turn()
    const line = snapshotLine(now(), snapshot())
    const batch = queue.take(true)
    if (batch.length > 0 && !(await commit(batch))) throw Object.assign(new Error('not written'), { code: at.why })
    await store.begin(line)
  }
  const step = async (): Promise<void> => {
    const act = acts.shift()
    if (act) return act()
    if (store.isDue()) await rotate().catch(() => {})
    const batch = queue.take()
    if (batch.length > 0) await commit(batch)
  }
  const work = async (): Promise<void> => {
    // What comes in the same turn goes together.
    await turn()
    while (acts.length > 0 || !queue.isEmpty()) await step()
    at.running = null
  }
  const wake = (): void => {
    at.running ??= work()
  }
  const run = (act: () => Promise<void>): Promise<void> =>
    new Promise((done, fail) => {
      acts.push(() => lock.hold().then(act).then(done, fail))
      wake()
    })
  return {
    add: (line) => {
      const added = queue.add(line)
      wake()
      return added
    },
    run,
    purge: () => run(() => rotate().then(() => store.tidy(true))),
    tidy: () => run(() => (store.isDue() ? rotate() : Promise.resolve()).then(() => store.tidy())),
    idle: async () => {
      while (at.running) await at.running
    },
    trouble: () => ({ failed: at.failed, why: at.why }),
  }
}
