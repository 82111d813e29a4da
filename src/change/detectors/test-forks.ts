import type { ChangedLine, Fact, FileChange } from '../../model.ts'
import { areaOf, isQuiet } from '../area.ts'
import { atMost, type Detector, fact, type Glimpse } from '../sight.ts'
import { fixesForTests, forksForTests, stakeOf } from '../test-fork.ts'

/** Lines round a fork that tell what it is about. */
const AROUND = 3
/** Cheap, and in every way to ask: most lines need no more. */
const MAY_ASK = /test/i

/** Code that does less while tests run, on lines where that matters: what tests then show is something else than what ships. */
export const testForks: Detector = {
  name: 'test-forks',
  wants: ({ change }) => ({ texts: asking(change.files).map(({ path }) => ['candidate', path] as const) }),
  facts: (sight) => {
    const before = new Set(sight.change.files.flatMap((file) => file.removed.map(({ text }) => text.trim())))
    return atMost(asking(sight.change.files).flatMap((file) => forksOf(sight, file, before)))
  },
}

const asking = (files: readonly FileChange[]): FileChange[] => files.filter((file) => isCode(file.path) && file.added.some(asks))

const asks = ({ text }: ChangedLine): boolean => MAY_ASK.test(text)

/** Settings of a test environment are made for it. */
const isCode = (path: string): boolean =>
  ['code', 'config'].includes(areaOf(path)) &&
  !isQuiet(path) &&
  !/(?:^|\/)(?:environments?\/test\.|test\.exs$|(?:jest|vitest|playwright)\.)/.test(path)

const forksOf = (sight: Glimpse, file: FileChange, before: ReadonlySet<string>): Fact[] => {
  const lines = sight.text('candidate', file.path)?.split('\n') ?? []
  return file.added
    .filter((line) => asks(line) && !before.has(line.text.trim()) && !/^\s*(?:#|\/\/|\*|--)/.test(line.text))
    .filter(({ n, text }) => forksForTests(text, lines[n] ?? '') || fixesForTests(text))
    .flatMap(({ n, text }) => {
      const stake = stakeOf(text) ?? stakeOf(lines.slice(Math.max(0, n - 1 - AROUND), n + AROUND).join('\n')) ?? stakeOf(file.path)
      return stake === null ? [] : [fact('test-fork', `${file.path}:${n}`, { file: file.path, line: n, stake }, file.path, n)]
    })
}
