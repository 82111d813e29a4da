import type { Detector, Glimpse } from '../sight.ts'

/** Names that some reader of lockfiles may know; the readers themselves load only then. */
const MAY_LOCK = /(?:lock|shrinkwrap|require|constraint|gems|go\.mod$)/i

const mayLock = ({ change }: Pick<Glimpse, 'change'>): boolean =>
  change.base !== null && change.files.some(({ path }) => MAY_LOCK.test(path))

/** Majors that lockfiles crossed, each with who asked for it, who needed it, and how to stay. */
export const dependencies: Detector = {
  name: 'dependencies',
  wants: async (glimpse) => (mayLock(glimpse) ? (await import('../lockfiles/changed-locks.ts')).wantedByLocks(glimpse) : {}),
  facts: async (sight) => (mayLock(sight) ? (await import('../lockfiles/facts-of-locks.ts')).factsOfLocks(sight) : []),
}
