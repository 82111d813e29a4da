import { isQuiet } from '../area.ts'
import type { Glimpse, Mention } from '../sight.ts'

/** Keys that are looked up; a file that loses more is another kind of event. */
const MAX_KEYS = 20
/** Names that stand everywhere and so name nothing. */
const COMMON =
  /^(?:id|ids|key|keys|name|user|username|login|password|pass|token|secret|url|uri|host|hostname|port|email|value|data|type|path|domain|region|bucket|config|database|cert|account|endpoint|api_?key|access_?key|secret_?key|client_?id|client_?secret|private_?key|public_?key|webhook|dsn|salt)$/i
const COMMENT = /^\s*(?:#|\/\/|\/?\*|--\s|<!--|;|%)/

/** A key's own name, and what it lies in. */
const partsOf = (key: string): { own: string; above: string | null } => {
  const parts = key.replaceAll('[]', '').split('.')
  return { own: parts.at(-1) ?? '', above: parts.at(-2) ?? null }
}

/** What to look up for keys that went: only names that say which key they are. */
export const wantedFor = (keys: readonly string[]): string[] => [
  ...new Set(
    keys
      .slice(0, MAX_KEYS)
      .map((key) => partsOf(key).own)
      .filter((own) => own.length > 2),
  ),
]

/** The first line of code that still reads a key, in a form in which one reads a key; null where there is none. */
export const stillRead = (glimpse: Pick<Glimpse, 'mentions'>, key: string, blobs: (path: string) => boolean): Mention | null => {
  const { own, above } = partsOf(key)
  if (own.length <= 2 || (COMMON.test(own) && above === null)) return null
  const reads = readsOf(own, COMMON.test(own) ? above : null)
  return glimpse.mentions(own).find(({ path, text }) => !isQuiet(path) && !blobs(path) && !COMMENT.test(text) && reads(text)) ?? null
}

/**
 * `credentials.x`, `[:x]`, `dig(:a, :x)`, `["x"]`, `ENV.fetch("X")`, `process.env.X`, `${X}`; not `x:` or `x =`, which give a thing of that name a value.
 * A name that stands everywhere must stand beside what it lies in.
 */
const readsOf = (own: string, beside: string | null): ((text: string) => boolean) => {
  const name = literally(own)
  const screaming = /^[A-Z][A-Z0-9_]+$/.test(own)
  const read = new RegExp(
    screaming
      ? `(?:env\\.|ENV\\.|\\$\\{?|\\(["']|\\[["'])${name}(?![\\w])(?!\\s*[:=](?!=))`
      : `(?:(?:credentials|secrets?|config|settings|vault)(?:\\.\\w{1,40}!?){0,4}[.]|\\[:|\\(:|,\\s?:|\\[["']|\\(["']|,\\s?["'])${name}(?!\\w)(?=["']?[\\])!,.\\s]|["']?$)`,
  )
  const lies = beside === null ? null : new RegExp(`(?<!\\w)${literally(beside)}(?!\\w)`)
  return (text) => read.test(text) && (lies === null || lies.test(text))
}

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
