import type { Fact } from '../../model.ts'
import { fact, type Sight } from '../sight.ts'
import { askedIn, revertsIn } from './asked.ts'
import type { Between } from './between.ts'
import { casesOf } from './cases.ts'
import { type ChangedLock, changedLocks } from './changed-locks.ts'
import { type Crossing, crossings, zeroMinors } from './crossing.ts'
import { crossingFact, familyFact, type Telling, togetherFacts, type Where, zeroMinorFact } from './crossing-fact.ts'
import { graphOf, namedOf } from './graph.ts'
import { judgeLock } from './judge-lock.ts'
import type { Lock } from './lock.ts'
import { placesIn } from './place.ts'
import { loadRanges } from './range.ts'
import { type ReadLock, readLock } from './read-lock.ts'

/** A changed lockfile that was read at both sides. */
interface Pair {
  changed: ChangedLock
  before: Lock
  after: Lock
  text: string
}

/** What changed lockfiles say: majors that they crossed, and those that cannot be read. */
export const factsOfLocks = async (sight: Sight): Promise<Fact[]> => {
  const read = await Promise.all(changedLocks(sight).map((changed) => readPair(sight, changed)))
  const pairs = read.flatMap((one) => ('pair' in one ? one.pair : []))
  const shared = sharedBy(pairs)
  const told = await Promise.all(pairs.map((pair) => factsOfPair(sight, pair, shared)))
  return [...read.flatMap((one) => ('unreadable' in one ? one.unreadable : [])), ...told.flat()]
}

const readPair = async (sight: Sight, changed: ChangedLock): Promise<{ pair: Pair } | { unreadable: Fact }> => {
  const [before, after] = await Promise.all([readLock(sight, changed, 'base'), readLock(sight, changed, 'candidate')])
  // What ships now matters more than what was.
  if ('why' in after) return { unreadable: unreadable(changed, after, 'now') }
  if ('why' in before) return { unreadable: unreadable(changed, before, 'before') }
  if (wasEmptied(before.lock, after.text)) return { unreadable: unreadable(changed, { why: 'it is empty', line: null }, 'now') }
  return { pair: { changed, before: before.lock, after: after.lock, text: after.text } }
}

/** To some tools an empty file is a lock of nothing; where there were packages, something went wrong as it was written. */
const wasEmptied = (before: Lock, now: string): boolean => before.packages.length > 0 && now.trim() === ''

const unreadable = ({ candidate }: ChangedLock, { why, line }: Extract<ReadLock, { why: string }>, side: 'now' | 'before'): Fact =>
  fact(
    'lockfile-unreadable',
    candidate,
    { lockfile: candidate, why, when: side === 'now' ? 'as it is now' : 'as it was before', line: line ?? '' },
    candidate,
    side === 'now' ? (line ?? undefined) : undefined,
  )

const factsOfPair = async (sight: Sight, pair: Pair, shared: Telling['shared']): Promise<Fact[]> => {
  const { changed, before, after, text } = pair
  const found = crossings(before, after)
  const names = new Set(found.map(({ name }) => name))
  const minors = zeroMinors(before, after).filter(({ name, copy }) => copy === 'cross' && !names.has(name))
  // Most changes cross nothing, and are spared what follows.
  if (found.length + minors.length === 0) return []
  const where = { lockfile: changed.candidate, lock: after, shared, lineOf: placesIn(text, after) }
  const majors = found.length > 0 ? majorFacts(found, await betweenOf(sight, pair), where) : []
  return [...majors, ...minors.map((one) => zeroMinorFact(one, where))]
}

const betweenOf = async (sight: Sight, { changed, before, after }: Pair): Promise<Between> => ({
  before: namedOf(before),
  after: graphOf(after),
  read: await loadRanges(after.ecosystem),
  asked: askedIn(sight, changed, after.ecosystem),
  reverts: revertsIn(sight, changed),
})

const majorFacts = (found: readonly Crossing[], between: Between, where: Where): Fact[] => {
  const { crossed, families } = judgeLock(found, between)
  const groups = new Map(families.flatMap(({ leader, members }) => members.map(({ name }) => [name, leader.name] as const)))
  const telling: Telling = { ...where, between, cases: casesOf(crossed), groupOf: (name) => groups.get(name) ?? '' }
  return [
    ...families.map((family) => familyFact(family, telling)),
    ...crossed.map((one) => crossingFact(one, telling)),
    ...togetherFacts(crossed, telling),
  ]
}

/** Names that more than one of these lockfiles holds: their facts say which. */
const sharedBy = (pairs: readonly Pair[]): Telling['shared'] => {
  if (pairs.length < 2) return () => false
  const count = new Map<string, number>()
  for (const { after } of pairs)
    for (const name of new Set(after.packages.map((one) => one.name))) count.set(name, (count.get(name) ?? 0) + 1)
  return (name) => (count.get(name) ?? 0) > 1
}
