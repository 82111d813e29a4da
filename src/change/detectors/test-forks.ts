import type { ChangedLine, Fact, FileChange } from '../../model.ts'
import { areaOf, isQuiet } from '../area.ts'
import { mayHave } from '../lines.ts'
import { atMost, type Detector, fact, type Glimpse } from '../sight.ts'
import { fixesForTests, forksForTests, isTestFlag, stakeOf } from '../test-fork.ts'

/** Lines round a fork that tell what it is about. */
const AROUND = 3
/** Cheap, and in every way to ask: most lines need no more. */
const MAY_ASK = /test/i

/** Code that does less while tests run, on lines where that matters: what tests then show is something else than what ships. */
export const testForks: Detector = {
  name: 'test-forks',
  wants: ({ change }) => ({
    texts: asking(change.files).flatMap(({ path, from }) => [['base', from ?? path] as const, ['candidate', path] as const]),
  }),
  facts: (sight) => {
    const files = asking(sight.change.files)
    const moved = files.length === 0 ? new Set<string>() : removedForks(sight.change.files)
    return atMost(files.flatMap((file) => forksOf(sight, file, moved)))
  },
}

const asking = (files: readonly FileChange[]): FileChange[] =>
  files.filter((file) => isCode(file.path) && mayHave(file, (piece) => MAY_ASK.test(piece), 'added') && file.added.some(asks))

const asks = ({ text }: ChangedLine): boolean => MAY_ASK.test(text)

/** Settings of a test environment are made for it. */
const isCode = (path: string): boolean =>
  ['code', 'config'].includes(areaOf(path)) &&
  !isQuiet(path) &&
  !/(?:^|\/)(?:environments?\/test\.|test\.exs$|(?:jest|vitest|playwright)\.)/.test(path)

/** A fork that was there before and is only written otherwise is no new one: as many as went are passed over. */
const forksOf = (sight: Glimpse, file: FileChange, moved: ReadonlySet<string>): Fact[] => {
  const lines = sight.text('candidate', file.path)?.split('\n') ?? []
  const before = (sight.text('base', file.from ?? file.path) ?? '').split('\n')
  const rewritten = forkLines(file.removed, before).length
  const flags = file.added.filter((line) => asks(line) && isTestFlag(line.text) && !moved.has(line.text.trim()))
  const forks = forkLines(file.added, lines)
    .slice(rewritten)
    .filter(({ text }) => !moved.has(text.trim()))
    .flatMap(({ n, text }) => {
      const around = lines.slice(Math.max(0, n - 1 - AROUND), n + AROUND).join('\n')
      const stake = stakeOf(text) ?? stakeOf(around) ?? stakeOf(file.path)
      return [
        fact(
          'test-fork',
          file.path,
          { file: file.path, line: n, stake: stake ?? '', near: stake === null ? 'nothing' : 'stake' },
          file.path,
          n,
        ),
      ]
    })
  const flag = forks.length === 0 && rewritten === 0 && !file.removed.some(({ text }) => isTestFlag(text)) ? flags[0] : undefined
  return flag
    ? [fact('test-fork', file.path, { file: file.path, line: flag.n, stake: '', near: 'flag' }, file.path, flag.n)]
    : loudest(forks)
}

/** A file's first key speaks: what is at stake before what is not. */
const loudest = (forks: Fact[]): Fact[] => [...forks].sort((a, b) => Number(a.data.near !== 'stake') - Number(b.data.near !== 'stake'))

/** Lines of that kind that went from any file: a line that only moved is no new fork. */
const removedForks = (files: readonly FileChange[]): Set<string> =>
  new Set(files.flatMap((file) => (isCode(file.path) ? forkLines(file.removed, []) : []).map(({ text }) => text.trim())))

const forkLines = (changed: readonly ChangedLine[], lines: readonly string[]): ChangedLine[] =>
  changed.filter(
    (line) =>
      asks(line) && !/^\s*(?:#|\/\/|\*|--)/.test(line.text) && (forksForTests(line.text, lines[line.n] ?? '') || fixesForTests(line.text)),
  )
