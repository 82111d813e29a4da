import type { Git } from '../ports.ts'
import { readingBoth } from './objects.ts'
import { decodePath, splitNul } from './paths.ts'

/** An entry of a tree: mode and oid. */
export interface Entry {
  mode: string
  oid: string
}

/** All files of a tree by path; empty where git cannot list it. */
export const listTree = async (git: Git, tree: string, objectsDir: string | null): Promise<Map<string, Entry>> => {
  const ran = await git.run(['ls-tree', '-r', '-z', '--full-tree', tree], { env: readingBoth(objectsDir), maxBytes: 256 * 1024 * 1024 })
  const text = ran.stdout.toString('utf8')
  // Decoding all at once is several times as fast as record by record, and right unless a name is not UTF-8.
  return text.includes('\ufffd') ? byRecord(ran.stdout) : atOnce(text)
}

const atOnce = (text: string): Map<string, Entry> => {
  const files = new Map<string, Entry>()
  for (const record of text.split('\0')) {
    const tab = record.indexOf('\t')
    if (tab !== -1) files.set(record.slice(tab + 1), { mode: record.slice(0, 6), oid: record.slice(record.lastIndexOf(' ', tab) + 1, tab) })
  }
  return files
}

const byRecord = (bytes: Buffer): Map<string, Entry> => {
  const files = new Map<string, Entry>()
  for (const record of splitNul(bytes)) {
    const tab = record.indexOf(0x09)
    const [mode = '', , oid = ''] = record.toString('latin1', 0, tab).split(' ')
    files.set(decodePath(record.subarray(tab + 1)), { mode, oid })
  }
  return files
}

/**
 * The content of blobs, in one git call.
 * @returns oid → text; absent where the clone has it not, or it is larger than `maxBytes`
 */
export const readBlobs = async (
  git: Git,
  oids: Iterable<string>,
  objectsDir: string | null,
  maxBytes = 1024 * 1024,
): Promise<Map<string, string>> => {
  const wanted = [...new Set(oids)].filter((oid) => !/^0+$/.test(oid))
  const texts = new Map<string, string>()
  if (wanted.length === 0) return texts
  const ran = await git.run(['cat-file', '--batch'], {
    input: `${wanted.join('\n')}\n`,
    env: readingBoth(objectsDir),
    maxBytes: 512 * 1024 * 1024,
  })
  for (let at = 0; at < ran.stdout.length; ) {
    const end = ran.stdout.indexOf(0x0a, at)
    if (end === -1) break
    const [oid = '', type, size = ''] = ran.stdout.toString('latin1', at, end).split(' ')
    at = end + 1
    if (type === 'missing') continue
    if (Number(size) <= maxBytes && type === 'blob') texts.set(oid, ran.stdout.toString('utf8', at, at + Number(size)))
    at += Number(size) + 1
  }
  return texts
}

/** A file of a tree as text, or why it cannot be read though it is there. */
export type TreeText = { text: string } | { why: string }

/** Bytes that are read of one file, of all in one go without asking first how many they are, and of all. */
const MAX_FILE = 32 * 1024 * 1024
const AT_ONCE = 32 * 1024 * 1024
const MAX_ALL = 256 * 1024 * 1024

/**
 * Files of trees by `tree:path`, in one git call while they are small.
 * @param names pairs of tree and path; a path with a newline cannot be asked for and is left out
 * @returns `tree:path` → its text, or why not; absent where there is no such file
 */
export const readPaths = async (
  git: Git,
  names: readonly (readonly [tree: string, path: string])[],
  objectsDir: string | null,
): Promise<Map<string, TreeText>> => {
  const asked = [...new Set(names.map(([tree, path]) => `${tree}:${path}`))].filter((name) => !name.includes('\n'))
  if (asked.length === 0) return new Map()
  const found = await readObjects(git, asked, objectsDir, AT_ONCE)
  if (found === null) return readMeasured(git, asked, objectsDir)
  return new Map(asked.flatMap((name, i) => (found[i]?.type === 'blob' ? [[name, { text: found[i].text }] as const] : [])))
}

/**
 * Objects by any name git knows, in the order of the names; null for what is missing.
 * @returns null where they are more than `maxBytes` together
 */
export const readObjects = async (
  git: Git,
  names: readonly string[],
  objectsDir: string | null,
  maxBytes: number,
): Promise<({ oid: string; type: string; text: string } | null)[] | null> => {
  const ran = await git.run(['cat-file', '--batch'], { input: `${names.join('\n')}\n`, env: readingBoth(objectsDir), maxBytes })
  if (ran.truncated || ran.code !== 0) return null
  let at = 0
  return names.map(() => {
    const end = ran.stdout.indexOf(0x0a, at)
    const [, oid, type, size] = /^([0-9a-f]{40,64}) (\w+) (\d+)$/.exec(ran.stdout.toString('utf8', at, end)) ?? []
    at = end + 1
    if (oid === undefined || type === undefined) return null
    const text = ran.stdout.toString('utf8', at, at + Number(size))
    at += Number(size) + 1
    return { oid, type, text }
  })
}

/** The same with their sizes asked for first: what is too large is left out, and said. */
const readMeasured = async (git: Git, asked: readonly string[], objectsDir: string | null): Promise<Map<string, TreeText>> => {
  const texts = new Map<string, TreeText>()
  const ran = await git.run(['cat-file', '--batch-check=%(objectname) %(objecttype) %(objectsize)'], {
    input: `${asked.join('\n')}\n`,
    env: readingBoth(objectsDir),
  })
  const lines = ran.stdout.toString('utf8').split('\n')
  let all = 0
  const oids = asked.map((name, i) => {
    const [, oid, digits] = /^([0-9a-f]+) blob (\d+)$/.exec(lines[i] ?? '') ?? []
    const size = Number(digits)
    if (oid === undefined) return null
    if (size <= MAX_FILE && all + size <= MAX_ALL) {
      all += size
      return oid
    }
    texts.set(name, { why: `it is ${Math.round(size / 1024 / 1024)} MB, and 32 MB of a file are read at most` })
    return null
  })
  const blobs = await readBlobs(
    git,
    oids.flatMap((oid) => oid ?? []),
    objectsDir,
    MAX_FILE,
  )
  asked.forEach((name, i) => {
    const text = blobs.get(oids[i] ?? '')
    if (text !== undefined) texts.set(name, { text })
    else if (oids[i]) texts.set(name, { why: 'its content is not in this clone' })
  })
  return texts
}
