import type { Clock, Files, ProcessTable } from '../ports.ts'
import type { Ended, Intended } from './events.ts'
import type { Ledger } from './ledger.ts'
import type { PrivateFolder } from './private.ts'
import { operatorOf } from './run-file.ts'

/** An attempt's events that could not be appended, as they lie in the spool. */
export interface Spooled {
  app: string
  attempt: string
  /** Its intent, when that is not in the ledger either. */
  intent: Intended | null
  seen: { seq: number; halt: string | null }
  /** Null while the attempt runs. */
  ended: Ended | null
}

/** Keeps an intent in a flushed file of this clone, where the ledger cannot take it. */
export const spoolIntent = async (
  deps: { ledger: Ledger; files: Files; folder: PrivateFolder },
  intent: Intended,
  seen: { seq: number; halt: string | null },
): Promise<void> => {
  const spooled: Spooled = { app: deps.ledger.app, attempt: intent.attempt, intent, seen, ended: null }
  await deps.files.writeDurable(deps.folder.spooled(intent.attempt), JSON.stringify(spooled))
}

/** What waits, in the order in which it happened; null for a file that cannot be read, which is never taken for nothing. */
export const readSpool = async ({
  files,
  folder,
}: {
  files: Files
  folder: PrivateFolder
}): Promise<{ path: string; spooled: Spooled | null }[]> => {
  const names = (await files.list(folder.spool).catch(() => [])).filter((name) => name.endsWith('.json'))
  const found: { path: string; spooled: Spooled | null; at: string }[] = []
  for (const name of names) {
    const path = folder.spooled(name.slice(0, -'.json'.length))
    const spooled = readSpooled(await files.readText(path).catch(() => null))
    found.push({ path, spooled, at: spooled?.ended?.at ?? spooled?.intent?.at ?? '' })
  }
  return found.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
}

/** An attempt whose operator died before its outcome was written: nobody knows how it ended. Null while it may still run. */
export const interrupted = async (
  deps: { ledger: Ledger; clock: Clock; files: Files; folder: PrivateFolder; table: ProcessTable },
  { attempt, intent }: Spooled,
): Promise<Ended | null> => {
  const operator = await operatorOf(deps, deps.folder, attempt)
  const deadline = intent ? Date.parse(intent.at) + intent.deadline_s * 1000 : 0
  if (operator.kind === 'alive' || (operator.kind === 'elsewhere' && deps.clock.now() < deadline)) return null
  return deps.ledger.stamp({
    type: 'deploy.ended',
    attempt,
    outcome: 'unknown',
    why: `a ${intent?.kind ?? 'deploy'} was interrupted before its outcome was known`,
    ...{ evidence: [], exit: null, signal: null, ms: 0, serving: null, probes: [], level: null, machineConfig: null, secrets: {} },
    ...{ tail: [], suspects: [], signature: null, observer: true },
  }) as Ended
}

const readSpooled = (text: string | null): Spooled | null => {
  try {
    const value = JSON.parse(text ?? 'null')
    return typeof value?.attempt === 'string' && (value.ended === null || value.ended?.type === 'deploy.ended') ? value : null
  } catch {
    return null
  }
}
