import type { Fact } from '../../model.ts'
import { credentialsOf } from '../gone/rails-credentials.ts'
import { fact, type Sight, someOf } from '../sight.ts'
import { isForShow } from './environment.ts'
import type { Touched } from './sealed.ts'

/**
 * Encrypted files that went. Those of one format are one fact, which names them: an environment's go together. Rails' own are looked at by their
 * readers. `left` says what that may miss: something in their folder is still there (`yes`), or all of it went, or another took their place (`no`).
 */
export const sealedGone = (sight: Sight, touched: readonly Touched[]): Fact[] => {
  const groups = new Map<string, Touched[]>()
  for (const one of touched) {
    if (one.file.status !== 'D' || one.was === null || credentialsOf(one.file.path) !== null) continue
    const key = `${one.was.format}\n${isMissed(sight, one, touched) ? 'yes' : 'no'}`
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return [...groups].map(([key, group]) => {
    const [format, left] = key.split('\n') as [string, string]
    const paths = group.map(({ file }) => file.path)
    const data = { file: someOf(paths, 5), verb: paths.length > 1 ? 'are' : 'is', format, left }
    return fact('sealed-file-gone', paths[0]!, data, paths[0])
  })
}

const isMissed = ({ listing }: Sight, { file: { path } }: Touched, touched: readonly Touched[]): boolean => {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const replaced = touched.some(({ file, was, now }) => was === null && now !== null && file.path.endsWith(`/${name}`))
  return !isForShow(path) && !replaced && hasMore(path, listing)
}

/** Is anything left in the folder that the file was in? */
const hasMore = (path: string, listing: ReadonlyMap<string, unknown>): boolean => {
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  for (const other of listing.keys()) if (other.startsWith(folder)) return true
  return false
}
