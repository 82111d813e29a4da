import { folderOf, within } from './place.ts'

const FLY = /^fly(?:[.-][\w.-]+)?\.toml$|^fly\.(?:json|ya?ml)$/
const ASIDE =
  /(?:^|\/)(?:node_modules|vendor|third_party|dist|build|\.venv|venv|site-packages|tests?|__tests__|specs?|fixtures|examples?|docs?|__pycache__)\//
const SOURCE = /\.(?:py|m?[jt]s|c[jt]s|rb|exs?|php|go|rs|sh)$|(?:^|\/)(?:Gemfile|Procfile|package\.json)$/
const MANIFEST =
  /^(?:package\.json|pyproject\.toml|requirements[\w.-]*\.txt|pytest\.ini|setup\.cfg|Gemfile|Makefile|Procfile|mix\.exs|go\.mod|Cargo\.toml|composer\.json|manage\.py|\.dockerignore|Dockerfile)$/

/** Names that env files without values have. */
export const EXAMPLES = ['.env.example', '.env.sample', '.env.template', 'env.example'] as const

/** Source files that are looked through for lines that load an env; a repository with more has its settings near the top anyway. */
const MOST_SOURCES = 2000

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Is it a config of fly's? */
export const isFlyConfig = (path: string): boolean => FLY.test(nameOf(path)) && !ASIDE.test(path)

/** Source that may load an env file when the app runs; tests and vendored code do not count. */
export const isSource = (path: string): boolean => SOURCE.test(path) && !ASIDE.test(path)

const depth = (path: string): number => path.split('/').length

/** Which files detection wants to read, of all that git lists, and the env files beside each app, which git ignores. */
export const wantedFiles = (paths: readonly string[]): string[] => {
  const fly = paths.filter(isFlyConfig)
  const folders = [...new Set(['', ...fly.map(folderOf)])]
  const beside = folders.flatMap((folder) => ['.env', ...EXAMPLES].flatMap((name) => within(folder, name) ?? []))
  const manifests = paths.filter((path) => MANIFEST.test(nameOf(path)) && folders.includes(folderOf(path)))
  const sources = paths.filter(isSource).sort((a, b) => depth(a) - depth(b))
  return [...new Set([...fly, ...beside, ...manifests, ...sources.slice(0, MOST_SOURCES)])]
}
