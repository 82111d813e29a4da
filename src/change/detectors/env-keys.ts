import type { Fact } from '../../model.ts'
import { isAttachedKey } from '../env/by-convention.ts'
import { type FileRead, keyChange, neighboursOf, wantsOfKeys } from '../env/key-change.ts'
import { looksLocal } from '../env/local-default.ts'
import { providers } from '../env/provided.ts'
import { isPublic } from '../env/schema-reads.ts'
import { keysIn } from '../env/wrapper-names.ts'
import { inside, relativeTo } from '../paths.ts'
import { atMost, type Detect, fact, type Sight, someOf } from '../sight.ts'

export { wantsOfKeys as wantsOfEnvKeys }

/** Keys that the change newly reads and nobody is known to provide, and those it no longer reads. */
export const detectEnvKeys: Detect = (sight) => {
  // Without a base everything is new, and a list of hundreds helps nobody: that is the audit's.
  if (sight.whole || sight.change.base === null) return []
  const { fresh, stricter, gone } = keyChange(sight)
  return atMost([
    ...fresh.flatMap((read) => freshFacts(sight, read)),
    ...stricterFacts(sight, stricter),
    ...gone.flatMap((read) => goneFacts(sight, read)),
  ])
}

const freshFacts = (sight: Sight, read: FileRead): Fact[] => {
  const known = knownOf(sight, read)
  if (known === 'production') return []
  if (read.need === 'optional') {
    const looks = read.fallback === null ? null : looksLocal(read.key, read.fallback)
    return looks === null || (isAttachedKey(read.key) && known !== 'lacking') ? [] : [one('env-default-local', sight, read, { looks })]
  }
  if (isAttachedKey(read.key) && known !== 'lacking') return []
  const said = known === 'nowhere' && read.need === 'required' && !writesKeysDown(sight, read) ? 'unlisted' : known
  return [one('env-key-new', sight, read, { known: `${read.need}-${said}` })]
}

/** Are most of the other keys of this file provided or written down in the repository? Else one more that is not says little. */
const writesKeysDown = (sight: Sight, read: FileRead): boolean => {
  const others = neighboursOf(sight, read)
  const written = others.filter((key) => Object.values(providers(sight.mentions(key), key)).some((list) => list.length > 0))
  return written.length >= others.length / 2
}

/** A key that nobody had to set before: one fact for all of a change, since they come in dozens. */
const stricterFacts = (sight: Sight, stricter: readonly FileRead[]): Fact[] => {
  const lacking = stricter.filter((read) => !['production', 'documented'].includes(knownOf(sight, read)) && !isAttachedKey(read.key))
  const [first] = lacking
  if (!first) return []
  const keys = lacking.map(({ key }) => key)
  return [one('env-key-stricter', sight, first, { keys: someOf(keys, 6), looked: lookedAt(sight) })]
}

/** No longer read, and still set where production looks. */
const goneFacts = (sight: Sight, read: FileRead): Fact[] => {
  const given = providers(sight.mentions(read.key), read.key).production.filter(
    ({ path }) => !sight.change.files.some((file) => file.path === path && file.status === 'A'),
  )
  const [first] = given
  return first
    ? [fact('env-key-unread', read.key, { key: read.key, file: first.path, line: first.line, was: read.file }, first.path, first.line)]
    : []
}

/** Who provides a key: production, nobody that is known although the target was asked, somebody beside it, a document, or nobody. */
type Known = 'production' | 'lacking' | 'documented' | 'nowhere'

const knownOf = (sight: Sight, read: FileRead): Known => {
  const { settings, truth } = sight
  const given = providers(sight.mentions(read.key), read.key)
  if (given.production.length > 0 || settings.env.required.includes(read.key)) return 'production'
  const secrets = truth?.kind === 'fly' ? truth.secrets : null
  if (secrets?.some(({ name }) => name === read.key)) return 'production'
  if (secrets && !read.build && !isPublic(read.key) && ships(sight, read.file)) return 'lacking'
  return given.beside.length > 0 || given.documented.length > 0 || keysIn(sight.text('candidate', '.env') ?? '').includes(read.key)
    ? 'documented'
    : 'nowhere'
}

/** Does the file go into the image? Code of other apps of the repository has another environment. */
const ships = ({ build }: Sight, path: string): boolean => inside(build.dir, path) && build.filter.ships(relativeTo(build.dir, path))

const NEEDS = { required: 'is required', unsaid: 'has no default', optional: 'is optional' }

const one = (kind: string, sight: Sight, read: FileRead, more: Record<string, string>): Fact =>
  fact(
    kind,
    read.key,
    {
      key: read.key,
      file: read.file,
      line: read.line,
      need: NEEDS[read.need],
      looked: lookedAt(sight),
      where: writtenIn(sight, read.key),
      ...more,
    },
    read.file,
    read.line,
  )

/** Where the key is written down without being set for production, as the end of a sentence. */
const writtenIn = (sight: Sight, key: string): string => {
  const { beside, documented } = providers(sight.mentions(key), key)
  const paths = [...new Set([...beside, ...documented].map(({ path }) => path))]
  return paths.length > 0 ? ` (it is in ${someOf(paths)})` : ''
}

/** Where was looked, for a sentence. */
const lookedAt = ({ truth, build }: Sight): string => {
  const secrets = truth?.kind === 'fly' && truth.secrets !== null
  return [
    ...(secrets ? [`the secrets of ${truth.app}`] : []),
    build.configText === null ? 'the config of the target' : `[env] of ${build.config}`,
    'env files, Dockerfile and deploy config of the repository',
  ].join(', ')
}
