import { realpathSync } from 'node:fs'
import { join, relative } from 'node:path'
import { readText } from './adapters/files.ts'
import { guardFiles } from './adapters/guard-files.ts'
import { describeRepository, plainRoot } from './adapters/repository.ts'
import type { Call } from './commands/call.ts'
import { textOf } from './commands/flags.ts'
import type { Look } from './commands/status.ts'
import { glance } from './glance.ts'
import type { Tip } from './ledger/ledger.ts'
import { type PrivateFolder, privateFolder } from './ledger/private.ts'
import type { Which } from './which-ledger.ts'

/** Which ledger a folder and its flags mean, as settled once, and the files that this rests on. */
interface Known {
  app: string
  which: Which
  /** Does the config name anybody who is told of incidents? */
  notify: boolean
  /** What was asked. */
  key: string
  /** Each file that was read, with a mark of its text; null: it was not there. */
  reads: [path: string, mark: string | null][]
}

const CONFIG_BYTES = 1_048_577
/** Where git reads what else a folder with a `.git` could be than the top of its clone. */
const GIT_CONFIG = ['.git/config', '.git/config.worktree']
/** Who only looks. */
const NOBODY = { name: '', via: 'terminal' as const, host: '' }

/** Where a clone is: its top level, and what the guard keeps in it. */
interface Clone {
  root: string
  folder: PrivateFolder
}

/**
 * How the app stands, from the ledger alone: for `status` and whatever else must feel instant. No git call, where all is as it was when git was
 * last asked; yaml and zod load only when a file that the answer rested on has changed.
 */
export const look = async (call: Call): Promise<Look> => (await lookClosely(call)).look

/** The same, with the place that was looked at: for who has to note something there. */
export const lookClosely = async (call: Call): Promise<{ look: Look; folder: PrivateFolder; which: Which }> => {
  const { clone, known } = (await recall(call)) ?? (await settle(call))
  const look = await lookAt(call, clone, known)
  const tells = look.state && ((look.undelivered?.length ?? 0) > 0 || look.state.incident !== null)
  if (known.notify && tells && look.state) call.news.looked = { app: known.which.app, ...clone, state: look.state }
  return { look, folder: clone.folder, which: known.which }
}

/** What git and the config said when they were last asked from here, while all that this rested on is as it was. */
const recall = async (call: Call): Promise<{ clone: Clone; known: Known } | null> => {
  const root = plainRoot(call.cwd)
  if (root === null) return null
  const clone = { root, folder: privateFolder(join(root, '.git')) }
  const known = await remembered(call, clone)
  return known && { clone, known }
}

const settle = async (call: Call): Promise<{ clone: Clone; known: Known }> => {
  const { makeGit } = await import('./adapters/git.ts')
  const repo = await describeRepository(makeGit({ cwd: call.cwd, env: call.env }))
  const clone = { root: repo.root, folder: privateFolder(repo.commonDir) }
  return { clone, known: await whichLedger(call, clone) }
}

/** How one app stands, by its ledger. */
export const lookAt = async (call: Call, clone: Clone, { app, which, notify }: Pick<Known, 'app' | 'which' | 'notify'>): Promise<Look> => {
  const [tip, spooled] = await Promise.all([tipOf(call, clone, which), guardFiles.list(clone.folder.spool)])
  const waiting = spooled.filter((name) => name.endsWith('.json')).length
  const open = tip.state?.core.open
  const interrupted = open ? await isInterrupted(clone.folder, open.attempt) : false
  const missed = notify ? await (await import('./undelivered.ts')).undelivered(clone.folder, which.app) : []
  return { app, ...tip, spooled: waiting, interrupted, ...(missed.length > 0 ? { undelivered: missed } : {}) }
}

/** Where the ledger stands: as this clone remembers it, where that is sure; else git and what reads by it load. */
const tipOf = async (call: Call, { root, folder }: Clone, which: Which): Promise<Pick<Tip, 'state' | 'problem'> & { shared: boolean }> => {
  const state = await glance(call, folder, which)
  if (state) return { state, problem: null, shared: false }
  const [{ makeGit }, { openLedger }] = await Promise.all([import('./adapters/git.ts'), import('./open-ledger.ts')])
  const ledger = await openLedger(call, { git: makeGit({ cwd: root, env: call.env }), folder }, which, NOBODY)
  const tip = await ledger.read()
  return { state: tip.state, problem: tip.problem, shared: ledger.store.sharedAt !== null }
}

/** Is whoever ran this attempt here known to be gone? Loaded only where an attempt is open. */
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

interface Asked {
  cwd: string
  flags: { app: string | null; config: string | null }
  key: string
  /** Where the answer is remembered. */
  path: string
}

const asked = (call: Call, { root, folder }: Clone): Asked => {
  const cwd = relative(root, realpathSync(call.cwd))
  const flags = { app: textOf(call.flags, 'app'), config: textOf(call.flags, 'config') }
  const key = JSON.stringify([root, cwd, flags, call.env.FLY_APP ?? null])
  return { cwd, flags, key, path: join(folder.cache, `${mark(key)}.json`) }
}

/** What was settled before, while every file it rested on is as it was. */
const remembered = async (call: Call, clone: Clone): Promise<Known | null> => {
  const { key, path } = asked(call, clone)
  const kept = parseKnown(await guardFiles.readText(path).catch(() => null))
  return kept?.key === key && kept.reads.every(([file, was]) => markOf(readConfig(clone.root, file)) === was) ? kept : null
}

const whichLedger = async (call: Call, clone: Clone): Promise<Known> => {
  const kept = await remembered(call, clone)
  if (kept) return kept
  const { cwd, flags, key, path } = asked(call, clone)
  const known = { ...(await settleLedger(call, clone.root, cwd, flags)), key }
  await guardFiles.writeCache(path, JSON.stringify(known)).catch(() => undefined)
  return known
}

const settleLedger = async (
  call: Call,
  root: string,
  cwd: string,
  flags: { app: string | null; config: string | null },
): Promise<Omit<Known, 'key'>> => {
  const [{ loadSettings }, { whichLedger }] = await Promise.all([import('./config/load.ts'), import('./which-ledger.ts')])
  const reads = new Map<string, string | null>()
  const read = async (path: string): Promise<string | null> => {
    const text = readConfig(root, path)
    reads.set(path, markOf(text))
    return text
  }
  for (const path of GIT_CONFIG) await read(path)
  const { settings } = await loadSettings({ read, root, cwd, flags, argv: [], env: call.env })
  return { app: settings.app, which: whichLedger(settings), notify: settings.notify.length > 0, reads: [...reads] }
}

const parseKnown = (text: string | null): Known | null => {
  try {
    const value = JSON.parse(text ?? 'null')
    const whole =
      typeof value?.app === 'string' &&
      typeof value.which?.app === 'string' &&
      typeof value.notify === 'boolean' &&
      Array.isArray(value.reads) &&
      value.reads.length > 0
    return whole ? value : null
  } catch {
    return null
  }
}
