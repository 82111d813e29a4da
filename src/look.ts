import { realpathSync } from 'node:fs'
import { join, relative } from 'node:path'
import { readText } from './adapters/files.ts'
import { makeGit } from './adapters/git.ts'
import { guardFiles } from './adapters/guard-files.ts'
import { describeRepository } from './adapters/repository.ts'
import type { Call } from './commands/call.ts'
import { textOf } from './commands/flags.ts'
import type { Look } from './commands/status.ts'
import { type Ledger, makeLedger } from './ledger/ledger.ts'
import { type PrivateFolder, privateFolder } from './ledger/private.ts'
import { makeStore } from './ledger/store.ts'
import type { Actor } from './model.ts'
import type { Git } from './ports.ts'

/** Which ledger a folder and its flags mean, as settled once, and the files that this rests on. */
interface Known {
  app: string
  ref: string
  id: string | null
  /** What was asked. */
  key: string
  /** Each file that was read, with a mark of its text; null: it was not there. */
  reads: [path: string, mark: string | null][]
}

const CONFIG_BYTES = 1_048_577
/** Who only looks. */
export const NOBODY = { name: '', via: 'terminal' as const, host: '' }

/**
 * How the app stands, from the ledger alone: for `status` and whatever else must feel instant. Two git calls; yaml and zod load only when a file
 * that the answer rested on has changed.
 */
export const look = async (call: Call): Promise<Look> => (await lookAs(call, NOBODY)).look

/** The same, with the ledger that was read, for who has to note something in it. */
export const lookAs = async (call: Call, by: Actor | ((git: Git) => Promise<Actor>)): Promise<{ look: Look; ledger: Ledger }> => {
  const here = makeGit({ cwd: call.cwd, env: call.env })
  const [repo, actor] = await Promise.all([describeRepository(here), typeof by === 'function' ? by(here) : by])
  const folder = privateFolder(repo.commonDir)
  const known = await whichLedger(call, repo.root, folder)
  return lookAt(call, { root: repo.root, folder, actor }, known)
}

/** How one app stands, by the ledger it has in this clone. */
export const lookAt = async (
  call: Call,
  { root, folder, actor }: { root: string; folder: PrivateFolder; actor: Actor },
  known: Pick<Known, 'app' | 'ref' | 'id'>,
): Promise<{ look: Look; ledger: Ledger }> => {
  const git = makeGit({ cwd: root, env: call.env })
  const store = makeStore({ git, files: guardFiles, gitDir: folder.ledgerGit, app: known.ref })
  const ledger = makeLedger({
    store,
    files: guardFiles,
    folder,
    clock: call.clock,
    by: actor,
    mask: call.mask,
    app: known.ref,
    configuredId: known.id,
  })
  const [tip, spooled] = await Promise.all([ledger.read(), guardFiles.list(folder.spool)])
  const waiting = spooled.filter((name) => name.endsWith('.json')).length
  const open = tip.state?.core.open
  const interrupted = open ? await isInterrupted(folder, open.attempt) : false
  return { look: { app: known.app, state: tip.state, problem: tip.problem, spooled: waiting, interrupted }, ledger }
}

/** Loaded only where an attempt is open. */
const isInterrupted = async (folder: PrivateFolder, attempt: string): Promise<boolean> => {
  const [{ operatorOf }, { processTable }] = await Promise.all([import('./ledger/run-file.ts'), import('./adapters/process-table.ts')])
  return (await operatorOf({ files: guardFiles, table: processTable }, folder, attempt)).kind === 'dead'
}

const fnv = (text: string, seed: number): string => {
  let hash = seed
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0
  return hash.toString(16).padStart(8, '0')
}

/** Tells texts of one file apart. No digest that resists an attacker: whoever can write here can write the ledger; and loading one costs every run. */
const mark = (text: string): string => `${text.length}-${fnv(text, 0x811c9dc5)}-${fnv(text, 0x9e3779b9)}`

const markOf = (text: string | null): string | null => (text === null ? null : mark(text))

/** The text of a file below the root; null where it cannot be read. */
export const readConfig = (root: string, path: string): string | null => {
  const read = readText(join(root, path), CONFIG_BYTES)
  return read.ok ? read.text : null
}

const whichLedger = async (call: Call, root: string, folder: PrivateFolder): Promise<Known> => {
  const cwd = relative(root, realpathSync(call.cwd))
  const flags = { app: textOf(call.flags, 'app'), config: textOf(call.flags, 'config') }
  const key = JSON.stringify([cwd, flags, call.env.FLY_APP ?? null])
  const path = join(folder.cache, `${mark(key)}.json`)
  const kept = parseKnown(await guardFiles.readText(path).catch(() => null))
  if (kept?.key === key && kept.reads.every(([file, was]) => markOf(readConfig(root, file)) === was)) return kept
  const known = { ...(await settleLedger(call, root, cwd, flags)), key }
  await guardFiles.writeCache(path, JSON.stringify(known)).catch(() => undefined)
  return known
}

const settleLedger = async (
  call: Call,
  root: string,
  cwd: string,
  flags: { app: string | null; config: string | null },
): Promise<Omit<Known, 'key'>> => {
  const [{ loadSettings }, { encodeApp }] = await Promise.all([import('./config/load.ts'), import('./config/encode-app.ts')])
  const reads = new Map<string, string | null>()
  const read = async (path: string): Promise<string | null> => {
    const text = readConfig(root, path)
    reads.set(path, markOf(text))
    return text
  }
  const { settings } = await loadSettings({ read, root, cwd, flags, argv: [], env: call.env })
  return { app: settings.app, ref: encodeApp(settings.app), id: settings.ledger.id, reads: [...reads] }
}

const parseKnown = (text: string | null): Known | null => {
  try {
    const value = JSON.parse(text ?? 'null')
    const whole = typeof value?.app === 'string' && typeof value.ref === 'string' && Array.isArray(value.reads) && value.reads.length > 0
    return whole ? value : null
  } catch {
    return null
  }
}
