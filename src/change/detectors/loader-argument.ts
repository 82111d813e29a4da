import type { ChangedLine } from '../../model.ts'
import { isDrawn } from '../without-secrets.ts'

const NAME = /^[A-Za-z_$][\w$]{0,80}$/
/** Statements of Python that set a name which is also the name of a setting. */
const STATEMENT = /^(\s*)_?env_file\s*=(?!=)/

/** A path without `./` before it: the same file. */
export const plainPath = (argument: string): string => argument.replace(/(^|, )(?:\.\/)+/g, '$1')

/** What an argument stands for: where it is a name, the texts that the file gives this name, in any branch. */
export const meantBy = (argument: string, lines: readonly ChangedLine[]): string => {
  if (!NAME.test(argument)) return plainPath(argument)
  const set = new RegExp(`(?:^|[\\s;(])${argument.replaceAll('$', '\\$')}\\s{0,4}(?::[^=]{1,80})?=(?!=)(.*)$`)
  const texts = lines.flatMap(({ text }) => (text.includes(argument) && text.length <= 2000 ? quotedIn(set.exec(text)?.[1] ?? '') : []))
  return texts.length > 0 ? plainPath([...new Set(texts)].sort().join(', ')) : argument
}

const quotedIn = (text: string): string[] => [...text.matchAll(/["'`]([^"'`]+)["'`]/g)].map((match) => shown(match[1]!))

/** Longer texts are no paths. */
const MAX_SHOWN = 120

/** A path as written; what is none (a key of a vault, the text of an env file) is not repeated. */
export const shown = (text: string): string =>
  text.length > MAX_SHOWN || text.includes('://') || /=|[\w+-]{32,}/.test(text) || (text.match(/[\w+-]{16,}/g) ?? []).some(isDrawn)
    ? '…'
    : text

/** Is `env_file = …` here a variable, not a setting of a class or an argument of a call? */
export const isVariable = (lines: readonly ChangedLine[], i: number): boolean => {
  const indent = STATEMENT.exec(lines[i]!.text)?.[1]?.length
  if (indent === undefined) return false
  if (indent === 0) return true
  for (let k = i - 1; k >= 0; k--) {
    const text = lines[k]!.text
    if (text.trim() === '' || /^\s*/.exec(text)![0].length >= indent) continue
    return /:\s*$/.test(text) && !/^\s*class\b/.test(text)
  }
  return false
}
