import type { Fact } from '../../model.ts'
import type { Convention } from '../gone/convention.ts'
import { CONVENTIONS } from '../gone/conventions.ts'
import { envReader, isAtWork, isEnvFile, wantEnvFile } from '../gone/env-files.ts'
import { goneSamples, namingSample } from '../gone/env-samples.ts'
import { folderOf, type Gone, goneFiles, howGone, nameOfPath } from '../gone/files.ts'
import type { Tree } from '../gone/naming.ts'
import { proved, spokenPlace, wantProof } from '../gone/proof.ts'
import { byWeight, credentialReaders, credentialsOf, insteadOf, wantCredentials, weightOf } from '../gone/rails-credentials.ts'
import { stillReading, wordsFor } from '../gone/still-read.ts'
import { treeOf } from '../gone/tree.ts'
import { atMost, fact, type Glimpse, type Mention, type Sight, someOf, type Wants } from '../sight.ts'

/** What is read by its place and name alone, though no line of the repository names it. */
export const isByConvention = (path: string): boolean => isEnvFile(path) || credentialsOf(path) !== null

/** Whoever may read this file, surest first. */
const conventionsOf = (path: string): Convention[] => CONVENTIONS.filter(({ file }) => file.test(path))

/** What proves that the readers of a file that went are still here. */
export const wantConventions = (glimpse: Glimpse): Wants => {
  const wants = goneFiles(glimpse.change).map(({ path }): Wants => {
    if (credentialsOf(path)) return wantCredentials(path, glimpse.listing)
    if (isEnvFile(path)) return wantEnvFile(path, glimpse.listing)
    const proof = conventionsOf(path).flatMap((one) => one.proof)
    if (proof.length === 0) return {}
    const { texts, mentions = [] } = wantProof(path, proof, glimpse.listing)
    return { texts, mentions: [...mentions, ...wordsFor(path, glimpse.listing)] }
  })
  wants.push({ mentions: goneSamples(glimpse.change).map(({ path }) => nameOfPath(path)) })
  return { texts: wants.flatMap(({ texts = [] }) => texts), mentions: wants.flatMap(({ mentions = [] }) => mentions) }
}

/** Files that went and that something reads by convention: env files, credentials and their keys, configuration of frameworks. */
export const detectConventions = (sight: Sight): Fact[] => {
  const ignored = new Set(sight.ignored)
  const gone = goneFiles(sight.change).filter(({ path }) => !ignored.has(path) && (isByConvention(path) || conventionsOf(path).length > 0))
  const samples = goneSamples(sight.change).flatMap((one) => sampleFact(one, sight))
  if (gone.length === 0) return samples
  const tree = treeOf(sight, gone)
  const left = gone.filter(({ path }) => isAppLeft(path, tree))
  return atMost([
    ...credentialFacts(left, sight),
    ...left.filter(({ path }) => isEnvFile(path)).map((one) => envFact(one, sight, tree)),
    ...left.flatMap((one) => (isByConvention(one.path) ? [] : conventionFact(one, sight, tree))),
    ...samples,
  ])
}

/** An app that goes whole takes its readers along. */
const isAppLeft = (path: string, tree: Tree): boolean => {
  const pattern = conventionsOf(path)[0]?.file
  const app = credentialsOf(path)?.app ?? (pattern ? path.replace(pattern, '') : folderOf(path))
  return app === '' || tree.has(app.replace(/\/$/, ''))
}

/** One fact an app: the file that matters most speaks for the others, and names them. */
const credentialFacts = (gone: readonly Gone[], sight: Sight): Fact[] => {
  const apps = new Map<string, Gone[]>()
  for (const one of gone) {
    const app = credentialsOf(one.path)?.app
    if (app !== undefined) apps.set(app, [...(apps.get(app) ?? []), one])
  }
  return [...apps.values()].flatMap((files) => {
    const weighed = files.sort(byWeight).flatMap((one) => {
      const weight = weightOf(credentialsOf(one.path)!, sight)
      return weight ? [{ one, weight }] : []
    })
    const [first, ...others] = weighed
    return first
      ? [
          credentialFact(
            first.one,
            first.weight,
            others.map(({ one }) => one.path),
            sight,
          ),
        ]
      : []
  })
}

const credentialFact = (one: Gone, weight: string, others: readonly string[], sight: Sight): Fact => {
  const readers = credentialReaders(one.path, sight)
  const file = others.length > 0 ? `${one.path} (with ${someOf(others, 4)})` : one.path
  const data = { file, how: howGone(one), world: 'rails', instead: insteadOf(credentialsOf(one.path)!, sight.listing) }
  const reader = readers.length > 0 ? readers.join('; ') : 'Rails itself takes secret_key_base from it'
  return fact(
    'env-file-removed',
    one.path,
    { ...data, weight: weight === 'must' && readers.length === 0 ? 'should' : weight, reader },
    one.path,
  )
}

const envFact = (one: Gone, sight: Sight, tree: Tree): Fact => {
  const reader = envReader(one.path, sight) ?? namedIn(one, sight, tree)
  const weight = reader !== null && !isAtWork(one.path) ? 'must' : 'may'
  const data = { file: one.path, how: howGone(one), world: 'env', weight, reader: reader ?? 'nothing is seen to load it' }
  return fact('env-file-removed', one.path, data, one.path)
}

/** A sample of an env file runs nothing; whoever starts from it has none. */
const sampleFact = (one: Gone, sight: Sight): Fact[] => {
  const places = namingSample(one, sight).map(spokenPlaceOf)
  if (places.length === 0) return []
  const data = { file: one.path, how: howGone(one), reader: someOf(places), verb: places.length > 1 ? 'name' : 'names' }
  return [fact('env-sample-gone', one.path, data, one.path)]
}

const spokenPlaceOf = ({ path, line }: Mention): string => `${path}:${line}`

/** A line that names it by its path, though it is none that is known to load env files. */
const namedIn = (one: Gone, sight: Sight, tree: Tree): string | null => {
  const read = stillReading(one, sight, tree).find(({ grade }) => grade !== 'maybe')
  return read ? `${read.mention.path}:${read.mention.line} names it` : null
}

const conventionFact = (one: Gone, sight: Sight, tree: Tree): Fact[] => {
  const convention = conventionsOf(one.path).find((it) => !isReplaced(one, it, sight) && proved(one.path, it.proof, sight) !== null)
  // A line that names it says more; that is a fact of its own.
  if (!convention || namedIn(one, sight, tree) !== null) return []
  const place = proved(one.path, convention.proof, sight)!
  const { world, reader, then, weight = 'should' } = convention
  const data = { file: one.path, how: howGone(one), world, weight, reader: `${reader} (${spokenPlace(place)})`, then }
  return [fact('convention-file-gone', one.path, data, one.path)]
}

/** Something in the same folder answers in its place, or it was only renamed to what its reader takes as well. */
const isReplaced = ({ path, to }: Gone, { file, unless }: Convention, { listing }: Sight): boolean => {
  const folder = folderOf(path)
  if (to !== null && file.test(to)) return true
  if (!unless) return false
  const own = nameOfPath(path)
  const prefix = folder === '' ? '' : `${folder}/`
  return [...listing.keys()].some(
    (one) => one.startsWith(prefix) && one.slice(prefix.length) !== own && unless.test(one.slice(prefix.length)),
  )
}
