import { commandOf, freshJson, freshValue, oursIn, type Shape } from './entries.ts'
import { isBroken, type Node, plainOf, readJson, same } from './json-text.ts'
import type { Kept } from './part.ts'

const rootOf = (text: string): Node | null => {
  const read = readJson(text)
  return isBroken(read) ? null : read
}

const childrenOf = (node: Node): { start: number; end: number; value: Node }[] => {
  if (node.kind === 'array') return node.items.map((item) => ({ start: item.start, end: item.end, value: item }))
  return node.kind === 'object' ? node.members.map(({ start, value }) => ({ start, end: value.end, value })) : []
}

const cut = (text: string, at: number, length: number): string => text.slice(0, at) + text.slice(at + length)

/** Entries that are alike make pieces that are found in each other: a few places are tried. */
const MOST_PLACES = 6

const placesOf = (text: string, piece: string): number[] => {
  const places: number[] = []
  for (let at = text.indexOf(piece); at >= 0 && places.length < MOST_PLACES; at = text.indexOf(piece, at + 1)) places.push(at)
  return places
}

/** Word for word what was put in, the last piece first. Null where one of them is not there as it was. */
const withoutPieces = (text: string, pieces: readonly string[]): string | null => {
  const piece = pieces.at(-1)
  if (piece === undefined) {
    const root = rootOf(text)
    return root && oursIn(plainOf(root)).length === 0 ? text : null
  }
  if (piece === '') return null
  for (const at of placesOf(text, piece)) {
    const left = withoutPieces(cut(text, at, piece.length), pieces.slice(0, -1))
    if (left !== null) return left
  }
  return null
}

/** A part that goes with ours: a handler, the group round it, or a container with nothing in it but such. */
const isOnlyOurs = (node: Node): boolean => {
  if (node.kind === 'plain') return false
  if (node.kind === 'array') return node.items.length > 0 && node.items.every(isOnlyOurs)
  if (commandOf(plainOf(node) as object) !== null) return true
  const group = node.members.find(({ key, value }) => key === 'hooks' && value.kind === 'array')
  return group ? isOnlyOurs(group.value) : node.members.length > 0 && node.members.every(({ value }) => isOnlyOurs(value))
}

/** Where the outermost part lies that is only ours, with the comma that goes with it. */
const firstOurs = (holder: Node): [from: number, to: number] | null => {
  const children = childrenOf(holder)
  for (const [i, { start, end, value }] of children.entries()) {
    if (isOnlyOurs(value)) {
      const [before, after] = [children[i - 1], children[i + 1]]
      if (before) return [before.end, end]
      return after ? [start, after.start] : [holder.start + 1, holder.end - 1]
    }
    const deeper = firstOurs(value)
    if (deeper) return deeper
  }
  return null
}

/** Without every part that is only ours: for a file that was formatted, or whose record is gone. */
const withoutParts = (text: string): string => {
  let left = text
  for (;;) {
    const root = rootOf(left)
    const found = root && firstOurs(root)
    if (!found) return left
    left = cut(left, found[0], found[1] - found[0])
  }
}

/** Nothing is left but what a file of ours has besides its entries. */
const isShell = (text: string, { root, own }: Shape): boolean => {
  const read = rootOf(text)
  return read !== null && [{}, root, { ...root, ...own }].some((shell) => same(plainOf(read), shell))
}

/**
 * A JSON file without what is ours.
 * @returns null: the file goes; undefined: nothing of ours is in it
 */
export const removeJson = (text: string, shape: Shape, kept: Kept | null): string | null | undefined => {
  const root = rootOf(text)
  if (!root || oursIn(plainOf(root)).length === 0) return undefined
  // Without a record only a file that is ours to the byte is taken for one that we made.
  if (kept ? kept.created && same(plainOf(root), freshValue(shape)) : text === freshJson(shape)) return null
  const exact = kept && !kept.created ? withoutPieces(text, kept.pieces) : null
  if (exact !== null) return exact
  const left = withoutParts(text)
  return kept?.created && isShell(left, shape) ? null : left
}
