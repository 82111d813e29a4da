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
  const files = new Map<string, Entry>()
  for (const record of splitNul(ran.stdout)) {
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
  const ran = await git.run(['cat-file', '--batch'], { input: `${wanted.join('\n')}\n`, env: readingBoth(objectsDir) })
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
