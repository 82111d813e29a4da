import { FlyError } from './fail.ts'
import { type Live, readLive } from './live.ts'
import { awaitStart } from './machines.ts'
import { type Shell, sleep } from './shell.ts'
import type { Machine } from './state.ts'

const POLL_MS = 40
/** flyctl watches for a crash loop during 10 s; never less than this here, since programs need time to start at all. */
const LEAST_SMOKE_MS = 300
const LEAST_WAIT_MS = 2_000

export interface Patience {
  speed: number
  waitMs: number
  smoke: boolean
  health: boolean
  /** May throw to leave early. */
  guard: () => void
}

const crashing = (live: Live | null): boolean => live !== null && live.restarts > 1 && live.lastExit !== 0

/** Watches for a crash loop until the program ran long enough or ended for good. */
const smoke = async (shell: Shell, machine: Machine, patience: Patience): Promise<void> => {
  const window = Math.max(LEAST_SMOKE_MS, 10_000 / patience.speed)
  for (;;) {
    patience.guard()
    const live = readLive(shell.home, machine)
    if (crashing(live)) throw new FlyError(`smoke checks for ${machine.id} failed: the app appears to be crashing`)
    if (!live || live.state === 'stopped' || (live.child !== null && Date.now() - live.startedAt > window)) return
    await sleep(POLL_MS)
  }
}

const failing = (machine: Machine, live: Live | null): string | null => {
  const bad = machine.checks.find((check) => live?.checks.find((one) => one.name === check.name)?.status !== 'passing')
  return bad ? bad.name : null
}

const health = async (shell: Shell, machine: Machine, patience: Patience): Promise<void> => {
  const until = Date.now() + Math.max(LEAST_WAIT_MS, patience.waitMs / patience.speed)
  for (;;) {
    patience.guard()
    const live = readLive(shell.home, machine)
    const bad = failing(machine, live)
    if (bad === null) return
    if (live?.state === 'stopped' || Date.now() > until)
      throw new FlyError(`timeout reached waiting for health checks to pass for machine ${machine.id}: net/http: request canceled`)
    await sleep(POLL_MS)
  }
}

/** Waits as flyctl does after an update: started, not crash looping, checks passing. Throws its messages. */
export const verifyMachine = async (shell: Shell, machine: Machine, patience: Patience): Promise<void> => {
  const live = await awaitStart(shell.home, machine, patience.guard)
  if (!live || live.state === 'starting') throw new FlyError("timeout reached waiting for machine's state to change")
  if (patience.smoke) await smoke(shell, machine, patience)
  if (patience.health && machine.checks.length > 0) await health(shell, machine, patience)
}
