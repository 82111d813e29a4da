import type { FlyTruth, Machine, ToolRun } from '../truth.ts'
import type { Fleet } from './fleet.ts'
import type { Health } from './health.ts'
import type { Own } from './release.ts'

/** How fly ended, in words. Exit 127 is silent in fly and means cancelled, not "not found". */
export const howItEnded = (run: ToolRun): string => {
  if (run.idle) return 'nothing was run'
  if (run.timedOut) return 'fly was ended for taking too long'
  if (run.signal !== null) return `fly was ended by ${run.signal}`
  if (run.exit === null) return 'how fly ended is not known'
  return run.exit === 127 ? 'fly exited 127 without a word' : `fly exited ${run.exit}`
}

const shortDigest = (digest: string | null): string => (digest === null ? 'image unknown' : digest.replace('sha256:', '').slice(0, 12))

const isUp = (machine: Machine): boolean => machine.state === 'started'

/** `2 machines on v43 (1a2b3c4d5e6f), started` for each kind there is. */
const fleetLines = (truth: FlyTruth): string[] => {
  const kinds = new Map<string, number>()
  for (const machine of truth.machines) {
    const state = machine.reachable ? (isUp(machine) ? 'started' : machine.state) : 'out of reach'
    const kind = `on ${machine.version === null ? 'no known release' : `v${machine.version}`} (${shortDigest(machine.digest)}), ${state}`
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
  }
  return [...kinds].sort().map(([kind, count]) => `${count} machine${count === 1 ? '' : 's'} ${kind}`)
}

const some = (label: string, machines: readonly Machine[]): string[] =>
  machines.length === 0
    ? []
    : [
        `${label}: ${machines
          .map((machine) => machine.id)
          .slice(0, 8)
          .join(', ')}${machines.length > 8 ? ' …' : ''}`,
      ]

/** The facts a verdict rests on, one a line; no secret and no env value is among them. */
export const evidenceOf = (
  input: { before: FlyTruth; after: FlyTruth | null; run: ToolRun },
  fleet: Fleet,
  own: Own,
  health: Health,
): string[] => [
  howItEnded(input.run),
  own.version === null
    ? 'no new release'
    : `release v${own.version}${own.status ? `: ${own.status}` : ''}${input.run.emitted ? ', named by fly' : ''}`,
  `before: ${fleetLines(input.before).join('; ') || 'no machines'}`,
  `after: ${(input.after && fleetLines(input.after).join('; ')) || 'no machines'}`,
  ...some('left out by filters', fleet.leftOut),
  ...some('out of reach since', fleet.lost),
  ...some('out of reach before and after', fleet.away),
  ...health.bad,
  ...health.notes,
]
