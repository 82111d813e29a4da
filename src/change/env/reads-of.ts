import { splitCall } from './call.ts'
import { withoutComments } from './comments.ts'
import { IN_BRACES, SPELLINGS, type Spelling } from './direct-api.ts'
import { type EnvRead, KEY, lineCounter } from './env-read.ts'
import { needOf } from './need.ts'
import { schemaReads } from './schema-reads.ts'
import { settingsReads } from './settings-reads.ts'
import { hasCalls, wrapperReads } from './wrappers.ts'

/** Longer texts are data, or written by tools. */
const MAX_TEXT = 1024 * 1024
/** What a text holds that reads an environment, wrappers apart. */
const HINT = /env|Settings|\$\{/i
/** Of these one at least, where `${…}` is no reading. */
const WORD = /env|Settings|ConfigService|viper\.|config\(/i
/** Code behind a key that is looked at. */
const AFTER = 300

/**
 * The env keys that a file reads: by its language's own calls, by wrappers, and as fields of settings classes and schemas.
 * Comments read nothing.
 * @param wrappers callees that are known to read what their first argument names
 */
export const readsOf = (path: string, text: string, wrappers: ReadonlySet<string> = new Set()): EnvRead[] => {
  if (text.length > MAX_TEXT || !mayRead(path, text, wrappers) || !(HINT.test(text) || hasCalls(text))) return []
  const spellings = SPELLINGS.filter(({ files }) => files.test(path))
  const lines = withoutComments(path, text)
  const code = lines.join('\n')
  const lineAt = lineCounter(code)
  const fields = [...settingsReads(path, lines), ...schemaReads(path, lines)]
  const declared = new Set(fields.map(({ key }) => key))
  const direct = [...spellings.flatMap((spelling) => spelled(spelling, code, lineAt)), ...wrapperReads(path, code, lineAt, wrappers)]
  return [...fields, ...direct.filter(({ key }) => !declared.has(key))]
}

const mayRead = (path: string, text: string, wrappers: ReadonlySet<string>): boolean =>
  IN_BRACES.test(path) || WORD.test(text) || /env/i.test(path) || [...wrappers].some((callee) => text.includes(callee))

const spelled = (spelling: Spelling, code: string, lineAt: (offset: number) => number): EnvRead[] => {
  const found: EnvRead[] = []
  for (const match of code.matchAll(spelling.pattern)) {
    if (match[0].length > 4000) continue
    if (spelling.many) found.push(...listed(spelling, match[1]!, match.index, lineAt))
    else {
      const read = one(spelling, code, match, lineAt)
      if (read) found.push(read)
    }
  }
  return found
}

const one = (spelling: Spelling, code: string, match: RegExpExecArray, lineAt: (offset: number) => number): EnvRead | null => {
  const end = match.index + match[0].length
  const line = lineAt(match.index)
  const rest = code.slice(end, end + AFTER)
  // Written, not read.
  if (/^\s*=(?![=~>])/.test(rest)) return null
  const { more, after } = spelling.call ? splitCall(rest) : { more: null, after: rest }
  const before = code.slice(Math.max(0, code.lastIndexOf('\n', match.index) + 1, match.index - 200), match.index)
  const need = needOf({ need: tagNeed(spelling.need, match[0]), before, after, more })
  return { key: match[1]!, line, ...need, ...tagDefault(match[0]), build: spelling.build ?? false }
}

/** What a Go struct tag says beside the key. */
const tagNeed = (need: EnvRead['need'], text: string): EnvRead['need'] =>
  text.startsWith('`') && /,(?:required|notEmpty)|required:"true"/.test(text) ? 'required' : need

const tagDefault = (text: string): Partial<EnvRead> => {
  const given = /(?:envDefault|default):"([^"\n]*)"/.exec(text.startsWith('`') ? text : '') ?? /\$\{[A-Z0-9_]+:?[-=:]([^}\n]*)\}/.exec(text)
  return given ? { need: 'optional', fallback: given[1]! } : {}
}

const listed = (spelling: Spelling, list: string, offset: number, lineAt: (offset: number) => number): EnvRead[] =>
  [...list.matchAll(new RegExp(`(?:^|[,\\s"'])(${KEY})(?=["'\\s,:=]|$)\\s*(?::\\s*\\w+\\s*)?(=\\s*["']([^"'\\n]*)["'])?`, 'g'))].map(
    (match) => ({
      key: match[1]!,
      line: lineAt(offset) + newlines(list.slice(0, match.index + match[0].indexOf(match[1]!))),
      need: match[2] ? 'optional' : spelling.need,
      fallback: match[3] ?? null,
      build: false,
    }),
  )

const newlines = (text: string): number => text.split('\n').length - 1
