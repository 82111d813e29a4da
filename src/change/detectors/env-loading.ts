import type { Change, Fact } from '../../model.ts'
import { isQuiet } from '../area.ts'
import { atMost, type Detect, fact } from '../sight.ts'
import { type LoaderLine, loaderLinesOf } from './loader-line.ts'

/** Removed and added loader lines that stay after moves and rewrites are taken away. */
export interface EnvLoading {
  removed: LoaderLine[]
  added: LoaderLine[]
  changed: [from: LoaderLine, to: LoaderLine][]
  /** The same loading, now in another file. */
  moved: [from: LoaderLine, to: LoaderLine][]
}

/**
 * What a change does to the loading of the environment. A removal and an addition with the same argument are one thing
 * rewritten (`class Config: env_file` to `SettingsConfigDict(env_file=…)`), in the same file or another; tests, documents
 * and comments load nothing.
 */
export const envLoading = (change: Change): EnvLoading => {
  const files = change.files.filter((file) => !isQuiet(file.path))
  const removed = files.flatMap((file) => loaderLinesOf(file.from ?? file.path, file.removed))
  const added = files.flatMap((file) => loaderLinesOf(file.path, file.added))
  const renamed = new Map(files.flatMap((file) => (file.from ? [[file.from, file.path] as const] : [])))
  const sameFile = (a: LoaderLine, b: LoaderLine): boolean => (renamed.get(a.file) ?? a.file) === b.file
  const sameLoad = (a: LoaderLine, b: LoaderLine): boolean => a.loader.world === b.loader.world && a.argument === b.argument
  const equal = (a: LoaderLine, b: LoaderLine): boolean => a.loader.name === b.loader.name && sameLoad(a, b)
  pair(removed, added, (a, b) => sameFile(a, b) && equal(a, b))
  pair(removed, added, (a, b) => sameFile(a, b) && sameLoad(a, b))
  const moved = [...pair(removed, added, equal), ...pair(removed, added, sameLoad)]
  const changed = pair(removed, added, (a, b) => sameFile(a, b) && a.loader.world === b.loader.world)
  return { removed, added, changed, moved }
}

/** Takes the pairs that fit out of both lists. */
const pair = (from: LoaderLine[], to: LoaderLine[], fits: (a: LoaderLine, b: LoaderLine) => boolean): [LoaderLine, LoaderLine][] => {
  const pairs: [LoaderLine, LoaderLine][] = []
  for (let i = 0; i < from.length; ) {
    const at = to.findIndex((one) => fits(from[i]!, one))
    if (at === -1) i++
    else pairs.push([from.splice(i, 1)[0]!, to.splice(at, 1)[0]!])
  }
  return pairs
}

/** A loader line as one would say it. */
export const spoken = (line: LoaderLine): string => {
  const { name, world } = line.loader
  if (line.argument === '') return name
  if (world === 'compose') return `env_file: ${line.argument}`
  return name === 'env_file'
    ? `env_file="${line.argument}"`
    : name === '--env-file'
      ? `--env-file=${line.argument}`
      : `${name} ${line.argument}`
}

/** Env-loading lines removed, changed, added or moved to another file. */
export const detectEnvLoading: Detect = ({ change }) => {
  const { removed, added, changed, moved } = envLoading(change)
  const one = (kind: string, line: LoaderLine): Fact =>
    fact(kind, line.file, { what: spoken(line), file: line.file, line: line.n }, line.file, line.n)
  return atMost(
    onePerFile([
      ...removed.map((line) => one('env-loading-removed', line)),
      ...changed.map(([from, to]) =>
        fact('env-loading-changed', to.file, { was: spoken(from), what: spoken(to), file: to.file, line: to.n }, to.file, to.n),
      ),
      ...added.map((line) => one('env-loading-added', line)),
      ...moved
        .filter(([from, to]) => from.file !== to.file)
        .map(([from, to]) =>
          fact('env-loading-moved', to.file, { what: spoken(from), was: from.file, file: to.file, line: to.n }, to.file, to.n),
        ),
    ]),
  )
}

/** The first of a kind in a file speaks for the others, so that one answer is enough. */
const onePerFile = (facts: Fact[]): Fact[] => {
  const seen = new Set<string>()
  return facts.filter(({ kind, subject }) => !seen.has(`${kind}:${subject}`) && seen.add(`${kind}:${subject}`))
}
