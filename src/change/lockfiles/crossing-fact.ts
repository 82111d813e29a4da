import type { Fact } from '../../model.ts'
import { fact, someOf } from '../sight.ts'
import type { Between } from './between.ts'
import type { Family } from './judge-lock.ts'
import type { Lock } from './lock.ts'
import { pinOf } from './pins.ts'
import { pullersText, pullerText } from './puller-words.ts'
import type { Judged } from './verdict.ts'
import { majorOf } from './versions.ts'

/** What the facts of one lockfile have in common. */
export interface Telling {
  lockfile: string
  lock: Lock
  between: Between
  /** Several changed lockfiles hold this name. */
  shared: (name: string) => boolean
  /** Line on which a version stands. */
  lineOf: (name: string, version: string) => number | null
  /** The family that a name belongs to. */
  groupOf: (name: string) => string
}

/** A crossed major, as rules and people read it. `case` is what rules go by; the rest is what they say. */
export const crossingFact = (one: Judged, telling: Telling): Fact => {
  const { name, from, to } = one
  const line = telling.lineOf(name, to) ?? undefined
  const { lockfile, lock, between } = telling
  return fact(
    'dependency-major',
    subjectOf(name, telling),
    {
      ...{ lockfile, ecosystem: lock.ecosystem, name, from, to },
      ...{ direction: one.direction, copy: one.copy, direct: one.direct, dev: one.dev, verdict: one.verdict },
      case: caseOf(one),
      group: one.verdict === 'grouped' ? telling.groupOf(name) : '',
      major: `${majorOf(to)}.x`,
      path: pathText(one),
      runs: runsText(one),
      pullers: pullersText(one.pullers, between.read),
      by: forcedText(one, between),
      pin: pinOf(name, from, lock),
    },
    lockfile,
    line,
  )
}

/** Packages of one framework that crossed together. */
export const familyFact = ({ leader, members }: Family, telling: Telling): Fact => {
  const { lockfile, lock } = telling
  const production = members.filter(({ dev }) => dev !== 'yes')
  const others = members.filter(({ name }) => name !== leader.name).map(({ name }) => name)
  return fact(
    'framework-major',
    subjectOf(leader.name, telling),
    {
      ...{ lockfile, ecosystem: lock.ecosystem, leader: leader.name, from: leader.from, to: leader.to },
      count: members.length,
      members: someOf(others, 4),
      case: production.length > 0 ? 'production' : 'dev',
    },
    lockfile,
    telling.lineOf(leader.name, leader.to) ?? undefined,
  )
}

/** A second number under a leading zero. */
export const zeroMinorFact = ({ name, from, to }: Pick<Judged, 'name' | 'from' | 'to'>, telling: Omit<Telling, 'between'>): Fact => {
  const { lockfile, lock } = telling
  const data = { lockfile, ecosystem: lock.ecosystem, name, from, to }
  return fact('zero-minor', subjectOf(name, telling), data, lockfile, telling.lineOf(name, to) ?? undefined)
}

const subjectOf = (name: string, { shared, lockfile }: Pick<Telling, 'shared' | 'lockfile'>): string =>
  shared(name) ? `${name} (${lockfile})` : name

/** One word for the rule that speaks. */
const caseOf = ({ copy, verdict, dev, direct, pullers }: Judged): string => {
  if (copy === 'second-copy') return 'second-copy'
  if (['grouped', 'calver', 'rolling', 'undo'].includes(verdict)) return verdict
  if (dev === 'yes') return 'dev'
  if (verdict !== 'uninvited') return verdict
  if (direct === 'yes') return 'uninvited-direct'
  return pullers.length === 0 ? 'unrecorded' : 'uninvited'
}

const pathText = ({ path }: Judged): string => (path === null ? '' : path.length === 0 ? 'directly' : `via ${path.join(' → ')}`)

const runsText = (one: Judged): string => {
  if (one.dev === 'yes') return `Only tests and development use it${one.path?.length ? `, ${pathText(one)}` : ''}`
  if (one.dev === 'unknown') return 'Whether production runs it is not recorded, so it counts as if it did'
  return `It runs in production ${pathText(one)}`.trim()
}

const forcedText = ({ forces }: Judged, { read }: Between): string =>
  someOf([
    ...new Set(forces.map(({ puller, because }) => (because === 'moved' ? movedText(puller.by?.name ?? '') : pullerText(puller, read)))),
  ])

const movedText = (name: string): string => `${name}, which moved itself (its constraint is not recorded in this lockfile)`
