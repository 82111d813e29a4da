import { count } from '../../words.ts'
import { areaOf, isQuiet } from '../area.ts'
import { inside, relativeTo } from '../paths.ts'
import { type Detect, fact, someOf } from '../sight.ts'

/** Changed code that the ignore file keeps out of the image: the fix that is not in it. */
export const detectNotInImage: Detect = (sight) => {
  const { build, change, judgesCommits } = sight
  if (build.configText === null || build.filter.text === null || change.base === null || (judgesCommits && build.dir !== '')) return []
  const code = change.files.filter(
    ({ path, status }) => status !== 'D' && areaOf(path) === 'code' && !isQuiet(path) && inside(build.dir, path),
  )
  const left = code.filter(({ path }) => !build.filter.ships(relativeTo(build.dir, path))).map(({ path }) => path)
  if (left.length === 0) return []
  const all = left.length === code.length ? 'yes' : 'no'
  return [
    fact(
      'not-in-image',
      build.ignoreFile,
      { count: count(left.length, 'changed file'), some: someOf(left), ignore: build.ignoreFile, all },
      left[0],
    ),
  ]
}
