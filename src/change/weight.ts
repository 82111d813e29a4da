import type { FileChange } from '../model.ts'
import { type Area, areaOf } from './area.ts'

/** What tells most about a deploy comes first. */
const ORDER: readonly Area[] = ['infra', 'config', 'migration', 'deps', 'code', 'other', 'ci', 'test', 'docs']

/** Lines that a file changes, also those that were not kept. */
export const linesOf = (file: FileChange): { added: number; removed: number } => ({
  added: (file.uncut?.added.lines ?? file.added.length) + (file.more?.added ?? 0),
  removed: (file.uncut?.removed.lines ?? file.removed.length) + (file.more?.removed ?? 0),
})

/** Files for the READ screen: most telling first, larger before smaller, generated last. */
export const byWeight = (files: readonly FileChange[]): FileChange[] =>
  files
    .map((file) => ({ file, rank: file.generated ? ORDER.length : ORDER.indexOf(areaOf(file.path)), size: sizeOf(file) }))
    .sort((a, b) => a.rank - b.rank || b.size - a.size || (a.file.path < b.file.path ? -1 : 1))
    .map(({ file }) => file)

const sizeOf = (file: FileChange): number => linesOf(file).added + linesOf(file).removed
