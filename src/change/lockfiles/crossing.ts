import type { Installed, Lock } from './lock.ts'
import { compareVersions, highest, majorOf, zeroMinorOf } from './versions.ts'

/** A package whose set of majors a change moved. */
export interface Crossing {
  name: string
  /** `cross`: a major went and another came. `second-copy`: one came beside those that stay. */
  copy: 'cross' | 'second-copy'
  /** The highest version whose major went; of a second copy, the highest that was there. */
  from: string
  /** The highest version whose major is new. */
  to: string
  direction: 'up' | 'down'
  /** Copies of the new majors, by id in the lock after. */
  arrived: ReadonlySet<string>
}

/** Packages that crossed a major between two states of a lockfile, by name; those without a version that compares are left out. */
export const crossings = (before: Lock, after: Lock): Crossing[] => crossed(before, after, majorOf)

/** The same for the second number of 0.x versions, of packages that stayed below 1. */
export const zeroMinors = (before: Lock, after: Lock): Crossing[] => crossed(before, after, zeroMinorOf)

const crossed = (before: Lock, after: Lock, stepOf: (version: string) => string | null): Crossing[] => {
  const [old, now] = [stepsByName(before, stepOf), stepsByName(after, stepOf)]
  return [...now].flatMap(([name, arrived]) => {
    const gone = old.get(name)
    const found = gone ? crossing(name, gone, arrived) : null
    // In Go each major is a module of its own, and one beside another replaces nothing.
    return found === null || (found.copy === 'second-copy' && after.ecosystem === 'go') ? [] : [found]
  })
}

const crossing = (name: string, old: Steps, now: Steps): Crossing | null => {
  const come = [...now].filter(([step]) => !old.has(step)).flatMap(([, copies]) => copies)
  if (come.length === 0) return null
  const gone = [...old].filter(([step]) => !now.has(step)).flatMap(([, copies]) => copies)
  const to = highest(come.map(({ version }) => version))
  const from = highest((gone.length > 0 ? gone : [...old.values()].flat()).map(({ version }) => version))
  return {
    name,
    copy: gone.length > 0 ? 'cross' : 'second-copy',
    from,
    to,
    direction: compareVersions(to, from) < 0 ? 'down' : 'up',
    arrived: new Set(come.map(({ id }) => id)),
  }
}

/** Copies of one package by major. */
type Steps = Map<string, { id: string; version: string }[]>

const stepsByName = (lock: Lock, stepOf: (version: string) => string | null): Map<string, Steps> => {
  const names = new Map<string, Steps>()
  for (const one of lock.packages) addStep(names, one, stepOf)
  return names
}

const addStep = (names: Map<string, Steps>, { id, name, version }: Installed, stepOf: (version: string) => string | null): void => {
  const step = version === null ? null : stepOf(version)
  if (version === null || step === null) return
  const steps = names.get(name) ?? new Map<string, { id: string; version: string }[]>()
  names.set(name, steps)
  const copies = steps.get(step)
  if (copies) copies.push({ id, version })
  else steps.set(step, [{ id, version }])
}
