import { join } from 'node:path'
import { operatorOf } from '../ledger/run-file.ts'
import type { Desk } from './desk.ts'
import { forgetRun } from './tool.ts'

/**
 * Forgets what dead runs of this clone left: one that was killed before its intent, or whose attempt others have settled. A deploy tool that outlived
 * both is named, since nobody waits for it any more.
 * @param open attempt that the ledger still holds open; its proof is kept
 */
export const sweepRuns = async (desk: Desk, open: string | null): Promise<void> => {
  const names = await desk.files.list(desk.folder.runs).catch(() => [])
  await sweepTorn(desk, names)
  for (const attempt of names.flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -'.json'.length)] : []))) {
    if (attempt === open || (await desk.files.exists(desk.folder.spooled(attempt)))) continue
    const operator = await operatorOf(desk, desk.folder, attempt)
    if (operator.kind !== 'dead') continue
    if (operator.orphans.length === 0) await forgetRun(desk, attempt)
    else desk.emit({ type: 'said', stage: null, tone: 'warn', text: stillRuns(attempt, operator.orphans) })
  }
}

/** What a guard was writing when it was killed: named after the file, with its pid behind it. */
const TORN = /^\.[0-9a-f]+\.json\.(\d+)\.\w+$/

const sweepTorn = async (desk: Desk, names: readonly string[]): Promise<void> => {
  for (const name of names) {
    const pid = TORN.exec(name)?.[1]
    if (pid !== undefined && (await desk.table.startOf(Number(pid))) === null) await desk.files.remove(join(desk.folder.runs, name))
  }
}

const stillRuns = (attempt: string, pids: readonly number[]): string =>
  `The deploy tool of attempt ${attempt.slice(0, 8)}, which is settled, still runs: pid ${pids.join(', ')}. End it before you deploy: kill ${pids.join(' ')}`
