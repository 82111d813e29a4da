import { roleOf } from './role.ts'

/** Words by which the files of environments differ. Those of developers and tests are no environments here. */
const WORD = /(^|[/._-])(production|prod|live|staging|stage|stg|preprod|preview|qa|uat|demo|sandbox|canary)(?=[/._-]|$)/gi
/** Files that give keys to an environment, whatever its name. */
const GIVES =
  /(?:^|\/)(?:fly[^/]*\.toml|[\w-]*\.?env(?:[._-][\w.-]+)?|(?:docker-)?compose[^/]*\.ya?ml|deploy[\w.-]*\.ya?ml|values[\w.-]*\.ya?ml|app[\w.-]*\.ya?ml|wrangler[^/]*\.toml)$/i
const NOT_THESE = /example|sample|template|(?:^|[/._-])(?:dev|development|local|test|ci|review|override)(?=[/._-]|$)/i

/** The path without its environment's name: files of one family do the same for different environments. */
const familyOf = (path: string): string => path.replace(WORD, '')

/** The environment that a path names, or null where it names none. */
export const environmentOf = (path: string): string | null => new RegExp(WORD.source, 'i').exec(path)?.[2]?.toLowerCase() ?? null

/** Does this file give keys to one environment among others? `.env` alone is for every one of them. */
export const isEnvironmentFile = (path: string): boolean =>
  GIVES.test(path) && !NOT_THESE.test(path) && !/(?:^|\/)\.?env$/.test(path) && roleOf(path) !== 'quiet'

/** Files of the same family for other environments. */
export const siblingsOf = (path: string, paths: Iterable<string>): string[] => {
  const family = familyOf(path)
  const ending = family.slice(-4)
  const found: string[] = []
  for (const other of paths) {
    if (other === path || !(other.endsWith(ending) || environmentOf(other.slice(-12)) !== null)) continue
    if (isEnvironmentFile(other) && familyOf(other) === family && environmentOf(other) !== environmentOf(path)) found.push(other)
  }
  return found
}

/** Keys that such a file gives, with their lines: of a fly.toml its `[env]`, of others every line that sets one. */
export const givenKeys = (path: string, text: string): Map<string, number> => {
  const toml = path.endsWith('.toml')
  let table = ''
  const keys = new Map<string, number>()
  text.split('\n').forEach((line, i) => {
    if (line.length > 4000) return
    const header = toml ? /^\s*\[+\s*([\w.-]+)\s*\]+/.exec(line) : null
    if (header) table = header[1]!
    if (toml && !/^(?:env|vars|env\.\w+\.vars)$/.test(table)) return
    const key = /^\s*(?:-\s+)?(?:export\s+)?["']?([A-Z][A-Z0-9_]{2,})["']?\s*[:=]/.exec(line)?.[1]
    if (key && !keys.has(key)) keys.set(key, i + 1)
  })
  return keys
}
