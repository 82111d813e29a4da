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
  return (bytes: Buffer): void => {
    if (old.left === 0 && fresh.left === 0) header(bytes.toString('latin1', 0, 200))
    else if (!patch) return
    else if (bytes[0] === 0x2d && old.left > 0) {
      keep(patch, 'removed', old.at++, bytes)
      old.left--
    } else if (bytes[0] === 0x2b && fresh.left > 0) {
      keep(patch, 'added', fresh.at++, bytes)
      fresh.left--
    }
  }
}

const keep = (patch: Patch, side: 'added' | 'removed', n: number, bytes: Buffer): void => {
  const lines: ChangedLine[] = patch[side]
  if (lines.length >= patch.keeps) {
    patch.more[side]++
    return
  }
  const text = bytes.toString('utf8', 1, Math.min(bytes.length, MAX_TEXT * 2))
  lines.push({ n, text: text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text })
}
