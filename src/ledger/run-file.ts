import type { Files, ProcessTable } from '../ports.ts'
import type { PrivateFolder } from './private.ts'

/** How far an attempt of this clone came. `spawning` is written before the tool starts, so that its absence proves it never ran. */
export type Step = 'intended' | 'spawning' | 'running' | 'returned'

interface Marked {
  pid: number
  start: string | null
}

/** What this clone knows of an attempt it runs, beside the ledger: enough to prove its processes dead. */
export interface RunFile {
  attempt: string
  step: Step
  boot: string
  guard: Marked
  tool: Marked | null
  /** ISO time of the last step. */
  at: string
  /** The tool's exit, once it returned. */
  exit: number | null
  signal: string | null
}

export type Operator =
  /** No run file here: another clone runs it, or nobody knows. */
  | { kind: 'elsewhere' }
  | { kind: 'alive' }
  /** The guard is dead; `orphans` are tool processes that still run. `touched`: the tool was, or may have been, started. */
  | { kind: 'dead'; orphans: number[]; touched: boolean; run: RunFile }

/** Every child of an attempt carries this variable, so that it can be found when nobody noted its pid. */
export const ATTEMPT_MARK = 'SAFE_DEPLOY_ATTEMPT'

/** Notes a step of an attempt, flushed to disk: it is read after a power cut. */
export const noteRun = async (files: Files, folder: PrivateFolder, run: RunFile): Promise<void> =>
  files.writeDurable(folder.run(run.attempt), JSON.stringify(run))

/** Is whoever runs this attempt still alive? Only this machine's process table can prove death. */
export const operatorOf = async (
  deps: { files: Files; table: ProcessTable },
  folder: PrivateFolder,
  attempt: string,
): Promise<Operator> => {
  const run = parseRun(await deps.files.readText(folder.run(attempt)).catch(() => null))
  if (!run || run.attempt !== attempt) return { kind: 'elsewhere' }
  const touched = run.step !== 'intended'
  const [then, now] = [run.boot, await deps.table.boot()].map((mark) => mark.split('@'))
  // Another machine or container that shares this folder: its processes cannot be seen from here, so nothing is proved.
  if (then?.[1] !== now?.[1]) return { kind: 'elsewhere' }
  if (then?.[0] !== now?.[0]) return { kind: 'dead', orphans: [], touched, run }
  const lives = async (mark: Marked | null): Promise<boolean> => {
    const start = mark && (await deps.table.startOf(mark.pid))
    return start !== null && (mark?.start === null || mark?.start === start)
  }
  if (await lives(run.guard)) return { kind: 'alive' }
  const marked = await deps.table.holding(ATTEMPT_MARK, attempt)
  const tool = run.tool && (await lives(run.tool)) ? [run.tool.pid] : []
  return { kind: 'dead', orphans: [...new Set([...tool, ...marked])], touched, run }
}

const parseRun = (text: string | null): RunFile | null => {
  if (text === null) return null
  try {
    const run = JSON.parse(text)
    return typeof run.attempt === 'string' && typeof run.boot === 'string' && typeof run.guard?.pid === 'number' ? run : null
  } catch {
    return null
  }
}
