import { commandOf, freshValue, oursIn, type Shape } from './entries.ts'
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

/** Word for word what was put in, the last piece first. Null where one of them is not there as it was. */
const withoutPieces = (text: string, pieces: readonly string[]): string | null => {
  let left = text
  for (const piece of [...pieces].reverse()) {
    const at = left.indexOf(piece)
    if (piece === '' || at < 0 || left.indexOf(piece, at + 1) >= 0) return null
    left = left.slice(0, at) + left.slice(at + piece.length)
  }
  const root = rootOf(left)
  return root && oursIn(plainOf(root)).length === 0 ? left : null
}

/** A part that holds a command of ours and nothing of anybody else's: a handler, or a list or group that would be empty without it. */
const isOnlyOurs = (node: Node): boolean => {
  if (node.kind === 'plain') return false
  const inner = childrenOf(node).map(({ value }) => value)
  if (node.kind === 'array') return inner.length > 0 && inner.every(isOnlyOurs)
  const deep = inner.filter(({ kind }) => kind !== 'plain')
  if (commandOf(plainOf(node) as object) !== null) return true
  return deep.length > 0 && deep.some(isOnlyOurs) && deep.every((one) => isOnlyOurs(one) || isListOfWords(one))
}

const isListOfWords = (node: Node): boolean => node.kind === 'array' && node.items.every(({ kind }) => kind === 'plain')

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
    left = left.slice(0, found[0]) + left.slice(found[1])
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
  if (kept?.created !== false && same(plainOf(root), freshValue(shape))) return null
  const exact = kept && !kept.created ? withoutPieces(text, kept.pieces) : null
  if (exact !== null) return exact
  const left = withoutParts(text)
  return kept?.created !== false && isShell(left, shape) ? null : left
}
