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
  | { kind: 'alive'; run: RunFile }
  /** The guard is dead; `orphans` are tool processes that still run. `touched`: the tool was, or may have been, started. */
  | { kind: 'dead'; orphans: number[]; touched: boolean; run: RunFile }

/** Every child of an attempt carries this variable, so that it can be found when nobody noted its pid. */
export const ATTEMPT_MARK = 'SAFE_DEPLOY_ATTEMPT'

/** Notes a step of an attempt, flushed to disk: it is read after a power cut. */
export const noteRun = async (files: Files, folder: PrivateFolder, run: RunFile): Promise<void> =>
  files.writeDurable(folder.run(run.attempt), JSON.stringify(run))

interface Deps {
  files: Files
  table: ProcessTable
}

/** What this clone noted of an attempt; null where it noted nothing that can be read. */
export const readRun = async ({ files }: Pick<Deps, 'files'>, folder: PrivateFolder, attempt: string): Promise<RunFile | null> => {
  const run = parseRun(await files.readText(folder.run(attempt)).catch(() => null))
  return run?.attempt === attempt ? run : null
}

const lives = async ({ table }: Pick<Deps, 'table'>, mark: Marked): Promise<boolean> => {
  const start = await table.startOf(mark.pid)
  return start !== null && (mark.start === null || mark.start === start)
}

/** Tool processes of an attempt that still run on this machine. What left the tool's session did so on purpose: a daemon is no deploy. */
export const toolsOf = async (deps: Pick<Deps, 'table'>, run: RunFile): Promise<number[]> => {
  const tool = run.tool && (await lives(deps, run.tool)) ? [run.tool.pid] : []
  const marked = await deps.table.holding(ATTEMPT_MARK, run.attempt, run.tool?.pid)
  return [...new Set([...tool, ...marked])]
}

/** Is whoever runs this attempt still alive? Only this machine's process table can prove death. */
export const operatorOf = async (deps: Deps, folder: PrivateFolder, attempt: string): Promise<Operator> => {
  const run = await readRun(deps, folder, attempt)
  if (!run) return { kind: 'elsewhere' }
  const touched = run.step !== 'intended'
  const [then, now] = [run.boot, await deps.table.boot()].map((mark) => mark.split('@'))
  // Another machine or container that shares this folder: its processes cannot be seen from here, so nothing is proved.
  if (then?.[1] !== now?.[1]) return { kind: 'elsewhere' }
  if (then?.[0] !== now?.[0]) return { kind: 'dead', orphans: [], touched, run }
  if (await lives(deps, run.guard)) return { kind: 'alive', run }
  return { kind: 'dead', orphans: await toolsOf(deps, run), touched, run }
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
