import type { EnvRead } from './env-read.ts'

/** Ends the program, or the request, where the key is missing. */
const FAILS = /^\s*\(?\s*(?:throw|raise|panic|die|exit|abort|fail|invariant|error|missing\w*|required?\w*|_?throw\w*|null!)\b/i
const LITERAL = /^\s*(?:["'`]([^"'`\n]*)["'`]|(-?\d[\d._]*|true|false|True|False|null|None|nil|undefined)\b)/
const OR = /^\s*(?:\?\?=?|\|\|=?|\bor\b|\?:)\s*/
/** Asked whether it is there, or what it is: both ways are thought of. */
const ASKED_AFTER =
  /^\s*(?:===?|!==?|=~|&&|\band\b|\?(?![.?:])|\bif\b|\.(?:present|blank|nil|empty|to_s|to_i|ok|is_ok|is_some|is_none|map|and_then|unwrap_or\w*)\b|&\.|\?\.)/
const ASKED_BEFORE =
  /(?:\b(?:if|unless|elsif|elif|while|not|typeof|and|return)\s+\(*|\b(?:if|while|Boolean|boolean|bool|isset|empty|defined)\s*\(+|!|&&\s*|\?\s+|===?\s*|!==?\s*)$/
const SURE_AFTER = /^(?:!(?!=)|\s+as\s+string\b|\s*(?:\n\s*)?\.(?:expect|unwrap)\(|\s*\?\s*[;,)\n])/

/** What reading a key asks for, from the code around it. */
export interface Around {
  /** What the spelling alone says. */
  need: EnvRead['need']
  /** Code before the read, on its line. */
  before: string
  /** Code after it, with the closing bracket of its call gone. */
  after: string
  /** Arguments behind the key, without the first comma; null where there are none. */
  more: string | null
}

/** Required, optional or unsaid, with a literal default. */
export const needOf = ({ need, before, after, more }: Around): Pick<EnvRead, 'need' | 'fallback'> => {
  const given = more === null ? null : defaultIn(more)
  if (given !== null) return { need: 'optional', fallback: literal(given) }
  const or = OR.exec(after)
  if (or) {
    const rest = after.slice(or[0].length)
    return FAILS.test(rest) ? { need: 'required', fallback: null } : { need: 'optional', fallback: literal(rest) }
  }
  if (SURE_AFTER.test(after)) return { need: 'required', fallback: null }
  if (need !== 'required' && (ASKED_AFTER.test(after) || ASKED_BEFORE.test(before))) return { need: 'optional', fallback: null }
  if (/^\s*\{(?!\s*(?:raise|fail))/.test(after) && need === 'required' && more === null)
    return { need: 'optional', fallback: literal(after.replace(/^\s*\{/, '')) }
  return { need, fallback: null }
}

/** The default among further arguments: named so, or the second one where it is no option of another name. */
const defaultIn = (more: string): string | null => {
  const named = /(?:^|[,{\s])default(?:_?value)?\s*[=:]\s*/i.exec(more)
  if (named) return more.slice(named.index + named[0].length)
  return /^\s*(?:[a-z_]\w*\s*(?:=(?!=)|:(?!:))|(?:bool|int|str|list|dict|float|tuple)\b|$)/.test(more) ? null : more
}

const literal = (text: string): string | null => {
  const match = LITERAL.exec(text)
  return match ? (match[1] ?? match[2] ?? null) : null
}
