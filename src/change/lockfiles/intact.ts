import { UnreadableLock } from './lock.ts'

/** The largest lockfiles of large monorepos have a few megabytes. */
const MAX = 16 * 1024 * 1024
const MARKS = ['<<<<<<<', '>>>>>>>']

/**
 * A lockfile's text without its byte order mark.
 * @throws UnreadableLock for what no parser has to be asked about
 */
export const intact = (text: string): string => {
  if (text.length > MAX) throw new UnreadableLock('it is larger than 16 MB')
  if (text.includes('\0')) throw new UnreadableLock('it is binary')
  const conflict = MARKS.map((mark) => startOfLine(text, mark)).find((at) => at >= 0)
  if (conflict !== undefined) throw new UnreadableLock('a merge conflict is left in it', lineAt(text, conflict))
  return text.startsWith('\ufeff') ? text.slice(1) : text
}

/** The line, from 1, of a place in a text. */
export const lineAt = (text: string, at: number): number => {
  let line = 1
  for (let next = text.indexOf('\n'); next >= 0 && next < at; next = text.indexOf('\n', next + 1)) line++
  return line
}

const startOfLine = (text: string, mark: string): number => {
  if (text.startsWith(mark)) return 0
  const at = text.indexOf(`\n${mark}`)
  return at < 0 ? -1 : at + 1
}
