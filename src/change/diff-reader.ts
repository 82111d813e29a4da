import type { FileChange } from '../model.ts'
import { looksGenerated } from './generated.ts'
import { emptyPatch, MAX_LINES, makePatchReader, type Patch } from './patch.ts'
import { hasTwoPaths, parseRaw, patchesOf, type RawChange } from './raw.ts'

/** Lines kept of a whole change, each side; what comes later is only counted. */
const MAX_ALL = 400_000

interface Entry {
  raw: RawChange
  patches: Patch[]
}

/**
 * Reads `diff-tree -z --raw -p`: NUL-ended raw records, an empty one, then patches in the same order.
 * @returns `take` for chunks of any size, `end` for the files
 */
export const makeDiffReader = (): { take: (chunk: Buffer) => void; end: () => FileChange[] } => {
  const entries: Entry[] = []
  const rawRecord = makeRawReader((raw) => entries.push({ raw, patches: [] }))
  const patchLine = makePatchReader(makePatchOwner(entries))
  let held: Buffer[] = []
  let inRaw = true
  const record = (part: Buffer): void => {
    const bytes = held.length === 0 ? part : Buffer.concat([...held, part])
    held = []
    if (!inRaw) patchLine(bytes)
    else if (bytes.length > 0) rawRecord(bytes)
    else inRaw = false
  }
  return {
    take: (chunk) => {
      let start = 0
      for (;;) {
        const end = chunk.indexOf(inRaw ? 0 : 0x0a, start)
        if (end === -1) break
        record(chunk.subarray(start, end))
        start = end + 1
      }
      if (start < chunk.length) held.push(Buffer.from(chunk.subarray(start)))
    },
    end: () => {
      if (held.length > 0) record(Buffer.alloc(0))
      return entries.map(assemble)
    },
  }
}

/** Gives each patch in turn the entry it belongs to. Lines of generated files are counted, not kept. */
const makePatchOwner = (entries: readonly Entry[]): (() => Patch) => {
  let at = 0
  let kept = 0
  return () => {
    while (entries[at] && entries[at]!.patches.length >= patchesOf(entries[at]!.raw)) {
      for (const patch of entries[at]!.patches) kept += patch.added.length + patch.removed.length
      at++
    }
    const entry = entries[at]
    const patch = emptyPatch(!entry || looksGenerated(entry.raw.path) || kept > MAX_ALL ? 0 : MAX_LINES)
    entry?.patches.push(patch)
    return patch
  }
}

/** Collects a head and its one or two paths. */
const makeRawReader = (onRaw: (raw: RawChange) => void): ((bytes: Buffer) => void) => {
  let head: Buffer | null = null
  let paths: Buffer[] = []
  return (bytes) => {
    if (!head) {
      head = Buffer.from(bytes)
      return
    }
    paths.push(Buffer.from(bytes))
    if (paths.length < (hasTwoPaths(head) ? 2 : 1)) return
    const raw = parseRaw(head, paths)
    if (raw) onRaw(raw)
    head = null
    paths = []
  }
}

const assemble = ({ raw, patches }: Entry): FileChange => {
  const added = patches.flatMap((patch) => patch.added)
  const removed = patches.flatMap((patch) => patch.removed)
  const more = patches.reduce((sum, { more: m }) => ({ added: sum.added + m.added, removed: sum.removed + m.removed }), {
    added: 0,
    removed: 0,
  })
  return {
    ...raw,
    opaque: patches.some((patch) => patch.opaque),
    generated: looksGenerated(raw.path),
    added,
    removed,
    ...(more.added + more.removed > 0 ? { more } : {}),
  }
}
