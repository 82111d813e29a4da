import type { Settings } from '../../config/settings.ts'
import { count, duration } from '../../words.ts'
import { areaOf } from '../area.ts'
import { looksGenerated } from '../generated.ts'
import { atMost, type Detect, fact, someOf } from '../sight.ts'

const DAY = 86_400_000
/** Days before a vendor's date at which it is worth a word. */
const SOON = 14

/** Work that no commit holds. */
export const detectDirty: Detect = ({ candidate }) =>
  candidate.dirty.length === 0
    ? []
    : [fact('dirty-candidate', 'work tree', { count: count(candidate.dirty.length, 'file'), some: someOf(candidate.dirty) })]

/** Edits that git was told not to show. */
export const detectHidden: Detect = ({ hidden }) =>
  atMost(hidden.map((path) => fact('hidden-edit', path, { file: path, how: 'assume-unchanged or skip-worktree' }, path)))

/** What a large or generated file holds tells less than code and what decides how it runs. */
const TELLING = new Set(['code', 'config', 'deps', 'infra', 'migration', 'ci'])

/** Changed files whose content this clone does not have. */
export const detectMissing: Detect = ({ change }) => {
  const told = (weight: 'heavy' | 'light', paths: readonly string[]) =>
    paths.length === 0
      ? []
      : [fact('content-missing', weight, { weight, count: count(paths.length, 'file'), some: someOf(paths) }, paths[0])]
  const heavy = (change.missing ?? []).filter((path) => TELLING.has(areaOf(path)) && !looksGenerated(path))
  return [
    ...told('heavy', heavy),
    ...told(
      'light',
      (change.missing ?? []).filter((path) => !heavy.includes(path)),
    ),
  ]
}

/** Work inside submodules, and files that are tracked and yet not there to be copied. */
export const detectTreeGaps: Detect = ({ absent, submodules }) => [
  ...atMost(submodules.map((path) => fact('submodule-dirty', path, { file: path }, path))),
  ...(absent.length === 0
    ? []
    : [fact('sparse-checkout', 'work tree', { count: count(absent.length, 'tracked file'), some: someOf(absent) })]),
]

/** A commit that no remote has. */
export const detectUnpushed: Detect = ({ pushed, candidate }) =>
  pushed === false ? [fact('unpushed-commit', 'HEAD', { commit: candidate.commit.slice(0, 10) })] : []

/** Part of the change that cannot be seen. */
export const detectUnseen: Detect = ({ change }) => (change.unseen === null ? [] : [fact('unknown-base', 'base', { why: change.unseen })])

/** Things of others that run out. Dates are taken as the end of that day, UTC. */
export const detectVendors: Detect = ({ settings, now }) =>
  settings.vendors.flatMap((vendor) => {
    const left = Date.parse(`${vendor.expires.slice(0, 10)}T00:00:00Z`) + DAY - now
    const data = { date: vendor.expires, what: vendor.onExpiry, owner: whom(vendor), left: `${duration(left)} left` }
    if (left <= 0) return [fact('vendor-expired', vendor.name, data)]
    return left <= SOON * DAY ? [fact('vendor-expiring', vendor.name, data)] : []
  })

const whom = ({ owner, runbook }: Settings['vendors'][number]): string => {
  const who = owner ? `Ask ${owner}` : 'Renew it, or take it out of the config'
  return runbook ? `${who}; ${runbook} says how` : who
}

/** Accepted findings whose date is over. */
export const detectExpiredAccepts: Detect = ({ settings, now }) => {
  const today = new Date(now).toISOString().slice(0, 10)
  return settings.accept
    .filter(({ until }) => until !== null && until < today)
    .map(({ rule, subject, until }) =>
      fact('accept-expired', `${rule}:${subject}`, { config: settings.file ?? 'the config', date: until ?? '' }),
    )
}
