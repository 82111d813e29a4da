import type { Clock } from '../ports.ts'

/** A disk that does not answer within this counts as failing: who posts does not wait for ever. */
const LONGEST_MS = 2_000
const LOOK_MS = 500

/** Waits for promises, but not for ever; one timer for all of them. */
export interface Patience {
  /** What it resolves to, or false when it takes too long. */
  wait(act: Promise<boolean>): Promise<boolean>
}

interface Waits {
  since: number
  giveUp(): void
}

/** @param onLate something took too long */
export const makePatience = (world: { running(): number; sleep: Clock['sleep'] }, onLate: () => void): Patience => {
  // In the order in which they began.
  const waiting = new Set<Waits>()
  const state = { looks: false }
  const look = async (): Promise<void> => {
    while (waiting.size > 0) {
      await world.sleep(LOOK_MS)
      const late = [...waiting].filter(({ since }) => world.running() - since >= LONGEST_MS)
      for (const one of late) one.giveUp()
      if (late.length > 0) onLate()
    }
    state.looks = false
  }
  return {
    wait: (act) =>
      new Promise((done) => {
        const one = { since: world.running(), giveUp: () => end(false) }
        const end = (result: boolean): void => {
          waiting.delete(one)
          done(result)
        }
        waiting.add(one)
        act.then(end)
        if (state.looks) return
        state.looks = true
        void look()
      }),
  }
}
