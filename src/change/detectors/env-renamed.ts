import type { Fact, FileChange } from '../../model.ts'
import { frameOf, type NamedValue, namedValues } from '../env/named-value.ts'
import { roleOf } from '../env/role.ts'
import { mayHave } from '../lines.ts'
import { atMost, type Detect, fact, someOf } from '../sight.ts'

/** Files of one change that are looked at, and lines of each. */
const MAX_FILES = 400
const MAX_LINES = 2_000
const CODE = /\.(?:[cm]?[jt]sx?|vue|svelte|astro|py|rb|erb|haml|slim|rake|ru|go|rs|exs?|eex|heex|php|java|kts?|cs|ya?ml)$/
const HINT = /env|credentials|secrets/i

/** One value, and the one that is read in its place. */
interface Renamed {
  was: string
  now: string
  line: number
}

/** Lines that stay but for the name of the value they take from outside: the new name must be set before this ships. */
export const detectEnvRenamed: Detect = (sight) =>
  sight.whole || sight.change.base === null
    ? []
    : atMost(
        sight.change.files
          .filter(
            (file) =>
              file.status !== 'A' && file.status !== 'D' && !file.generated && CODE.test(file.path) && roleOf(file.path) === 'production',
          )
          .slice(0, MAX_FILES)
          .flatMap(renamedIn),
      )

const renamedIn = (file: FileChange): Fact[] => {
  if (!mayHave(file, (piece) => HINT.test(piece), 'removed')) return []
  const frames = new Map<string, NamedValue[]>()
  for (const { text } of file.removed.slice(0, MAX_LINES)) {
    if (!HINT.test(text)) continue
    const values = namedValues(text)
    if (values.length > 0) frames.set(frameOf(text, values), values)
  }
  if (frames.size === 0) return []
  const renamed = file.added.slice(0, MAX_LINES).flatMap(({ n, text }): Renamed[] => {
    const values = HINT.test(text) ? namedValues(text) : []
    const before = values.length > 0 ? (frames.get(frameOf(text, values)) ?? []) : []
    return values.flatMap(({ name }, i) => (before[i] && before[i].name !== name ? [{ was: before[i].name, now: name, line: n }] : []))
  })
  return oneFact(file, renamed)
}

const oneFact = ({ path }: FileChange, renamed: readonly Renamed[]): Fact[] => {
  const [first] = renamed
  if (!first) return []
  const each = [...new Set(renamed.map(({ was, now }) => `${now} where it read ${was}`))]
  return [fact('env-key-renamed', `${path} ${first.now}`, { file: path, line: first.line, what: someOf(each, 4) }, path, first.line)]
}
