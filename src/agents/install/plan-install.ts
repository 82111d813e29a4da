import { dirname } from 'node:path'
import type { RepoFiles } from '../../ports.ts'
import { HOSTS, type Host } from '../hosts/host.ts'
import { MARKS } from './host-files.ts'
import { INSTALLED, NOTHING_INSTALLED, readInstalled, renderInstalled } from './installed.ts'
import type { Question } from './instructions.ts'
import type { Kept, Part } from './part.ts'
import { AGENTS_MD, CLAUDE_MD, type Links, partsFor } from './parts.ts'

/** What is to be done with one file. */
export interface Act {
  path: string
  /** How it stands now. */
  state: 'current' | 'missing' | 'outdated' | 'damaged'
  /** Whether a file is there. */
  there: boolean
  /** What it is to hold; null: as it is. */
  text: string | null
  executable: boolean
  /** What is worth saying: why it is damaged, what was changed by hand. */
  note: string | null
}

export interface InstallPlan {
  hosts: readonly Host[]
  acts: readonly Act[]
  /** The record beside the launcher, as it is to be. */
  record: Act
}

type Look = Pick<RepoFiles, 'look'>

const textOf = ({ look }: Look, path: string): string | null => {
  const seen = look(path)
  return seen.kind === 'file' ? seen.text : null
}

/** What was installed here, as far as its record tells. */
export const installedIn = (files: Look): Installed | null => readInstalled(textOf(files, INSTALLED))
type Installed = NonNullable<ReturnType<typeof readInstalled>>

/** Hosts that show in the repository by a folder or file of theirs. */
export const hostsSeen = ({ look }: Look): Host[] =>
  HOSTS.filter((host) => MARKS[host].some((mark) => look(mark.replace(/\/$/, '')).kind !== 'none'))

/** Hosts that are meant where the line names none: those installed, those that show, and Claude Code at the first time. */
export const usualHosts = (files: Look): Host[] => {
  const known = installedIn(files)?.hosts ?? []
  const seen = [...known, ...hostsSeen(files), ...(known.length === 0 ? (['claude'] as const) : [])]
  return HOSTS.filter((host) => seen.includes(host))
}

const linksIn = ({ look }: Look): Links => {
  const leadsTo = (from: string, to: string): boolean => {
    const seen = look(from)
    return seen.kind === 'link' && [to, `./${to}`].includes(seen.to)
  }
  return { agentsToClaude: leadsTo(AGENTS_MD, CLAUDE_MD), claudeToAgents: leadsTo(CLAUDE_MD, AGENTS_MD) }
}

const judge = (part: Part, kept: Kept | null, files: Look): { act: Act; kept: Kept | null } => {
  const seen = files.look(part.path)
  const base = { path: part.path, executable: part.executable === true, text: null, note: null, there: seen.kind !== 'none' }
  if (seen.kind === 'link')
    return { act: { ...base, state: 'damaged', note: `it is a link to ${seen.to}, and nothing is written through a link` }, kept }
  if (seen.kind === 'folder') return { act: { ...base, state: 'damaged', note: 'a folder is in this place' }, kept }
  if (seen.kind === 'unfit') return { act: { ...base, state: 'damaged', note: seen.why }, kept }
  const judged = part.judge(seen.kind === 'file' ? seen.text : null, kept)
  if (judged.state === 'damaged') return { act: { ...base, state: 'damaged', note: judged.why }, kept }
  if (judged.state !== 'current')
    return { act: { ...base, state: judged.state, text: judged.text, note: judged.note ?? null }, kept: judged.kept }
  if (part.executable && seen.kind === 'file' && !seen.executable)
    return { act: { ...base, state: 'outdated', text: seen.text, note: 'it cannot be executed' }, kept }
  return { act: { ...base, state: 'current' }, kept }
}

const parentsOf = (path: string): string[] => {
  const parent = dirname(path)
  return parent === '.' ? [] : [...parentsOf(parent), parent]
}

/**
 * What `init --agents` has to do, from what is there. Nothing is written.
 * @param questions those of the shipped pack deploy-discipline
 */
export const planInstall = (files: Look, hosts: readonly Host[], questions: readonly Question[]): InstallPlan => {
  const before = installedIn(files) ?? NOTHING_INSTALLED
  const judged = partsFor(hosts, questions, linksIn(files)).map((part) => judge(part, before.files[part.path] ?? null, files))
  const kept = judged.flatMap(({ act, kept }) => (kept ? [[act.path, kept] as const] : []))
  const fresh = judged.flatMap(({ act }) => parentsOf(act.path)).filter((folder) => files.look(folder).kind === 'none')
  const text = renderInstalled({
    hosts: [...before.hosts, ...hosts],
    files: { ...before.files, ...Object.fromEntries(kept) },
    folders: [...new Set([...before.folders, ...fresh])],
  })
  return { hosts, acts: judged.map(({ act }) => act), record: recordAct(files, text) }
}

const recordAct = (files: Look, text: string): Act => {
  const seen = files.look(INSTALLED)
  const base = { path: INSTALLED, executable: false, there: seen.kind !== 'none' }
  if (seen.kind === 'none') return { ...base, state: 'missing', text, note: null }
  if (seen.kind !== 'file') return { ...base, state: 'damaged', text: null, note: 'it is no plain file' }
  const current = seen.text.replaceAll('\r\n', '\n') === text
  const note = !current && readInstalled(seen.text) === null ? 'it could not be read; what was put where is guessed from the files' : null
  return { ...base, state: current ? 'current' : 'outdated', text: current ? null : text, note }
}
