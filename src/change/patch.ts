import type { ChangedLine } from '../model.ts'

/** The lines of one patch; `keeps` is how many it may keep a side, `more` counts the others. */
export interface Patch {
  keeps: number
  opaque: boolean
  added: ChangedLine[]
  removed: ChangedLine[]
  more: { added: number; removed: number }
}

/** Lines kept of a file and side, characters kept of a line: enough to judge, bounded for a minified megabyte. */
export const MAX_LINES = 5_000
const MAX_TEXT = 4_000
/** Bytes of a line that matter. */
export const MAX_BYTES = 4 * (MAX_TEXT + 1)

/** A patch without lines yet. */
export const emptyPatch = (keeps: number): Patch => ({ keeps, opaque: false, added: [], removed: [], more: { added: 0, removed: 0 } })

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/

/**
 * Reads a patch line by line (`-U0`, so without context). Hunk lengths decide what is content: a removed SQL comment
 * `-- a/x` looks exactly like a file header.
 * @param onPatch called at each `diff --git` header with the patch that follows it
 */
export const makePatchReader = (onPatch: () => Patch) => {
  let patch: Patch | null = null
  let old = { at: 0, left: 0 }
  let fresh = { at: 0, left: 0 }
  const header = (line: string): void => {
    const hunk = line.startsWith('@@') ? HUNK.exec(line) : null
    if (hunk) {
      old = { at: Number(hunk[1]), left: Number(hunk[2] ?? 1) }
      fresh = { at: Number(hunk[3]), left: Number(hunk[4] ?? 1) }
    } else if (line.startsWith('diff --git ')) patch = onPatch()
    else if (patch && line.startsWith('Binary files ')) patch.opaque = true
  }
  return (line: string): void => {
    if (old.left === 0 && fresh.left === 0) header(line)
    else if (!patch) return
    else if (line.startsWith('-') && old.left > 0) {
      keep(patch, 'removed', old.at++, line)
      old.left--
    } else if (line.startsWith('+') && fresh.left > 0) {
      keep(patch, 'added', fresh.at++, line)
      fresh.left--
    }
  }
}

const keep = (patch: Patch, side: 'added' | 'removed', n: number, line: string): void => {
  const lines: ChangedLine[] = patch[side]
  if (lines.length >= patch.keeps) patch.more[side]++
  else lines.push({ n, text: line.length > MAX_TEXT + 1 ? `${line.slice(1, MAX_TEXT + 1)}…` : line.slice(1) })
}
