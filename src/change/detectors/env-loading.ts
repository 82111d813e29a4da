import type { Change, ChangedLine, FileChange } from '../../model.ts'
import { withoutComments } from '../env/comments.ts'
import { roleOf } from '../env/role.ts'
import { mayHave } from '../lines.ts'
import type { Glimpse } from '../sight.ts'
import { hasService } from './compose-files.ts'
import { isCompose, type LoaderLine, loaderLinesOf } from './loader-line.ts'

/** Removed and added loader lines that stay after moves and rewrites are taken away. */
export interface EnvLoading {
  removed: LoaderLine[]
  added: LoaderLine[]
  changed: [from: LoaderLine, to: LoaderLine][]
  /** The same loading, now in another file. */
  moved: [from: LoaderLine, to: LoaderLine][]
  /** A file of the same name by other arguments, which may find another file or let another value win. */
  respelled: [from: LoaderLine, to: LoaderLine][]
}

/** Longer texts are judged by their changed lines. */
const MAX_TEXT = 2 * 1024 * 1024
/** A changed line that may belong to a loader, also where its head stands unchanged above. */
const CONCERNS =
  /\.env|env[-_]?file|dotenv|load_?env|read_env|env-cmd|credentials\.|Settings\b|EnvironmentFile|env_?path|ConfigModule|spring\.config|AutomaticEnv|source!|\bpath\s*[:=]/i

/** Data, and texts for people: nothing in them is run. */
const DATA = /\.(?:po|pot|csv|tsv|sql|s?css|less|svg|html?|txt|graphql|proto|ipynb|xml|snap)$|(?<!(?:^|\/)package)\.json$/
/** What a file with a loader holds. */
const LOADS =
  /env[-_]?file|dotenv|load_?env|read_env|env-cmd|credentials\.|BaseSettings|ConfigModule|spring\.config|AutomaticEnv|SetConfigFile|source!|\.env\b/i

/** Does a change of this file concern the loading of the environment? Only then are its texts needed. */
export const concerns = (file: FileChange): boolean =>
  !DATA.test(file.path) &&
  roleOf(file.path) !== 'quiet' &&
  (isCompose(file.path) || (mayHave(file, (piece) => CONCERNS.test(piece)) && (file.removed.some(mayLoad) || file.added.some(mayLoad))))

const mayLoad = ({ text }: ChangedLine): boolean => text.length <= 2000 && CONCERNS.test(text)

/**
 * What a change does to the loading of the environment. A removal and an addition with the same argument are one thing
 * rewritten (`class Config: env_file` to `SettingsConfigDict(env_file=…)`), in the same file or another; tests, documents
 * and comments load nothing.
 * @param text whole files, where they were read: a diff shows only the argument of a call whose head stays
 */
export const envLoading = (change: Pick<Change, 'files'>, text: Glimpse['text'] = () => null): EnvLoading => {
  const files = change.files.filter(concerns)
  const sides = files.map((file) => linesOf(file, text))
  const removed = sides.flatMap(({ was }) => was)
  const added = sides.flatMap(({ now }) => now)
  const renamed = new Map(files.flatMap((file) => (file.from ? [[file.from, file.path] as const] : [])))
  const gone = new Set(files.flatMap((file) => (file.status === 'D' ? [file.path] : [])))
  const sameFile = (a: LoaderLine, b: LoaderLine): boolean => (renamed.get(a.file) ?? a.file) === b.file
  const sameLoad = (a: LoaderLine, b: LoaderLine): boolean =>
    a.loader.world === b.loader.world && a.argument === b.argument && (a.scope ?? '') === (b.scope ?? '')
  const equal = (a: LoaderLine, b: LoaderLine): boolean => a.loader.name === b.loader.name && sameLoad(a, b)
  pair(removed, added, (a, b) => sameFile(a, b) && equal(a, b) && a.spelled === b.spelled)
  const respelled = [
    ...pair(removed, added, (a, b) => sameFile(a, b) && equal(a, b)),
    ...pair(removed, added, (a, b) => sameFile(a, b) && sameLoad(a, b)),
  ].filter(([from, to]) => from.spelled !== undefined && to.spelled !== undefined && from.spelled !== to.spelled)
  const moved = [...pair(removed, added, equal), ...pair(removed, added, sameLoad)]
  // Several files that now leave it to a shared one: one addition answers all of them.
  for (const [, to] of [...moved]) moved.push(...pair(removed, [], (a) => sameLoad(a, to), to))
  const changed = [
    ...pair(removed, added, (a, b) => sameFile(a, b) && a.loader.world === b.loader.world),
    ...pair(removed, added, (a, b) => gone.has(a.file) && a.loader.name === b.loader.name && a.loader.world === b.loader.world),
  ]
  const kept = (line: LoaderLine): boolean => files.some((file) => (file.from ?? file.path) === line.file && isKept(line, file))
  // A new settings class is one more reader of the same environment.
  return {
    removed: removed.filter((line) => !kept(line)),
    respelled,
    added: added.filter(({ loader }) => loader.name !== 'BaseSettings'),
    // A list that only grew is said as such.
    changed: changed.filter(([from, to]) => (from.argument !== '' && to.argument.includes(from.argument)) || !kept(from)),
    moved,
  }
}

