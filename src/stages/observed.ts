import { type Operator, operatorOf, readRun, toolsOf } from '../ledger/run-file.ts'
import type { Desk } from './desk.ts'

/** Who ran an attempt, as an observer must know: found out, or taken over while it still lived here. */
export type Observed = Operator | { kind: 'fenced'; orphans: number[] }

/** Between noting that it starts its tool and having started it, an operator does nothing slow. */
const SPAWNING_MS = 5_000
const LOOK_MS = 100

/** The operator of an attempt that others settle: one that still lives here is known by the tools it started, which are ended first. */
export const observed = async (desk: Desk, attempt: string): Promise<Observed> => {
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
