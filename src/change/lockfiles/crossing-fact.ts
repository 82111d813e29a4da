import type { Fact } from '../../model.ts'
import { fact, someOf } from '../sight.ts'
import type { Between } from './between.ts'
import type { Case } from './cases.ts'
import type { Family } from './judge-lock.ts'
import type { Lock } from './lock.ts'
import { pinOf } from './pins.ts'
import { forcesText, pullersText, unneededText } from './puller-words.ts'
import type { Judged } from './verdict.ts'
import { majorOf } from './versions.ts'

/** Steps that a joint line names; the rest is counted. */
const SHOWN = 4

/** The lockfile of a fact. */
export interface Where {
  lockfile: string
  lock: Lock
  /** Several changed lockfiles hold this name. */
  shared: (name: string) => boolean
  /** Line on which a version stands. */
  lineOf: (name: string, version: string) => number | null
}

/** What the facts about majors of one lockfile have in common. */
export interface Telling extends Where {
  between: Between
  cases: ReadonlyMap<string, Case>
  /** The family that a name belongs to. */
  groupOf: (name: string) => string
}

/** A crossed major, as rules and people read it. `case` is what rules go by; the rest is what they say. */
export const crossingFact = (one: Judged, telling: Telling): Fact => {
  const { name, from, to } = one
  const line = telling.lineOf(name, to) ?? undefined
  const { brings, case: word } = telling.cases.get(name)!
  const { lockfile, lock, between } = telling
  return fact(
    'dependency-major',
    subjectOf(name, telling),
    {
      ...{ lockfile, ecosystem: lock.ecosystem, name, from, to },
      ...{ direction: one.direction, copy: one.copy, direct: one.direct, dev: one.dev, verdict: one.verdict },
      case: word,
      group: one.verdict === 'grouped' ? telling.groupOf(name) : '',
      major: `${majorOf(to)}.x`,
      brings: bringsText(brings),
      path: pathText(one),
      runs: runsText(one),
      pullers: pullersText(one.pullers, between.read),
      needed: one.verdict === 'forced' ? forcesText(one.forces) : unneededText(one.forces, `${majorOf(to)}.x`),
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
export const zeroMinorFact = ({ name, from, to }: Pick<Judged, 'name' | 'from' | 'to'>, where: Where): Fact => {
  const { lockfile, lock, lineOf } = where
  const data = { lockfile, ecosystem: lock.ecosystem, name, from, to }
  return fact('zero-minor', subjectOf(name, where), data, lockfile, lineOf(name, to) ?? undefined)
}

const subjectOf = (name: string, { shared, lockfile }: Pick<Where, 'shared' | 'lockfile'>): string =>
  shared(name) ? `${name} (${lockfile})` : name

/** Cases that are told together, one line a lockfile: each by itself would be the noise in which the one that matters is lost. */
const TOGETHER = ['invited', 'forced', 'seldom', 'undo', 'unrecorded'] as const

/** What crossed for the same reason, in one fact each. */
export const togetherFacts = (crossed: readonly Judged[], telling: Telling): Fact[] =>
  TOGETHER.flatMap((reason) => {
    const all = crossed.filter(({ name }) => telling.cases.get(name)?.case === reason)
    if (all.length === 0) return []
    const { lockfile, lock } = telling
    const list = someOf(
      all.map((one) => stepText(one, reason)),
      SHOWN,
    )
    const data = {
      lockfile,
      ecosystem: lock.ecosystem,
      case: reason,
      count: all.length,
      list,
      pin: pinOf(all[0]!.name, all[0]!.from, lock),
    }
    return [fact('dependency-majors', lockfile, data, lockfile, telling.lineOf(all[0]!.name, all[0]!.to) ?? undefined)]
  })

const stepText = (one: Judged, reason: string): string => {
  const { name, from, to, forces } = one
  const step = `${name} ${from} → ${to}`
  if (reason === 'forced') return `${step} (${forcesText(forces)})`
  return reason === 'seldom' && one.path?.length ? `${step} (${pathText(one)})` : step
}

const bringsText = (brings: readonly Judged[]): string =>
  brings.length > 0
    ? ` and brings ${someOf(
        brings.map(({ name, from, to }) => `${name} ${from} → ${to}`),
        SHOWN,
      )} with it`
    : ''

/** Long ways are cut in the middle. */
const pathText = ({ path }: Judged): string => {
  if (path === null) return ''
  const shown = path.length > 6 ? [...path.slice(0, 2), '…', ...path.slice(-2)] : path
  return path.length === 0 ? 'directly' : `via ${shown.join(' → ')}`
}

const runsText = (one: Judged): string => {
  if (one.dev === 'yes') return `Only tests and development use it${one.path?.length ? `, ${pathText(one)}` : ''}`
  if (one.dev === 'unknown') return 'Whether production runs it is not recorded, so it counts as if it did'
  return `It runs in production ${pathText(one)}`.trim()
}
