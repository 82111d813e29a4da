import type { FileChange } from '../model.ts'

/** One record of `diff-tree --raw -z`, before its lines are read. */
export type RawChange = Pick<FileChange, 'path' | 'from' | 'status' | 'modes' | 'oids'>

const HEAD = /^:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) ([A-Z])\d*$/
const STATUS: Record<string, FileChange['status']> = { A: 'A', M: 'M', D: 'D', R: 'R', T: 'T', C: 'A' }

/** Has this record a second path (rename or copy)? */
export const hasTwoPaths = (head: string): boolean => /[RC]\d*$/.test(head)

/**
 * One raw record.
 * @param head `:modes oids status`; @param paths one path, or old and new of a rename, decoded
 * @returns null for what git does not document
 */
export const parseRaw = (head: string, paths: string[]): RawChange | null => {
  const match = HEAD.exec(head)
  const last = paths.at(-1)
  const status = STATUS[match?.[5] ?? '']
  if (!match || !last || !status) return null
  return {
    path: last,
    ...(status === 'R' && paths[0] ? { from: paths[0] } : {}),
    status,
    modes: [match[1]!, match[2]!],
    oids: [match[3]!, match[4]!],
  }
}

/** Type of a mode: file, link or submodule. */
const kindOf = (mode: string): string => mode.slice(0, 2)

/** How many patches belong to a record: a file that becomes a link or a submodule is shown as deleted and made anew. */
export const patchesOf = (change: RawChange): number =>
  change.status === 'T' && kindOf(change.modes[0]) !== kindOf(change.modes[1]) ? 2 : 1
