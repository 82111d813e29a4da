import type { ChangedLine, FileChange } from '../model.ts'
import type { Git } from '../ports.ts'
import { looksGenerated } from './generated.ts'
import { readBlobs } from './listing.ts'

const MAX_FILES = 50
const MAX_BYTES = 256 * 1024

/**
 * Lines of text files that an attribute (`-diff`) keeps out of every diff: an attribute must not hide a change. Binary,
 * large and generated files stay opaque.
 */
export const openOpaque = async (git: Git, files: readonly FileChange[], objectsDir: string | null): Promise<FileChange[]> => {
  const closed = files.filter((file) => file.opaque && !looksGenerated(file.path)).slice(0, MAX_FILES)
  if (closed.length === 0) return [...files]
  const blobs = await readBlobs(
    git,
    closed.flatMap((file) => file.oids),
    objectsDir,
    MAX_BYTES,
  )
  const textOf = (oid: string): string | null => (/^0+$/.test(oid) ? '' : (blobs.get(oid) ?? null))
  const opened = new Map(
    closed.flatMap((file) => {
      const [old, fresh] = [textOf(file.oids[0]), textOf(file.oids[1])]
      return old === null || fresh === null || old.includes('\0') || fresh.includes('\0')
        ? []
        : [[file.path, lineChange(old, fresh)] as const]
    }),
  )
  return files.map((file) => {
    const lines = opened.get(file.path)
    if (!lines) return file
    const { uncut: _, ...own } = file
    return { ...own, ...lines }
  })
}

/** Lines that one side has and the other has not, counted; their order is not compared. */
export const lineChange = (old: string, fresh: string): { removed: ChangedLine[]; added: ChangedLine[] } => ({
  removed: without(linesOf(old), linesOf(fresh)),
  added: without(linesOf(fresh), linesOf(old)),
})

const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))

const without = (lines: readonly string[], others: readonly string[]): ChangedLine[] => {
  const left = new Map<string, number>()
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1)
  return lines.flatMap((text, i) => {
    const n = left.get(text) ?? 0
    left.set(text, n - 1)
    return n > 0 ? [] : [{ n: i + 1, text }]
  })
}
