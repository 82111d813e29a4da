import { isNotWritable, type Tip } from '../ledger/ledger.ts'
import { recordNote } from '../ledger/record.ts'
import { operatorOf, readRun, toolsOf } from '../ledger/run-file.ts'
import type { Open } from '../ledger/state.ts'
import type { Desk } from './desk.ts'
import { type Observed, observe } from './open.ts'

/** Between noting that it starts its tool and having started it, an operator does nothing slow. */
const SPAWNING_MS = 5_000
const LOOK_MS = 100

/**
 * Takes over an attempt that still runs: from now on its operator's outcome changes nothing. A tool of this machine is ended; then the target is
 * waited for until nothing moves, and what it really did is recorded.
 * @returns the tip afterwards; with `problem` where the ledger cannot take any of it
 */
export const fence = async (desk: Desk, open: Open): Promise<Tip> => {
  desk.emit({
    type: 'said',
    stage: null,
    tone: 'warn',
    text: `Fencing the ${open.kind} that ${open.by.name} began; its operator can no longer end it.`,
  })
  if (!open.fenced) await noteFence(desk, open.attempt)
  return observe(desk, open, await observed(desk, open.attempt))
}

/** A rollback waits for no ledger: where the fence cannot be written, ending the tool must do. */
const noteFence = async (desk: Desk, attempt: string): Promise<void> => {
  const stillFits = (now: Tip) => now.core?.open?.attempt === attempt
  try {
    await recordNote(desk, [{ type: 'note.added', kind: 'fence', attempt, text: 'taken over by a rollback' }], stillFits)
  } catch (error) {
    if (!isNotWritable(error)) throw error
  }
}

const observed = async (desk: Desk, attempt: string): Promise<Observed> => {
  const operator = await operatorOf(desk, desk.folder, attempt)
  return operator.kind === 'alive' ? { kind: 'fenced', orphans: await startedTools(desk, attempt) } : operator
}

/**
 * The tools of an operator that lives. One that has noted nothing but its intent looks at the ledger before it starts anything, and finds the fence;
 * one that is just starting its tool is given the moment that this takes.
 */
const startedTools = async (desk: Desk, attempt: string): Promise<number[]> => {
  const until = desk.clock.now() + SPAWNING_MS
  for (;;) {
    const run = await readRun(desk, desk.folder, attempt)
    const tools = run ? await toolsOf(desk, run) : []
    if (tools.length > 0 || run?.step !== 'spawning' || desk.clock.now() >= until) return tools
    await desk.clock.sleep(LOOK_MS)
  }
}
