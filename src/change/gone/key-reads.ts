import type { Mention } from '../sight.ts'
import { isEnvLike } from './key-files.ts'
import type { GoneKey } from './keys.ts'
import { readerAt } from './readers.ts'
import { inComment } from './tokens.ts'

/** How sure it is that the line reads the key: by its whole path, or by its name in a line that speaks of settings. */
type KeyGrade = 'likely' | 'maybe'

export interface KeyRead {
  mention: Mention
  grade: KeyGrade
}

const CODE = /\.(?:[cm]?[jt]sx?|py|rb|rake|ru|go|rs|java|kt|scala|cs|php|exs?|erl|clj|swift|vue|svelte|astro|erb|haml|slim)$/
const SPEAKS =
  /config|conf\b|cfg|settings?|options?\b|properties|prefs|credentials|secrets|Figaro|Rails\.application|Application\.(?:get_env|fetch_env|compile_env)|@Value|viper/i
const ENVIRONMENT =
  /process\.env|import\.meta\.env|\bENV\b|environ|getenv|get_env|fetch_env|\benv\s*\(|\bEnv\.|std::env|env::var|System\.get|Deno\.env|Bun\.env/

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\-]/g, '\\$&')

/** Is it set here, in whatever file? Then it moved. */
export const isSet = ({ text }: Mention, key: string): boolean =>
  new RegExp(`^\\s*(?:ENV\\s+|ARG\\s+|export\\s+|-\\s+|#\\s*)*["']?(?:[\\w-]+\\.)*${escaped(key)}["']?\\s*(?:[:=]|\\s\\S)(?![:=>])`).test(
    text,
  )

/** Lines of code that read it, surest first. */
export const readsOf = (gone: GoneKey, file: string, mentions: readonly Mention[]): KeyRead[] => {
  const asked = mentions.flatMap((mention): KeyRead[] => {
    if (!CODE.test(mention.path) || readerAt(mention.path) === null) return []
    const grade = isEnvLike(file) ? environmentRead(gone, mention) : settingRead(gone, mention)
    return grade ? [{ mention, grade }] : []
  })
  return asked.sort((a, b) => Number(a.grade === 'maybe') - Number(b.grade === 'maybe'))
}

const environmentRead = ({ key }: GoneKey, { path, text }: Mention): KeyGrade | null => {
  const match = new RegExp(`(?:\\.|["'\`(])${escaped(key)}(?![\\w])`).exec(text)
  if (!match || !ENVIRONMENT.test(text.slice(0, match.index + 1)) || inComment(path, text, match.index)) return null
  // With a default it is no loss.
  return /\?\?|\|\||["'\])]\s*(?:or|,)\s/.test(text.slice(match.index)) ? null : 'maybe'
}

const settingRead = (gone: GoneKey, { path, text }: Mention): KeyGrade | null => {
  const whole = gone.path.includes('.') ? new RegExp(`["'\`{]${escaped(gone.path)}(?=["'\`}])`).exec(text) : null
  if (whole && !inComment(path, text, whole.index)) return 'likely'
  const match = new RegExp(
    `(?:[\\w\\])]\\??\\.|\\[:|\\[["']|(?:get|fetch|dig|config|require|getProperty|get_env)\\w*\\(.{0,60}?[:"'])${escaped(gone.key)}(?![\\w(])`,
  ).exec(text)
  if (!match || inComment(path, text, match.index)) return null
  return SPEAKS.test(text.slice(0, match.index + match[0].length - gone.key.length)) ? 'maybe' : null
}
