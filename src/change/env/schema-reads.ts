import { type EnvRead, KEY } from './env-read.ts'

/** Files that check the environment against a schema. */
const CHECKS = /createEnv\s*\(|cleanEnv\s*\(|envSchema|EnvSchema|defineEnv|Env\.create\s*\(|makeEnv|z\.object|Type\.Object|Joi\.object/
/** They look at the environment, and do not describe a request or a table. */
const OF_ENV = /createEnv|cleanEnv|process\.env|import\.meta\.env|Bun\.env|Deno\.env|Env\.create|ConfigService/
/** A key and the schema of its value. */
const ENTRY = new RegExp(
  `^(\\s*)["']?(${KEY})["']?\\s*:\\s*((?:z|v|t|s|Joi|yup|Type|Schema|S|vine|type|Env\\.schema|envalid)\\b.*|(?:str|num|bool|url|email|port|json|host|makeValidator|testOnly|required\\w*|optional\\w*|string\\w*|number\\w*|boolean\\w*)\\s*\\(.*|\\w*Schema\\b.*|z)$`,
)
const OPTIONAL = /\.(?:optional|nullish|default|catch|nullable)\s*\(|\bdefault\s*:|devDefault\s*:|Optional\(|optional\w*\(|\.optional\b/
/** Lines of one entry that are read. */
const MAX_ENTRY = 12

/** Entries of t3-env, envalid, zod and the like, as the keys they ask for. */
export const schemaReads = (path: string, lines: readonly string[]): EnvRead[] => {
  if (!/\.[cm]?[jt]sx?$/.test(path)) return []
  const text = lines.join('\n')
  if (!CHECKS.test(text) || !(OF_ENV.test(text) || /(?:^|[/._-])env(?:ironment)?[\w.-]*$/i.test(path))) return []
  return lines.flatMap((line, i): EnvRead[] => {
    const match = line.length <= 2000 ? ENTRY.exec(line) : null
    if (!match) return []
    const value = entryFrom(lines, i, match[1]!.length, match[3]!)
    const given = /\bdefault\s*(?:\(|:)\s*["'`]([^"'`\n]*)["'`]/.exec(value)?.[1] ?? null
    const need = OPTIONAL.test(value) ? 'optional' : 'required'
    return [{ key: match[2]!, line: i + 1, need, fallback: need === 'optional' ? given : null, build: isPublic(match[2]!) }]
  })
}

/** Put into the bundle when it is built. */
export const isPublic = (key: string): boolean => /^(?:NEXT_PUBLIC|VITE|PUBLIC|REACT_APP|NUXT_PUBLIC|GATSBY|EXPO_PUBLIC)_/.test(key)

/** The entry's value, with the lines below that are deeper or go on with a dot. */
const entryFrom = (lines: readonly string[], i: number, indent: number, first: string): string => {
  let value = first
  for (let k = i + 1; k < lines.length && k <= i + MAX_ENTRY; k++) {
    const line = lines[k]!.slice(0, 2000)
    const deep = /^\s*/.exec(line)![0].length
    if (line.trim() !== '' && deep <= indent && !/^\s*[.})\]]/.test(line)) break
    if (/^\s*[}\]]\)?[,;]?\s*$/.test(line) && deep < indent) break
    value += ` ${line.trim()}`
  }
  return value
}
