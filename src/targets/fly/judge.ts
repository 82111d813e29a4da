import type { Outcome } from '../../model.ts'
import type { FlyTruth, Machine, ToolRun, Verdict } from '../truth.ts'
import type { Filter } from './args.ts'
import { compareFleet, type Fleet, isOnRelease, isReverted, runsOldImages, shrunk } from './fleet.ts'
import { type Health, healthOf } from './health.ts'
import { runsWanted } from './image.ts'
import { foreignLabel, type Own, ownRelease } from './release.ts'
import { servingOf } from './serving.ts'
import { evidenceOf, howItEnded } from './words.ts'

/** What a verdict rests on. */
export interface Case {
  before: FlyTruth
  /** The last look; null where it failed. */
  after: FlyTruth | null
  /** Why the last look is no evidence (no two looks were equal, or it failed), or null. */
  unseen: string | null
  run: ToolRun
  filters: readonly Filter[]
  app: string
  /** Id of the attempt, as labelled on the image; null where the image was not built by it. */
  attempt: string | null
  /** Rollback: the image that must run, by digest, else by reference. Then that is the proof, not the version. */
  wanted: string | null
}

type Judged = [outcome: Outcome, why: string]

interface Seen {
  fleet: Fleet
  own: Own
  run: ToolRun
  fresh: Machine[]
  stale: Machine[]
  health: Health
}

const n = (machines: readonly Machine[]): string => `${machines.length} machine${machines.length === 1 ? '' : 's'}`

/** What keeps anybody from knowing. */
const blind = ({ before, after, unseen, app, run, attempt, wanted }: Case): string | null => {
  if (unseen !== null || after === null) return unseen ?? 'the platform could not be read after it'
  if (after.app !== app || before.app !== app) return `the platform answered for ${after.app}, not for ${app}`
  if (after.machines.length === 0 && before.machines.length > 0)
    return `the machine list is empty, and ${n(before.machines)} ran before: all are gone, or the platform answered wrongly`
  const own = ownRelease(before, after, run)
  return own.foreign ?? (wanted === null && run.emitted === null ? foreignLabel(after, own.version, attempt) : null)
}

const blindFleet = (fleet: Fleet, wanted: string | null): string | null => {
  if (fleet.lost.length > 0) return `${n(fleet.lost)} cannot be reached`
  if (fleet.after.length === 0 && fleet.away.length > 0) return 'no machine can be reached'
  const mute = fleet.after.filter((machine) => (wanted === null ? machine.version === null : runsWanted(machine, wanted) === null))
  return mute.length > 0 ? `machine ${mute[0]!.id} does not say ${wanted === null ? 'its release' : 'its image'}` : null
}

const endedWell = (run: ToolRun): boolean => run.exit === 0 && run.signal === null && !run.timedOut
/** Its process was lost sight of: the guard died, or somebody else looks. */
const endUnseen = (run: ToolRun): boolean => run.exit === null && run.signal === null && !run.timedOut

const allNew = ({ fleet, own, run, health, fresh }: Seen): Judged => {
  const digests = new Set(fresh.flatMap((machine) => machine.digest ?? []))
  const fewer = shrunk(fleet)
  const canary = fresh.find((machine) => machine.canary)
  if (digests.size > 1) return ['partial', `the machines of one release run ${digests.size} different images`]
  if (fewer.length > 0) return ['partial', fewer.join('; ')]
  if (canary) return ['partial', `the temporary canary machine ${canary.id} was left behind`]
  if (health.bad.length > 0) return ['unhealthy', health.bad.slice(0, 3).join('; ')]
  if (endedWell(run)) {
    const odd = own.status === 'failed' || own.status === 'interrupted'
    return odd ? ['unknown', `fly exited 0 but calls the release ${own.status}`] : ['deployed', `${n(fresh)} on the new version`]
  }
  if (endUnseen(run) && own.status === 'complete') return ['deployed', `${n(fresh)} on the new version, and the release is complete`]
  return ['serving-despite-exit', `${howItEnded(run)}, but the new version runs on ${n(fresh)}`]
}

const noneNew = ({ fleet, own, run, health }: Seen): Judged => {
  const ok = endedWell(run)
  const made = own.version === null ? 'no new release' : `release v${own.version}`
  const still = fleet.touched.length + fleet.came.length + fleet.gone.length === 0
  if (still && ok) return ['stale-despite-ok', `fly exited 0 with ${made}, but no machine runs anything new`]
  if (still)
    return own.version === null
      ? ['not-started', `${howItEnded(run)} before a release was made`]
      : ['unchanged', `${howItEnded(run)}; ${made} reached no machine`]
  if (!isReverted(fleet)) {
    if (own.version === null) return ['unknown', 'machines changed, and no release explains it']
    if (ok && runsOldImages(fleet)) return ['stale-despite-ok', `fly exited 0 with ${made}, but the machines run the old image`]
    return ['partial', `${n(fleet.touched)} changed, ${n(fleet.came)} came, ${n(fleet.gone)} went, and none runs ${made}`]
  }
  if (health.bad.length > 0) return ['unhealthy', `back on the old version, and ${health.bad.slice(0, 2).join('; ')}`]
  if (own.version === null && !ok) return ['unknown', 'machines were restarted, and no release explains it']
  return ok
    ? ['stale-despite-ok', 'fly exited 0, but the machines are back on the old version']
    : ['unchanged', `${howItEnded(run)}; the machines are back on the old version`]
}

const decide = (seen: Seen): Judged => {
  const { fresh, stale } = seen
  if (fresh.length > 0 && stale.length > 0) return ['partial', `${n(fresh)} on the new version, ${stale.length} on the old`]
  return fresh.length > 0 ? allNew(seen) : noneNew(seen)
}

const look = ({ before, run, filters, wanted }: Case, after: FlyTruth): Seen => {
  const fleet = compareFleet(before, after, filters)
  const own = ownRelease(before, after, run)
  const isNew = wanted === null ? isOnRelease(fleet, own) : (machine: Machine) => runsWanted(machine, wanted) === true
  return {
    fleet,
    own,
    run,
    fresh: fleet.after.filter(isNew),
    stale: fleet.after.filter((machine) => !isNew(machine)),
    health: healthOf(fleet.before, fleet.after),
  }
}

/**
 * What a deploy, or with `wanted` a rollback, really did: from two looks at the platform and how fly ended. Fly's exit code is a witness, never the
 * proof; anything needed and not seen is `unknown`.
 */
export const judgeFly = (input: Case): Verdict => {
  const { after, wanted } = input
  const why = blind(input)
  if (after === null) return { outcome: 'unknown', why: why ?? '', evidence: [howItEnded(input.run)], serving: null }
  const seen = look(input, after)
  const unseen = why ?? blindFleet(seen.fleet, wanted)
  const [outcome, sentence] = unseen === null ? decide(seen) : (['unknown', unseen] as const)
  return { outcome, why: sentence, evidence: evidenceOf(input, seen.fleet, seen.own, seen.health), serving: servingOf(after) }
}
