import type { Node } from './json-text.ts'
import { type Layout, renderJson } from './layout.ts'

/** Text that goes in at one place; everything of the user's stays. */
export interface Piece {
  at: number
  text: string
}

/** The text with a piece in it. */
export const withPiece = (text: string, { at, text: piece }: Piece): string => text.slice(0, at) + piece + text.slice(at)

const blanksAt = (text: string, at: number): string => /^[ \t]*/.exec(text.slice(at))?.[0] ?? ''

/** What stands before the first thing of the line that a place is on. */
const indentAt = (text: string, at: number): string => blanksAt(text, text.lastIndexOf('\n', at - 1) + 1)

const lead = (key: string | null, { flat }: Layout): string => (key === null ? '' : `${JSON.stringify(key)}:${flat ? '' : ' '}`)

const intoEmpty = (text: string, holder: Node, key: string | null, value: unknown, layout: Layout): Piece => {
  const at = holder.start + 1
  if (layout.flat) return { at, text: lead(key, layout) + renderJson(value, layout) }
  const outer = indentAt(text, holder.start)
  const inner = outer + layout.unit
  // The closing bracket is on a line of its own already, or comes onto one.
  const close = text.slice(at, holder.end).includes('\n') ? '' : layout.eol + outer
  return { at, text: layout.eol + inner + lead(key, layout) + renderJson(value, layout, inner) + close }
}

/**
 * A new last part of an object (with a key) or of a list (without one), laid out like its neighbours.
 * @param holder an object or a list of `text`
 */
export const insertLast = (text: string, holder: Node, key: string | null, value: unknown, layout: Layout): Piece => {
  const starts =
    holder.kind === 'object'
      ? holder.members.map(({ start }) => start)
      : holder.kind === 'array'
        ? holder.items.map(({ start }) => start)
        : []
  const ends =
    holder.kind === 'object'
      ? holder.members.map((one) => one.value.end)
      : holder.kind === 'array'
        ? holder.items.map(({ end }) => end)
        : []
  const [first, last] = [starts[0], ends.at(-1)]
  if (first === undefined || last === undefined) return intoEmpty(text, holder, key, value, layout)
  const gap = text.slice(holder.start + 1, first)
  if (!gap.includes('\n')) {
    const flat = { ...layout, flat: true }
    return { at: last, text: `${layout.flat ? ',' : ', '}${lead(key, layout)}${renderJson(value, flat)}` }
  }
  const inner = gap.slice(gap.lastIndexOf('\n') + 1)
  return { at: last, text: `,${layout.eol}${inner}${lead(key, layout)}${renderJson(value, layout, inner)}` }
}
