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
  wants: ({ change }) => ({
    texts: asking(change.files).flatMap(({ path, from }) => [['base', from ?? path] as const, ['candidate', path] as const]),
  }),
  facts: (sight) => atMost(asking(sight.change.files).flatMap((file) => forksOf(sight, file))),
}

const asking = (files: readonly FileChange[]): FileChange[] => files.filter((file) => isCode(file.path) && file.added.some(asks))

const asks = ({ text }: ChangedLine): boolean => MAY_ASK.test(text)

/** Settings of a test environment are made for it. */
const isCode = (path: string): boolean =>
  ['code', 'config'].includes(areaOf(path)) &&
  !isQuiet(path) &&
  !/(?:^|\/)(?:environments?\/test\.|test\.exs$|(?:jest|vitest|playwright)\.)/.test(path)

/** A fork that was there before and is only written otherwise is no new one: as many as went are passed over. */
const forksOf = (sight: Glimpse, file: FileChange): Fact[] => {
  const lines = sight.text('candidate', file.path)?.split('\n') ?? []
  const before = (sight.text('base', file.from ?? file.path) ?? '').split('\n')
  const rewritten = forkLines(file.removed, before).length
  return forkLines(file.added, lines)
    .slice(rewritten)
    .flatMap(({ n, text }) => {
      const around = lines.slice(Math.max(0, n - 1 - AROUND), n + AROUND).join('\n')
      const stake = stakeOf(text) ?? stakeOf(around) ?? stakeOf(file.path)
      return stake === null ? [] : [fact('test-fork', file.path, { file: file.path, line: n, stake }, file.path, n)]
    })
}

const forkLines = (changed: readonly ChangedLine[], lines: readonly string[]): ChangedLine[] =>
  changed.filter(
    (line) =>
      asks(line) && !/^\s*(?:#|\/\/|\*|--)/.test(line.text) && (forksForTests(line.text, lines[line.n] ?? '') || fixesForTests(line.text)),
  )
