import { type GuardError, next, refuse } from '../errors.ts'
import { meanwhile } from './problems.ts'
import type { Route } from './route.ts'

type There = Pick<Route, 'name' | 'url'>

const placeOf = ({ name, url }: There): string => (name === url ? url : `${name} (${url})`)

/**
 * @param found `seenAt`: when this clone last saw the ledger; `maybe`: what was sent may have arrived
 */
export const unreachable = (found: { remote: There; why: string; seenAt: string | null; maybe: boolean }): GuardError => {
  const { remote, why, seenAt, maybe } = found
  return refuse('LEDGER_UNREACHABLE', {
    what: `The shared ledger on ${remote.name} cannot be reached. Nothing was deployed.`,
    why: [
      why,
      `the ledger is on ${placeOf(remote)}`,
      ...(seenAt ? [`this clone saw it last at ${seenAt}`] : []),
      ...(maybe ? ['the last answer was lost: whether it was written shows when the remote can be reached again'] : []),
    ],
    next: [next('see what is in the way (network, credentials)', ['safe-deploy', 'doctor']), meanwhile],
  })
}

/** A remote that the config names and the clone does not have. */
export const noSuchRemote = (wanted: string, names: readonly string[]): GuardError =>
  refuse('LEDGER_UNREACHABLE', {
    what: `The ledger should be on the remote ${wanted}, and this clone has no remote of that name.`,
    why: [names.length > 0 ? `it has ${names.join(', ')}` : 'it has no remotes'],
    next: [
      next('add it', ['git', 'remote', 'add', wanted, 'URL']),
      next('or say which it is', ['safe-deploy', 'ledger', 'share'], ['--remote']),
    ],
  })

/** A job's clone is thrown away: a ledger that only it knows would be no ledger. */
export const unsaid = (): GuardError =>
  refuse('LEDGER_UNSAID', {
    what: 'This is CI, nothing says where the ledger is, and there is no remote named origin. Nothing was deployed.',
    why: ['a ledger inside this job’s clone would be forgotten with it, and a halt with the ledger'],
    next: [next('write it down: ledger: { remote: … }, or { remote: none } on purpose', ['safe-deploy', 'init'])],
  })

/** The ledger there can be read and not be written. `ci`: what a job needs is said. */
export const unwritableThere = ({ remote, why, ci }: { remote: There; why: string; ci: boolean }): GuardError =>
  refuse('LEDGER_NOT_WRITABLE', {
    what: `The shared ledger on ${remote.name} cannot be written, so nothing may be deployed.`,
    why: [why, `the ledger is on ${placeOf(remote)}`, ...(ci ? IN_A_JOB : [])],
    next: [next('see what it needs', ['safe-deploy', 'doctor'])],
  })

/** The host takes the batch neither with its text nor without. */
export const declined = (place: string, why: string): GuardError =>
  refuse('LEDGER_NOT_WRITABLE', {
    what: `${place} declines what is written to the ledger, so nothing may be deployed.`,
    why: [why, 'it was sent again without logs and free text, and declined as well'],
    next: [
      next('see what it needs', ['safe-deploy', 'doctor']),
      next('or keep the ledger on a branch, if it takes nothing else: that is tried', ['safe-deploy', 'ledger', 'share']),
    ],
  })

/** What a job's token needs before it may write. */
export const IN_A_JOB = [
  'GitHub Actions: give the job `permissions: { contents: write }`; a job of a fork cannot have it',
  'GitLab CI: Settings > CI/CD > Job token permissions > Allow Git push requests to the repository',
]
