import { areaOf, isQuiet } from './area.ts'
import type { Glimpse, Mention } from './sight.ts'

/** Read by frameworks, runtimes and libraries, though no line of the app names them. */
const BY_CONVENTION =
  /^(?:(?:NODE|RAILS|RACK|MIX|APP|FLASK|DJANGO|PHX|RUST|GO|PYTHON|BUNDLE|GEM|NEXT|NUXT|VITE|UV|PIP|JAVA|DOTNET|ASPNETCORE|AWS|SENTRY|OTEL|NEW_RELIC|DD)_\w+|PORT|HOST|HOSTNAME|PATH|HOME|LANG|LC_ALL|TZ|DATABASE_URL|REDIS_URL|SECRET_KEY_BASE|SECRET_KEY|DJANGO_SETTINGS_MODULE|WEB_CONCURRENCY|MALLOC_ARENA_MAX|LD_PRELOAD)$/

/** What still reads an env key that the change takes away: `file:line`, `by convention`, or null for nothing. */
export const readerOf = (glimpse: Pick<Glimpse, 'mentions'>, key: string): string | null => {
  if (BY_CONVENTION.test(key)) return 'by convention'
  const reader = glimpse.mentions(key).find((mention) => reads(mention, key))
  return reader ? `${reader.path}:${reader.line}` : null
}

/** A whole word on a line of code: files that set keys (env files, CI, compose, fly's own) read none. */
const reads = ({ path, text }: Mention, key: string): boolean =>
  !isQuiet(path) && areaOf(path) !== 'infra' && !/(?:^|\/)\.env/.test(path) && wordAt(text, key) && !/^\s*(?:#|\/\/|\*)/.test(text)

const wordAt = (text: string, key: string): boolean => {
  for (let at = text.indexOf(key); at !== -1; at = text.indexOf(key, at + 1)) {
    if (!/\w/.test(text[at - 1] ?? ' ') && !/\w/.test(text[at + key.length] ?? ' ')) return true
  }
  return false
}
