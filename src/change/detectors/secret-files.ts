import type { Fact } from '../../model.ts'
import { inside, relativeTo } from '../paths.ts'
import { atMost, type Detect, fact, type Sight } from '../sight.ts'

/** Names under which secrets are kept. */
const SECRET =
  /(?:^|\/)(?:\.env(?:\.[^/]+)?|[^/]+\.env|[^/]*\.(?:key|pem|p12|pfx|jks|keystore)|id_(?:rsa|dsa|ecdsa|ed25519)|master\.key|credentials[^/]*\.json|(?:[^/]*-)?service[-_]account[^/]*\.json|\.netrc|\.pgpass|\.npmrc|\.pypirc)$/i
/** Names of those that hold none. */
const HARMLESS =
  /(?:example|sample|template|dist|schema|defaults?)(?:\.[^/]*)?$|\.(?:pub|crt|cert)$|(?:^|[./_-])(?:public|ca|chain)[^/]*\.pem$/i
/** Places where such names are test data or somebody else's. */
const ELSEWHERE = /(?:^|\/)(?:tests?|spec|__tests__|fixtures|testdata|node_modules|vendor|\.venv|venv|site-packages|certs?\/public)\//i

/** Is this a file that keeps secrets, by its name? */
export const isSecretFile = (path: string): boolean =>
  SECRET.test(path) && !HARMLESS.test(path) && !ELSEWHERE.test(path) && !/(?:^|\/)\.npmrc$/.test(path)

/** Secret files that go to the builder and, with `COPY . .`, into the image. New ones ask; those that went before are said. */
export const detectSecretFiles: Detect = (sight) => {
  const { listing, ignored, build } = sight
  if (build.configText === null) return []
  const paths = [...listing.keys(), ...ignored].filter((path) => isSecretFile(path) && inside(build.dir, path))
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
