import type { FlyTruth, Machine } from '../truth.ts'

const TRANSIENT = new Set(['created', 'starting', 'stopping', 'suspending', 'replacing', 'updating', 'destroying'])
const CHECKED = new Set(['passing', 'warning', 'critical'])

const lineOf = (machine: Machine): string =>
  [
    ...[
      machine.id,
      machine.instance,
      machine.version,
      machine.state,
      machine.digest,
      machine.cordoned,
      machine.reachable,
      machine.restarts,
    ],
    ...machine.checks.map((check) => `${check.name}=${check.status}`).sort(),
  ].join(' ')

const linesOf = (truth: FlyTruth): string[] => [
  ...truth.machines.map(lineOf).sort(),
  ...truth.releases.map((release) => `${release.id} ${release.version} ${release.status}`).sort(),
]

/** Do two looks show the same: machines by instance, version, state, image and checks, and the releases? */
export const sameFly = (a: FlyTruth, b: FlyTruth): boolean => a.app === b.app && linesOf(a).join('\n') === linesOf(b).join('\n')

/** Is something still on its way: a machine between two states, or a check that has not answered yet? */
export const isMoving = (truth: FlyTruth): boolean =>
  truth.machines.some(
    (machine) =>
      machine.reachable &&
      (TRANSIENT.has(machine.state) || (machine.state === 'started' && machine.checks.some((check) => !CHECKED.has(check.status)))),
  )
