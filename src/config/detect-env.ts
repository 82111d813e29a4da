import { loaderLinesOf } from '../change/detectors/loader-line.ts'
import { holds } from '../change/detectors/protected.ts'
import { makeContextFilter } from '../change/ignore-file.ts'
import { isSecretName } from '../redact.ts'
import { EXAMPLES, isSource } from './detect-files.ts'
import { within } from './place.ts'
import type { SeenFiles, SeenProtected } from './suggestion.ts'

const ASSIGNED = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*(.*)$/
/** Values that stand for a value: nothing, words in brackets, change-me and the like. */
const HOLLOW =
  /^(?:["']?["']?|["']?(?:<.*>|\[.*\]|\{\{.*\}\}|x{3,}|\.{3}|change.?me|your[-_ ].*|todo|replace.*|secret|password|example)["']?)$/i

const MOST_KEYS = 40
const MOST_LINES = 5

const pairs = (text: string | null): [key: string, value: string][] =>
  (text ?? '').split('\n').flatMap((line) => {
    const match = ASSIGNED.exec(line.slice(0, 1000).trimEnd())
    return match ? [[match[1] ?? '', (match[2] ?? '').replace(/\s+#.*$/, '').trim()]] : []
  })

const unique = (names: string[]): string[] => [...new Set(names)].slice(0, MOST_KEYS)

/** Keys of the example files that somebody has to fill in. */
export const requiredKeys = ({ text }: SeenFiles, folders: readonly string[]): string[] =>
  unique(
    folders
      .flatMap((folder) => EXAMPLES.flatMap((name) => pairs(text(within(folder, name) ?? name))))
      .filter(([key, value]) => HOLLOW.test(value) || isSecretName(key))
      .map(([key]) => key),
  )

/** Keys that an env file here fills. Only names leave this function. */
export const filledKeys = ({ text }: SeenFiles, files: readonly string[]): string[] =>
  unique(
    files
      .flatMap((file) => pairs(text(file)))
      .filter(([, value]) => value !== '' && value !== '""' && value !== "''")
      .map(([key]) => key),
  )

const linesOf = (file: string, text: string): SeenProtected[] =>
  loaderLinesOf(
    file,
    text.split('\n').map((line, i) => ({ n: i + 1, text: line })),
  )
    .filter(({ loader, argument }) => loader.world !== 'compose' && (argument.includes('.env') || loader.name === 'dotenv gem'))
    .map(({ n }) => ({ file, keeps: (text.split('\n')[n - 1] ?? '').trim() }))
    .filter(({ keeps }) => keeps.length <= 200 && holds(text, keeps))

/** What of a line is enough to know it again: the `env_file=".env"` of a longer call, else the whole line. */
const essence = ({ file, keeps }: SeenProtected): SeenProtected => ({
  file,
  keeps: /env_file\s*=\s*(["'])[^"']*\1/.exec(keeps)?.[0] ?? keeps.replace(/[,;]$/, ''),
})

/** Lines by which the app loads its env itself: known working configuration. */
export const loadingLines = ({ paths, text }: SeenFiles): SeenProtected[] =>
  paths
    .filter(isSource)
    .flatMap((path) => linesOf(path, text(path) ?? '').slice(0, 1))
    .map(essence)
    .slice(0, MOST_LINES)

/** What should be looked at: env files in git or in the image. */
export const envHints = ({ paths, text }: SeenFiles, folders: readonly string[]): string[] => {
  const tracked = paths
    .filter((path) => /(?:^|\/)\.env$/.test(path))
    .map((path) => `${path} is in git; whoever can read the repository can read it.`)
  const shipped = folders.flatMap((folder) => {
    const at = (name: string): string => within(folder, name) ?? name
    if (text(at('.env')) === null || !paths.includes(at('Dockerfile'))) return []
    if (!makeContextFilter(text(at('.dockerignore'))).ships('.env')) return []
    return [`${at('.env')} would go into the image: add .env to ${at('.dockerignore')}.`]
  })
  return [...tracked, ...shipped]
}