/**
 * Written in another way in the same file: what it loads stands in the added lines, which load something by the same means (a list that is gone through);
 * or a new class between it and `BaseSettings` does.
 */
const isKept = ({ loader, argument }: LoaderLine, { path, added }: FileChange): boolean => {
  if (loader.name === 'BaseSettings') return added.some(({ text }) => /\bBaseSettings\b/.test(text) && !/\bimport\b/.test(text))
  if (argument === '' || !loaderLinesOf(path, added).some((line) => line.loader.name === loader.name)) return false
  return argument.split(', ').every((one) => added.some(({ text }) => text.includes(`"${one}"`) || text.includes(`'${one}'`)))
}

/** Loader lines of both sides. What both have in whole files takes itself away as a pair. */
const linesOf = (file: FileChange, text: Glimpse['text']): { was: LoaderLine[]; now: LoaderLine[] } => {
  const from = file.from ?? file.path
  const [base, candidate] = [text('base', from), file.status === 'D' ? null : text('candidate', file.path)]
  const whole = (base !== null || file.status === 'A') && (candidate !== null || file.status === 'D')
  if (!whole || (base ?? '').length + (candidate ?? '').length > MAX_TEXT) {
    return { was: loaderLinesOf(from, file.removed), now: loaderLinesOf(file.path, file.added) }
  }
  if (!LOADS.test(base ?? '') && !LOADS.test(candidate ?? '')) return { was: [], now: [] }
  const [was, now] = [wholeLines(from, base), wholeLines(file.path, candidate)]
  const stays = (line: LoaderLine): boolean => !leavesClass(line, base, candidate) && inBoth(line, candidate)
  return { was: was.filter(stays), now: now.filter((line) => inBoth(line, base)) }
}

/** A service that comes or goes takes its env files along; only one of both sides can lose them. */
const inBoth = (line: LoaderLine, other: string | null): boolean =>
  line.scope === undefined || other === null || hasService(other, line.scope)

const wholeLines = (path: string, text: string | null): LoaderLine[] =>
  text === null
    ? []
    : loaderLinesOf(
        path,
        withoutComments(path, text).map((line, i) => ({ n: i + 1, text: line })),
        true,
      )

/** A settings class that goes altogether takes its own keys along, not the loading of others; its `env_file` speaks for itself. */
const leavesClass = (line: LoaderLine, base: string | null, candidate: string | null): boolean => {
  if (line.loader.name !== 'BaseSettings') return false
  const name = /class\s+(\w+)/.exec(base?.split('\n')[line.n - 1] ?? '')?.[1] ?? ''
  return !new RegExp(`^\\s*class\\s+${name}\\b`, 'm').test(candidate ?? '')
}

/** Takes the pairs that fit out of both lists; with `answer`, that one answers all of the first list that fit. */
const pair = (
  from: LoaderLine[],
  to: LoaderLine[],
  fits: (a: LoaderLine, b: LoaderLine) => boolean,
  answer?: LoaderLine,
): [LoaderLine, LoaderLine][] => {
  const pairs: [LoaderLine, LoaderLine][] = []
  for (let i = 0; i < from.length; ) {
    const at = answer ? -1 : to.findIndex((one) => fits(from[i]!, one))
    const found = answer ? (fits(from[i]!, answer) ? answer : undefined) : at === -1 ? undefined : to.splice(at, 1)[0]
    if (found) pairs.push([from.splice(i, 1)[0]!, found])
    else i++
  }
  return pairs
}

/** A loader line as one would say it. */
export const spoken = (line: LoaderLine): string => {
  const { name, world } = line.loader
  if (line.argument === '' || name === 'BaseSettings') return name
  if (world === 'compose') return `env_file: ${line.argument}`
  return name === 'env_file'
    ? `env_file="${line.argument}"`
    : name === '--env-file'
      ? `--env-file=${line.argument}`
      : `${name} ${line.argument}`
}
