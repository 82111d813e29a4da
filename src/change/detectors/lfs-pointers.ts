import { count } from '../../words.ts'
import { relativeTo } from '../paths.ts'
import { type Detector, fact, someOf } from '../sight.ts'

/** What a large file looks like where Git LFS keeps its content elsewhere. */
const POINTER = 'version https://git-lfs.github.com/spec/v1'
const MOST = 200

/** Files that are on disk as pointers of Git LFS: the image would get the pointer. Only a work tree shows it. */
export const lfsPointers: Detector = {
  name: 'lfs-pointers',
  wants: () => ({ texts: [['candidate', '.gitattributes'] as const] }),
  facts: (sight) => {
    const attributes = sight.text('candidate', '.gitattributes')
    if (sight.judgesCommits || !attributes?.includes('filter=lfs')) return []
    const endings = attributes.split('\n').flatMap((line) => /^\*(\.[\w.-]+)\s.*filter=lfs/.exec(line)?.[1] ?? [])
    const kept = [...sight.listing.keys()].filter((path) => endings.some((ending) => path.endsWith(ending))).slice(0, MOST)
    const pointers = kept.filter(
      (path) => sight.onDisk(path)?.startsWith(POINTER) && sight.build.filter.ships(relativeTo(sight.build.dir, path)),
    )
    if (pointers.length === 0) return []
    return [fact('lfs-pointers', 'work tree', { count: count(pointers.length, 'file'), some: someOf(pointers) }, pointers[0])]
  },
}
