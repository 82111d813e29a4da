import { alive, type Reach, signalEach, signalGroup, type Tree } from './tree.ts'

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

/** Ends a tree as far as it reaches: its group in one call, then the others. Who is beyond that reach is named, not ended. */
export const makeEnding = (tree: Tree, graceMs: number, reach: Reach): Ending => {
  const known = new Set<string>()
  const everyone = () => [...alive(tree, 'all').values()].map(({ pid }) => pid)
  let last: Step | null = null
  let timer: NodeJS.Timeout | undefined
  let giveUp = () => {}
  const hung = new Promise<void>((done) => {
    giveUp = done
  })
  const look = () => {
    const now = alive(tree, reach, known)
    for (const id of now.keys()) known.add(id)
    return [...now.values()]
  }
  const send = (step: Step) => {
    clearTimeout(timer)
    last = step
    // seen before the signal: afterwards a straggler's parent is gone
    const living = look()
    signalGroup(tree.root, step)
    if (step !== 'SIGINT')
      signalEach(
        living.filter((one) => !one.grouped),
        step,
      )
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
      if (left.length > 0) {
        signalEach(left, 'SIGKILL')
        await gone(1000)
      }
      return everyone()
    },
  }
}
