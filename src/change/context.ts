import { createHash, createHmac } from 'node:crypto'
import { basename, join } from 'node:path'
import type { Git, TreeFiles } from '../ports.ts'
import type { ContextFilter } from './ignore-file.ts'
import { isInstalled, isLeaving, listIgnored } from './ignored.ts'

/** Bounds are counts and sizes, never time: the same folder must give the same digest twice. */
const MAX_FILES = 5_000
const MAX_CONTENT = 1024 * 1024
const MAX_ALL_CONTENT = 64 * 1024 * 1024
const MAX_LISTED = 20_000
const MAX_DEPTH = 40

/** Git-ignored files that would go to the builder. `digest` is keyed; `files` are relative to the context; `bounded`: not all were looked into. */
export interface ContextReading {
  digest: string
  files: string[]
  bounded: boolean
}

interface Walk {
  files: TreeFiles
  root: string
  filter: ContextFilter
  records: string[]
  shipped: string[]
  bytes: number
  bounded: boolean
}

const NO_FILES = 'none'

/**
 * Digests the git-ignored files inside the build context: they ship though no commit knows them.
 * @param root absolute path of the build context
 * @param key of this clone; without it the digest says nothing about the content
 * @returns HMAC-SHA-256 over path, mode, size and content (beyond 1 MiB a file, 64 MiB or 5,000 files in all: the time of the last change)
 */
export const readContext = async (
  deps: { git: Git; files: TreeFiles },
  root: string,
  filter: ContextFilter,
  key: string | Buffer,
): Promise<ContextReading> => {
  const walk: Walk = { files: deps.files, root, filter, records: [], shipped: [], bytes: 0, bounded: false }
  for (const path of await listIgnored(deps.git, root)) {
    if (path.endsWith('/')) walkFolder(walk, path.slice(0, -1), 0)
    else takeFile(walk, path)
  }
  // Where there are none, every clone says the same: what one has deployed, another need not deploy again.
  const digest = walk.records.length === 0 ? NO_FILES : createHmac('sha256', key).update(JSON.stringify(walk.records)).digest('hex')
  return { digest, files: walk.shipped, bounded: walk.bounded }
}

const walkFolder = (walk: Walk, folder: string, depth: number): void => {
  const name = basename(folder)
  if (isLeaving(name) || walk.filter.prunes(folder)) return
  if (isInstalled(name)) takeInstalled(walk, folder)
  else if (walk.records.length >= MAX_FILES || depth > MAX_DEPTH) takeWhole(walk, folder)
  else walkEntries(walk, folder, depth)
}

const walkEntries = (walk: Walk, folder: string, depth: number): void => {
  const entries = walk.files.list(join(walk.root, folder)) ?? []
  if (entries.length > MAX_LISTED) walk.bounded = true
  for (const entry of entries.slice(0, MAX_LISTED)) {
    const path = `${folder}/${entry}`
    if (walk.files.look(join(walk.root, path))?.kind === 'folder') walkFolder(walk, path, depth + 1)
    else takeFile(walk, path)
  }
}

const takeFile = (walk: Walk, path: string): void => {
  if (isLeaving(basename(path)) || !walk.filter.ships(path)) return
  const full = join(walk.root, path)
  const look = walk.files.look(full)
  if (!look || look.kind === 'other' || look.kind === 'folder') return
  walk.shipped.push(path)
  const content = look.kind === 'link' ? `-> ${walk.files.link(full)}` : contentOf(walk, full, look)
  walk.records.push(`${path}\0${look.mode & 0o111 ? 'x' : '-'}\0${look.size}\0${content}`)
}

const contentOf = (walk: Walk, full: string, look: { size: number; mtimeMs: number }): string => {
  const fits = look.size <= MAX_CONTENT && walk.bytes + look.size <= MAX_ALL_CONTENT && walk.records.length < MAX_FILES
  const bytes = fits ? walk.files.read(full, MAX_CONTENT) : null
  if (!bytes) {
    walk.bounded = true
    return `@${look.mtimeMs}`
  }
  walk.bytes += bytes.length
  return createHash('sha256').update(bytes).digest('hex')
}

/** First level with times, plus the list that the installer keeps: an install changes one of them. */
const takeInstalled = (walk: Walk, folder: string): void => {
  walk.bounded = true
  for (const entry of (walk.files.list(join(walk.root, folder)) ?? []).slice(0, MAX_FILES)) {
    if (isLeaving(entry)) continue
    const look = walk.files.look(join(walk.root, folder, entry))
    if (look) walk.records.push(`${folder}/${entry}\0${look.kind}\0${look.kind === 'folder' ? '' : look.size}\0@${look.mtimeMs}`)
  }
}

const takeWhole = (walk: Walk, folder: string): void => {
  walk.bounded = true
  walk.records.push(`${folder}/\0@${walk.files.look(join(walk.root, folder))?.mtimeMs ?? 0}`)
}
