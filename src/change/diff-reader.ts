import type { FileChange } from '../model.ts'
import { roleOf } from './env/role.ts'
import { looksGenerated } from './generated.ts'
import { withLines } from './lines.ts'
import { emptyPatch, MAX_BYTES, MAX_LINES, makePatchReader, type Patch, type Side } from './patch.ts'
import { decodePath } from './paths.ts'
import { hasTwoPaths, parseRaw, patchesOf, type RawChange } from './raw.ts'

/** Lines kept of a whole change, each side; what comes later is only counted. */
const MAX_ALL = 400_000

interface Entry {
  raw: RawChange
  generated: boolean
  patches: Patch[]
}

/**
 * Reads `diff-tree -z --raw -p`: NUL-ended raw records, an empty one, then patches in the same order.
 * @param onNames called at the end of the raw records
 * @returns `take` for chunks of any size, `end` for the files
 */
export const makeDiffReader = (onNames = () => {}): { take: (chunk: Buffer) => void; end: () => FileChange[] } => {
  const entries: Entry[] = []
  const rawRecord = makeRawReader((raw) => {
    entries.push({ raw, generated: looksGenerated(raw.path), patches: [] })
    // Git is busy with the patches now; who asks later what runs this file gets the answer that was found meanwhile.
    roleOf(raw.path)
  })
  const patchText = makePatchReader(makePatchOwner(entries))
  const rest = makeRest()
  let inRaw = true
  /** @returns where the patches begin in the chunk, or its length */
  const takeRaw = (chunk: Buffer): number => {
    let start = 0
    for (let end = chunk.indexOf(0); end !== -1; end = chunk.indexOf(0, start)) {
      const record = rest.with(chunk.subarray(start, end))
      start = end + 1
      if (record.length === 0) {
        inRaw = false
        onNames()
        return start
      }
      rawRecord(record)
    }
    rest.keep(chunk.subarray(start))
    return chunk.length
  }
  const takePatches = (chunk: Buffer): void => {
    const last = chunk.lastIndexOf(0x0a)
    // Decoded at once: line by line that takes several times as long.
    if (last !== -1) patchText(rest.with(chunk.subarray(0, last + 1)).toString('utf8'))
    rest.keep(chunk.subarray(last + 1), MAX_BYTES)
  }
  return {
    take: (chunk) => {
      const start = inRaw ? takeRaw(chunk) : 0
      if (start < chunk.length) takePatches(start === 0 ? chunk : chunk.subarray(start))
    },
    end: () => {
      if (!inRaw) patchText(rest.with(Buffer.alloc(0)).toString('utf8'))
      return entries.map(assemble)
    },
  }
}

/** What a chunk ends with and only the next one completes; `atMost`: bytes of it that matter. */
const makeRest = () => {
  let held: Buffer[] = []
  let bytes = 0
  return {
    with: (part: Buffer): Buffer => {
      if (held.length === 0) return part
      const all = Buffer.concat([...held, part])
      held = []
      bytes = 0
      return all
    },
    keep: (part: Buffer, atMost = Number.POSITIVE_INFINITY): void => {
      if (part.length === 0 || bytes >= atMost) return
      held.push(Buffer.from(part))
      bytes += part.length
    },
  }
}

/** Gives each patch in turn the entry it belongs to. Lines of generated files are counted, not kept. */
const makePatchOwner = (entries: readonly Entry[]): (() => Patch) => {
  let at = 0
  let kept = 0
  return () => {
    while (entries[at] && entries[at]!.patches.length >= patchesOf(entries[at]!.raw)) {
      for (const patch of entries[at]!.patches) kept += patch.added.lines + patch.removed.lines
      at++
    }
    const entry = entries[at]
    const patch = emptyPatch(!entry || entry.generated || kept > MAX_ALL ? 0 : MAX_LINES)
    entry?.patches.push(patch)
    return patch
  }
}

/** Collects a head and its one or two paths. */
const makeRawReader = (onRaw: (raw: RawChange) => void): ((bytes: Buffer) => void) => {
  let head: string | null = null
  let paths: string[] = []
  return (bytes) => {
    if (head === null) {
      head = bytes.toString('latin1')
      return
    }
    paths.push(decodePath(bytes))
    if (paths.length < (hasTwoPaths(head) ? 2 : 1)) return
    const raw = parseRaw(head, paths)
    if (raw) onRaw(raw)
    head = null
    paths = []
  }
}

const assemble = ({ raw, generated, patches }: Entry): FileChange => {
  // Two only where one kind of file takes the place of another.
  const { opaque, added, removed } = patches.length === 1 ? patches[0]! : patches.reduce(joined, emptyPatch(0))
  const more = added.more + removed.more > 0 ? { more: { added: added.more, removed: removed.more } } : {}
  return withLines({ ...raw, opaque, generated, ...more }, added, removed)
}

const joined = (one: Patch, other: Patch): Patch => ({
  ...one,
  opaque: one.opaque || other.opaque,
  added: together(one.added, other.added),
  removed: together(one.removed, other.removed),
})

const together = (one: Side, other: Side): Side => ({
  blocks: [...one.blocks, ...other.blocks],
  lines: one.lines + other.lines,
  more: one.more + other.more,
})
