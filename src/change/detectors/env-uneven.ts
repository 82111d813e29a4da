import type { Fact, FileChange } from '../../model.ts'
import { environmentOf, givenKeys, isEnvironmentFile, siblingsOf } from '../env/siblings.ts'
import { atMost, type Detect, fact, type Glimpse, someOf, type Wants } from '../sight.ts'

/** Two files are of the same app where they share so many keys, and so much of the smaller one. */
const SHARED = 3
const SHARE = 0.5

/** Changed files that give keys to one environment. */
const changed = ({ change }: Glimpse): FileChange[] =>
  change.files.filter(
    (file) =>
      file.status === 'M' && isEnvironmentFile(file.path) && [...file.added, ...file.removed].some(({ text }) => /[A-Z]{2,}/.test(text)),
  )

/** The files that changed, on both sides, and those of other environments. */
export const wantsOfEnvUneven = (seen: Glimpse): Wants => ({
  texts: changed(seen).flatMap(({ path }) => {
    const siblings = siblingsOf(path, seen.listing.keys())
    if (siblings.length === 0) return []
    return [path, ...siblings].flatMap((one): [side: 'base' | 'candidate', path: string][] => [
      ['base', one],
      ['candidate', one],
    ])
  }),
})

/** Keys that one environment gains or loses, and another of the same app does not. */
export const detectEnvUneven: Detect = (sight) =>
  sight.whole
    ? []
    : atMost(
        changed(sight).flatMap(({ path }) => siblingsOf(path, sight.listing.keys()).flatMap((sibling) => between(sight, path, sibling))),
      )

const between = (sight: Glimpse, path: string, sibling: string): Fact[] => {
  const keys = (side: 'base' | 'candidate', file: string): Map<string, number> => givenKeys(file, sight.text(side, file) ?? '')
  const [was, now, wasThere, there] = [keys('base', path), keys('candidate', path), keys('base', sibling), keys('candidate', sibling)]
  if (!areAlike(was, wasThere)) return []
  const added = [...now.keys()].filter((key) => !was.has(key) && !there.has(key))
  const removed = [...was.keys()].filter((key) => !now.has(key) && wasThere.has(key) && there.has(key))
  const said = (how: 'added' | 'removed', list: readonly string[], line: number | undefined): Fact[] => {
    if (list.length === 0) return []
    const data = { how, keys: someOf(list, 6), file: path, other: sibling, where: environmentOf(sibling) ?? 'the other environment' }
    return [fact('env-key-uneven', `${path} ${someOf(list, 2)}`, data, path, line)]
  }
  return [...said('added', added, now.get(added[0] ?? '')), ...said('removed', removed, undefined)]
}

const areAlike = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean => {
  const shared = [...a.keys()].filter((key) => b.has(key)).length
  return shared >= SHARED && shared >= SHARE * Math.min(a.size, b.size)
}
