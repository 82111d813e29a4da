import type { FlyTruth, Machine } from '../truth.ts'
import type { Filter } from './args.ts'
import { runsImage } from './image.ts'
import type { Own } from './release.ts'

/** The machines a deploy was meant for, before and after it. */
export interface Fleet {
  before: Machine[]
  after: Machine[]
  /** Left out by a filter the user gave. */
  leftOut: Machine[]
  /** Out of reach now, though they were not before. */
  lost: Machine[]
  /** Out of reach before and after: nobody can say, and it is not this deploy's doing. */
  away: Machine[]
  /** Updated in place, new, or gone. */
  touched: Machine[]
  came: Machine[]
  gone: Machine[]
}

const fits = (machine: Machine, { by, values }: Filter): boolean => {
  const key = by.endsWith('machines') ? machine.id : by.endsWith('regions') ? machine.region : machine.group
  return values.includes(key) !== by.startsWith('exclude-')
}

/** Is this machine one that the filters let through? Without filters all are. */
const isMeant = (filters: readonly Filter[]) => (machine: Machine) => filters.every((filter) => fits(machine, filter))

const byId = (machines: readonly Machine[]): Map<string, Machine> => new Map(machines.map((machine) => [machine.id, machine]))

const changed = (before: Machine | undefined, after: Machine): boolean =>
  before !== undefined && after.reachable && before.reachable && (before.instance !== after.instance || before.version !== after.version)

/** Sorts the machines of two looks by what became of them. */
export const compareFleet = (before: FlyTruth, after: FlyTruth, filters: readonly Filter[]): Fleet => {
  const meant = isMeant(filters)
  const was = byId(before.machines)
  const is = byId(after.machines)
  const targets = after.machines.filter(meant)
  const out = targets.filter((machine) => !machine.reachable)
  return {
    before: before.machines.filter(meant),
    after: targets.filter((machine) => machine.reachable),
    leftOut: after.machines.filter((machine) => !meant(machine)),
    lost: out.filter((machine) => was.get(machine.id)?.reachable !== false),
    away: out.filter((machine) => was.get(machine.id)?.reachable === false),
    touched: after.machines.filter((machine) => changed(was.get(machine.id), machine)),
    came: after.machines.filter((machine) => !was.has(machine.id)),
    gone: before.machines.filter((machine) => !is.has(machine.id)),
  }
}

/** Groups that are still there with fewer machines than before. A group that is gone whole was removed by the config, and READ has said so. */
export const shrunk = (fleet: Fleet): string[] => {
  const count = (machines: readonly Machine[], group: string): number =>
    machines.filter((machine) => machine.group === group && !machine.canary).length
  const all = [...fleet.after, ...fleet.lost, ...fleet.away]
  return [...new Set(all.map((machine) => machine.group))].flatMap((group) => {
    const [had, has] = [count(fleet.before, group), count(all, group)]
    return has < had ? [`group ${group} had ${had} machines and has ${has}`] : []
  })
}

/** Is the machine on the new release? By the release it was given and a new instance of it; the image, where it can be compared, must agree. */
export const isOnRelease = (fleet: Fleet, own: Own) => {
  const was = byId(fleet.before)
  return (machine: Machine): boolean =>
    own.version !== null &&
    machine.version === own.version &&
    was.get(machine.id)?.instance !== machine.instance &&
    runsImage(machine, own.image) !== false
}

/** Is everything as it was but for a restart: the same machines, versions and images? */
export const isReverted = (fleet: Fleet): boolean => {
  const was = byId(fleet.before)
  return (
    fleet.came.length === 0 &&
    fleet.gone.length === 0 &&
    fleet.after.every((machine) => was.get(machine.id)?.version === machine.version && was.get(machine.id)?.digest === machine.digest)
  )
}

/** Do only images run that ran before, on as many machines? Whatever the release numbers say, nothing new serves then. */
export const runsOldImages = (fleet: Fleet): boolean => {
  const had = new Set(fleet.before.map((machine) => machine.digest))
  return fleet.after.length === fleet.before.length && fleet.after.every((machine) => machine.digest !== null && had.has(machine.digest))
}
