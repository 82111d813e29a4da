import { isSecretName } from '../../redact.ts'

const PLACES: [looks: string, pattern: RegExp][] = [
  ['localhost', /(?:^|\/\/|@|[\s,"'])(?:localhost|127\.0\.0\.1|\[?::1\]?|host\.docker\.internal)(?::|\/|$|[\s,"'])/i],
  ['example.com', /(?:^|[./@])example\.(?:com|org|net)(?:[:/]|$)/i],
  ['a SQLite file', /^(?:sqlite3?(?:\+\w+)?:|file:.*\.(?:db|sqlite3?)|.*\.sqlite3?$)/i],
]
const PLACEHOLDER =
  /^(?:change[-_ ]?me.*|secret|insecure.*|dev[-_]?secret.*|super[-_]?secret.*|your[-_].*|placeholder|dummy|not[-_]?secure.*|password|test|todo|xxx+)$/i

/** What a default is that only serves a developer's machine, in words that do not quote it; null for any other. */
export const looksLocal = (key: string, fallback: string): string | null => {
  const text = fallback.slice(0, 500)
  const place = PLACES.find(([, pattern]) => pattern.test(text))
  if (place) return place[0]
  return isSecretName(key) && PLACEHOLDER.test(text) ? 'a placeholder' : null
}
