import { alive, signalEach, signalGroup, type Tree } from './tree.ts'

type Step = 'SIGINT' | 'SIGTERM' | 'SIGKILL'

/** How a running tree is brought to its end. */
export interface Ending {
  /** Sends the signal; after the grace TERM, after another KILL. Asked again it goes one step further at once. */
  ask(signal: 'SIGINT' | 'SIGTERM'): void
  /** After the child itself ended: gives the rest of the tree the grace, ends it, and names who survived. */
  finish(): Promise<number[]>
  asked(): boolean
  /** Resolves when even KILL did not end the child: it hangs in the kernel. */
  hung: Promise<void>
}

const AFTER: Record<Step, Step | null> = { SIGINT: 'SIGTERM', SIGTERM: 'SIGKILL', SIGKILL: null }
/** How often the process table is looked at while a tree ends. */
const LOOK_MS = 100
/** After KILL a process that is still there waits for a device; nothing more can be done. */
const HUNG_MS = 5_000

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))

/** Ends a whole tree: its group in one call, then whoever left the group. */
export const makeEnding = (tree: Tree, graceMs: number): Ending => {
  const known = new Map<string, number>()
  let last: Step | null = null
  let timer: NodeJS.Timeout | undefined
  let giveUp = () => {}
  const hung = new Promise<void>((done) => {
    giveUp = done
  })
  const look = () => {
    const now = alive(tree, true, new Set(known.keys()))
    for (const [id, pid] of now) known.set(id, pid)
    return [...now.values()]
  }
  const send = (step: Step) => {
    clearTimeout(timer)
    last = step
    // seen before the signal: afterwards a straggler's parent is gone
    const pids = look()
    signalGroup(tree.root, step)
    if (step !== 'SIGINT') signalEach(pids, step)
    const following = AFTER[step]
    timer = following ? setTimeout(() => send(following), graceMs) : setTimeout(giveUp, HUNG_MS)
  }
  const gone = async (ms: number) => {
    for (let waited = 0; waited < ms && look().length > 0; waited += LOOK_MS) await pause(LOOK_MS)
    return look()
  }
  return {
    hung,
    asked: () => last !== null,
    ask: (signal) => {
      const step = last === null ? signal : AFTER[last]
      if (step) send(step)
    },
    finish: async () => {
      clearTimeout(timer)
      let left = look()
      if (left.length > 0 && last !== 'SIGKILL') {
        if (last !== 'SIGTERM') signalEach(left, 'SIGTERM')
        left = await gone(graceMs)
      }
      if (left.length === 0) return []
      signalEach(left, 'SIGKILL')
      return gone(1000)
    },
  }
}
