import type { Fact, FileChange } from '../../model.ts'
import { isQuiet } from '../area.ts'
import { forwardLines, type Harm, harmOf, isBackFile, isOneWay, madeIn } from '../migration-lines.ts'
import { atMost, type Detector, fact, type Glimpse } from '../sight.ts'

const PLACE = /(?:^|\/)(?:migrations?|migrate|alembic\/versions|drizzle)\/(?:.*\/)?[^/]+\.(?:rb|py|sql|ts|js|mjs|cjs|php|exs|go)$/i

/** Migrations that a deploy would run and that take something away, keep others waiting, or know no way back. */
export const migrations: Detector = {
  name: 'migrations',
  wants: (glimpse) => ({ texts: fresh(glimpse).map(({ path }) => ['candidate', path] as const) }),
  facts: (sight) => atMost(fresh(sight).flatMap((file) => factsOfFile(sight, file))),
}

/** Only new ones are run; an edited one has been, and so have those of a tree that serves. */
const fresh = ({ change, whole }: Pick<Glimpse, 'change' | 'whole'>): FileChange[] =>
  whole ? [] : change.files.filter(({ path, status }) => status === 'A' && isMigration(path))

const isMigration = (path: string): boolean => PLACE.test(path) && !isQuiet(path) && !isBackFile(path) && !/\/__init__\.py$/.test(path)

const factsOfFile = (sight: Glimpse, { path }: FileChange): Fact[] => {
  const text = sight.text('candidate', path) ?? ''
  const made = madeIn(text)
  const lines = forwardLines(text).filter((line) => ![...made].some((table) => line.text.includes(table)))
  const first = (harm: Harm) => lines.find((line) => harmOf(line.text) === harm)
  const [destroys, locks] = [first('destroys'), first('locks')]
  return [
    ...(destroys ? [fact('migration-destructive', path, { file: path, line: destroys.n }, path, destroys.n)] : []),
    ...(locks && !destroys ? [fact('migration-locks', path, { file: path, line: locks.n }, path, locks.n)] : []),
    ...(isOneWay(text) && !destroys ? [fact('migration-one-way', path, { file: path }, path)] : []),
  ]
}
