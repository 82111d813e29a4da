import type { ChangedLine } from '../model.ts'

/** Lines that stand together: `at` is the number of the first, `text` has all with their signs. */
export interface Block {
  at: number
  text: string
}

/** What one side of a patch has: blocks with so many lines, and how many more there were. */
export interface Side {
  blocks: Block[]
  lines: number
  more: number
}

/** One patch; `keeps` is how many lines it may keep a side. */
export interface Patch {
  keeps: number
  opaque: boolean
  added: Side
  removed: Side
}

/** Lines kept of a file and side, characters kept of a line: enough to judge, bounded for a minified megabyte. */
export const MAX_LINES = 5_000
const MAX_TEXT = 4_000
/** Bytes of a line that matter. */
export const MAX_BYTES = 4 * (MAX_TEXT + 1)

/** A patch without lines yet. */
export const emptyPatch = (keeps: number): Patch => ({
  keeps,
  opaque: false,
  added: { blocks: [], lines: 0, more: 0 },
  removed: { blocks: [], lines: 0, more: 0 },
})

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/
const NEWLINE = '\n'

/** Lines of a hunk that are still to come: the number of the next, and how many. */
interface Left {
  at: number
  lines: number
}

/**
 * Reads a patch (`-U0`, so without context) in texts of whole lines. Hunk lengths decide what is content: a removed SQL comment
 * `-- a/x` looks exactly like a file header.
 * @param onPatch called at each `diff --git` header with the patch that follows it
 */
export const makePatchReader = (onPatch: () => Patch): ((text: string) => void) => {
  let patch: Patch | null = null
  let old: Left = { at: 0, lines: 0 }
  let fresh: Left = { at: 0, lines: 0 }
  const header = (line: string): void => {
    const hunk = line.startsWith('@@') ? HUNK.exec(line) : null
    if (hunk) {
      old = { at: Number(hunk[1]), lines: Number(hunk[2] ?? 1) }
      fresh = { at: Number(hunk[3]), lines: Number(hunk[4] ?? 1) }
    } else if (line.startsWith('diff --git ')) patch = onPatch()
    else if (patch && line.startsWith('Binary files ')) patch.opaque = true
  }
  /** @returns where what follows begins */
  const step = (text: string, from: number): number => {
    if (old.lines === 0 && fresh.lines === 0) {
      const end = endOf(text, from)
      header(text.slice(from, end))
      return end + 1
    }
    const side = text[from] === '-' && old.lines > 0 ? 'removed' : text[from] === '+' && fresh.lines > 0 ? 'added' : null
    // Such as that there is no newline at the end.
    if (side === null) return endOf(text, from) + 1
    const left = side === 'removed' ? old : fresh
    const taken = run(text, from, left.lines)
    if (patch) keep(patch[side], patch.keeps, { at: left.at, text: text.slice(from, taken.end - 1) }, taken.lines)
    left.at += taken.lines
    left.lines -= taken.lines
    return taken.end
  }
  return (text) => {
    for (let at = 0; at < text.length; ) at = step(text, at)
  }
}

const endOf = (text: string, from: number): number => {
  const end = text.indexOf(NEWLINE, from)
  return end === -1 ? text.length : end
}

/** Lines from here on that begin with the sign of the first, at most so many. */
const run = (text: string, from: number, most: number): { end: number; lines: number } => {
  const sign = text.charCodeAt(from)
  let [end, lines] = [from, 0]
  while (lines < most && end < text.length && text.charCodeAt(end) === sign) {
    end = endOf(text, end) + 1
    lines++
  }
  return { end, lines }
}

const keep = (side: Side, keeps: number, block: Block, lines: number): void => {
  const room = Math.min(lines, keeps - side.lines)
  side.more += lines - Math.max(0, room)
  if (room <= 0) return
  side.lines += room
  side.blocks.push(room === lines ? block : { at: block.at, text: firstLines(block.text, room) })
}

const firstLines = (text: string, lines: number): string => {
  let end = -1
  for (let i = 0; i < lines; i++) end = endOf(text, end + 1)
  return text.slice(0, end)
}

/** The lines of blocks, without their signs. */
export const cut = (blocks: readonly Block[]): ChangedLine[] =>
  blocks.flatMap(({ at, text }) => text.split(NEWLINE).map((line, i) => ({ n: at + i, text: ownText(line) })))

const ownText = (line: string): string => (line.length > MAX_TEXT + 1 ? `${line.slice(1, MAX_TEXT + 1)}…` : line.slice(1))
