import type { Fact, FileChange } from '../../model.ts'
import { roleOf } from '../env/role.ts'
import { atMost, type Detect, fact, type Glimpse, type Wants } from '../sight.ts'
import { concerns, envLoading, spoken } from './env-loading.ts'
import { shown } from './loader-argument.ts'
import { importsOf, runsOf, stillLoadedIn, wordOf } from './loader-context.ts'
import type { LoaderLine } from './loader-line.ts'

/** Whole texts of the files whose changed lines concern loading, and where else a loader that goes is called. */
export const wantsOfEnvLoading = (seen: Glimpse): Wants => {
  const files = concerned(seen)
  if (files.length === 0) return {}
  const { removed } = envLoading({ files }, seen.text)
  return {
    texts: files.flatMap((file): [side: 'base' | 'candidate', path: string][] => [
      ...(file.status === 'A' ? [] : [['base', file.from ?? file.path] as ['base', string]]),
      ...(file.status === 'D' ? [] : [['candidate', file.path] as ['candidate', string]]),
    ]),
    mentions: [
      ...removed.flatMap((line) => wordOf(line.loader) ?? []),
      ...removed.filter(({ file }) => roleOf(file) === 'tool').map(({ file }) => nameOf(file)),
    ],
  }
}

const concerned = ({ change, once }: Glimpse): FileChange[] => once('env loading', () => change.files.filter(concerns))

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Env-loading lines removed, changed, added or moved to another file. */
export const detectEnvLoading: Detect = (sight) => {
  if (sight.whole) return []
  const { removed, added, changed, moved, respelled } = envLoading({ files: concerned(sight) }, sight.text)
  return atMost(
    onePerFile([
      ...removed.flatMap((line) => removedFact(sight, line)),
      ...changed.flatMap(([from, to]) => changedFact(sight, from, to)),
      ...respelled.filter(([, to]) => runsOf(sight, to) === 'production').map(respelledFact),
      ...added.filter((line) => isAtStart(sight, line) && !isNew(sight, line)).map(addedFact),
      ...moved
        .filter(([from, to]) => from.file !== to.file && roleOf(to.file) === 'production')
        .map(([from, to]) =>
          fact('env-loading-moved', to.file, { what: spoken(from), was: from.file, file: to.file, line: to.n }, to.file, to.n),
        ),
    ]),
  )
}

const one = (kind: string, line: LoaderLine, more: Record<string, string> = {}): Fact =>
  fact(kind, line.file, { what: spoken(line), file: line.file, line: line.n, ...more }, line.file, line.n)

/** In the app's own code a line under a condition (`if Rails.env.development?`) is worth a word as well: the condition may be wrong. */
const isAtStart = (sight: Glimpse, line: LoaderLine): boolean => {
  const runs = runsOf(sight, line)
  return (
    runs === 'production' ||
    (runs === 'development' && roleOf(line.file) === 'production' && /\.(?:rb|py|php|exs?|[cm]?[jt]s)$/.test(line.file))
  )
}

/** A new file that loads the env takes nothing from what was there. */
const isNew = (sight: Glimpse, { file }: LoaderLine): boolean =>
  sight.change.files.some(({ path, status }) => path === file && status === 'A')

/** A path for Rails' credentials replaces the one of its convention. */
const addedFact = (line: LoaderLine): Fact =>
  line.loader.name === 'credentials' && line.argument !== ''
    ? fact(
        'env-loading-changed',
        line.file,
        { was: 'credentials by convention', what: spoken(line), file: line.file, line: line.n, how: 'other' },
        line.file,
        line.n,
      )
    : one('env-loading-added', line)

const respelledFact = ([from, to]: [from: LoaderLine, to: LoaderLine]): Fact =>
  fact('env-loading-respelled', to.file, { was: asWritten(from), what: asWritten(to), file: to.file, line: to.n }, to.file, to.n)

const asWritten = ({ loader, spelled = '' }: LoaderLine): string => `${loader.name} (${shown(spelled.slice(0, 80))})`

const removedFact = (sight: Glimpse, line: LoaderLine): Fact[] => {
  const runs = runsOf(sight, line)
  if (runs === 'development') return []
  const others = stillLoadedIn(sight, line)
  const imported = others.find((other) => importsOf(sight, line.file, other.file))
  if (imported) return [one('env-loading-left', line, { other: imported.file })]
  const also = others[0] ? ` ${others[0].file}:${others[0].n} still loads it, for what runs that.` : ''
  return [one('env-loading-removed', line, { runs: runs === 'production' ? runs : 'beside', also })]
}

/** Of a tool it does not matter; a list that only grew still loads what it did. */
const changedFact = (sight: Glimpse, from: LoaderLine, to: LoaderLine): Fact[] => {
  if (!['production', 'nothing'].includes(runsOf(sight, to))) return []
  const [was, now] = [from.argument.split(', '), to.argument.split(', ')]
  const how = was.every((one) => now.includes(one)) && from.argument !== '' ? 'more' : 'other'
  return [fact('env-loading-changed', to.file, { was: spoken(from), what: spoken(to), file: to.file, line: to.n, how }, to.file, to.n)]
}

/** The first of a kind in a file speaks for the others, so that one answer is enough. */
const onePerFile = (facts: Fact[]): Fact[] => {
  const seen = new Set<string>()
  return facts.filter(({ kind, subject }) => !seen.has(`${kind}:${subject}`) && seen.add(`${kind}:${subject}`))
}
