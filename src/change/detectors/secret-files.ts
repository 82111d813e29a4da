import type { Fact } from '../../model.ts'
import { inside, relativeTo } from '../paths.ts'
import { saidOf } from '../secrets/credentials.ts'
import { isSecretFile } from '../secrets/secret-name.ts'
import { atMost, type Detect, fact, type Sight } from '../sight.ts'

/** Secret files that go to the builder and, with `COPY . .`, into the image. New ones ask, unless they are new to git and said there; those that went before are said. */
export const detectSecretFiles: Detect = (sight) => {
  const { listing, ignored, build } = sight
  if (build.configText === null) return []
  const said = saidOf(sight)
  const paths = [...listing.keys(), ...ignored].filter((path) => isSecretFile(path) && inside(build.dir, path) && !said.has(path))
  return atMost(paths.filter((path) => build.filter.ships(relativeTo(build.dir, path))).map((path) => oneFile(sight, path)))
}

const oneFile = (sight: Sight, path: string): Fact => {
  const { build, was, change, listing } = sight
  const added = change.files.some((file) => file.path === path && (file.status === 'A' || file.status === 'R'))
  const letIn = was.filter !== null && !was.filter.ships(relativeTo(build.dir, path))
  const known = change.base === null || (!added && !letIn) ? 'before' : 'new'
  return fact(
    'secret-file-in-image',
    path,
    { file: path, known, how: listing.has(path) ? 'tracked by git' : 'ignored by git', ignore: build.ignoreFile },
    path,
  )
}
