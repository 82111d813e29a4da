import { type Entry, freshJson, holdsAll, reach, type Shape, wrapped } from './entries.ts'
import { insertLast, withPiece } from './insert.ts'
import { isBroken, type Node, readJson } from './json-text.ts'
import { type Layout, layoutOf } from './layout.ts'
import type { Judged, Kept, Part } from './part.ts'
import { removeJson } from './remove-json.ts'

const rootOf = (text: string): Node => {
  const read = readJson(text)
  if (isBroken(read)) throw new Error(`a merge broke the file: ${read.what} in line ${read.line}`)
  return read
}

const KINDS = { object: 'an object', array: 'a list', plain: 'a single value' } as const

/** Why an entry has no place in a file, or null. */
const noPlace = (root: Node, { path }: Entry): string | null => {
  const { node, depth } = reach(root, path)
  const wanted = depth === path.length ? 'array' : 'object'
  if (node.kind === wanted) return null
  return `${depth === 0 ? 'the file' : path.slice(0, depth).join('.')} is ${KINDS[node.kind]}, not ${KINDS[wanted]}`
}

const insertEntry = (text: string, { path, value }: Entry, layout: Layout) => {
  const { node, depth } = reach(rootOf(text), path)
  if (depth === path.length) return insertLast(text, node, null, value, layout)
  return insertLast(text, node, path[depth] ?? '', wrapped(path.slice(depth + 1), value), layout)
}

/** Everything that is wanted, put in piece by piece: what is there is not written again. */
const mergeInto = (before: string, { entries, root }: Shape): { text: string; pieces: string[] } => {
  const layout = layoutOf(before)
  const pieces: string[] = []
  let text = before
  const put = (piece: { at: number; text: string }): void => {
    text = withPiece(text, piece)
    pieces.push(piece.text)
  }
  for (const [key, value] of Object.entries(root)) {
    const { node, depth } = reach(rootOf(text), [key])
    if (depth === 0) put(insertLast(text, node, key, value, layout))
  }
  for (const entry of entries) put(insertEntry(text, entry, layout))
  return { text, pieces }
}

/** Why a file cannot be merged into, or null. */
const damage = (text: string, shape: Shape): string | null => {
  const read = readJson(text)
  if (isBroken(read)) return `line ${read.line}: ${read.what}. Only plain JSON is merged, so that nothing in it is lost`
  return shape.entries.map((entry) => noPlace(read, entry)).find((why) => why !== null) ?? null
}

const judge = (shape: Shape, text: string | null, kept: Kept | null): Judged => {
  if (text === null) return { state: 'missing', text: freshJson(shape), kept: { created: true, pieces: [] } }
  const why = damage(text, shape)
  if (why !== null) return { state: 'damaged', why }
  if (holdsAll(rootOf(text), shape)) return { state: 'current' }
  const left = removeJson(text, shape, kept)
  if (left === null) return { state: 'outdated', text: freshJson(shape), kept: { created: true, pieces: [] } }
  const merged = mergeInto(left ?? text, shape)
  return {
    state: left === undefined ? 'missing' : 'outdated',
    text: merged.text,
    kept: { created: left !== undefined && (kept?.created ?? false), pieces: merged.pieces },
  }
}

/**
 * A JSON file of a host: our entries at the end of its lists, everything else as it is, byte for byte.
 * @param path from the top of the repository
 */
export const jsonPart = (path: string, shape: Shape): Part => ({
  path,
  judge: (text, kept) => judge(shape, text, kept),
  remove: (text, kept) => {
    const read = readJson(text)
    if (!isBroken(read)) return { text: removeJson(text, shape, kept) }
    return text.includes('safe-deploy') ? { damaged: `line ${read.line}: ${read.what}` } : { text: undefined }
  },
})
