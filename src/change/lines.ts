import type { ChangedLine, FileChange, Uncut } from '../model.ts'
import { cut, type Side } from './patch.ts'

/**
 * A file with the lines of its patch. They are cut when somebody first asks for them: of a large change hardly anybody does, and all of them at once
 * would take most of the time and memory that reading it takes.
 */
export const withLines = (file: Omit<FileChange, 'added' | 'removed'>, added: Side, removed: Side): FileChange => {
  const lines: { added?: ChangedLine[]; removed?: ChangedLine[] } = {}
  return {
    ...file,
    get added() {
      lines.added ??= cut(added.blocks)
      return lines.added
    },
    get removed() {
      lines.removed ??= cut(removed.blocks)
      return lines.removed
    },
    uncut: { added: uncut(added), removed: uncut(removed) },
  }
}

const uncut = ({ blocks, lines }: Side): Uncut => ({ lines, pieces: blocks.map(({ text }) => text) })

/**
 * May a changed line be what is looked for? False is sure; true asks for a look at the lines.
 * @param mayBe of a piece of many lines, each behind its sign; must be linear in its length
 */
export const mayHave = (file: FileChange, mayBe: (piece: string) => boolean, side?: 'added' | 'removed'): boolean => {
  if (!file.uncut) return true
  const { added, removed } = file.uncut
  return (side !== 'removed' && added.pieces.some(mayBe)) || (side !== 'added' && removed.pieces.some(mayBe))
}
