import type { Protected } from '../../config/settings.ts'
import type { Fact } from '../../model.ts'
import { type Detect, fact, type Sight } from '../sight.ts'

const COMMENT_LINE = /^\s*(?:#(?!!)|\/\/|\/?\*|--\s|<!--|;)/

/** Text for comparing: without spaces and line ends, with one kind of quotes, and without lines that are commented out. */
const bare = (text: string, comments: boolean): string =>
  text
    .split('\n')
    .filter((line) => comments || !COMMENT_LINE.test(line))
    .join('')
    .replace(/\s+/g, '')
    .replace(/'/g, '"')

/** Is the protected text in this file? Where in the file, and how it is spaced, does not matter; commented out it is not. */
export const holds = (text: string, keeps: string): boolean => {
  const comments = keeps.split('\n').some((line) => COMMENT_LINE.test(line))
  const wanted = bare(keeps, true)
  return wanted === '' || bare(text, comments).includes(wanted)
}

/** Protected configuration that the candidate does not hold (any more). */
export const detectProtected: Detect = (sight) => sight.settings.protect.flatMap((rule) => missing(sight, rule))

const missing = (sight: Sight, rule: Protected): Fact[] => {
  const now = sight.text('candidate', rule.file)
  if (now !== null && holds(now, rule.keeps)) return []
  const before = sight.text('base', rule.file)
  const was = before !== null && holds(before, rule.keeps)
  const line = was ? lineOf(before, rule.keeps) : undefined
  const moved = sight.change.files.find((file) => file.from === rule.file)
  const how =
    now !== null ? (was ? 'is gone from' : 'is not in') : moved ? `went with the file to ${moved.path}; it is expected in` : 'is gone with'
  return [fact('protected-line-gone', rule.file, { keeps: rule.keeps, file: rule.file, how, because: rule.because }, rule.file, line)]
}

/** Line where the first line of the text stood, or undefined. */
const lineOf = (text: string, keeps: string): number | undefined => {
  const first = bare(keeps.split('\n')[0] ?? '', true)
  const at = text.split('\n').findIndex((line) => !COMMENT_LINE.test(line) && bare(line, true).includes(first))
  return at === -1 ? undefined : at + 1
}
