import type { Comparator } from 'semver'
import { type Bound, boundsOf, ceilingOf } from './ceiling.ts'
import type { Range } from './range.ts'
import { numbersOf } from './versions.ts'

/** Loose: what npm itself accepts; pre-releases count, since one may be installed. */
const OPTIONS = { loose: true, includePrerelease: true }
/** Ranges that name no version of a registry: what answers them is in the repository itself. */
const LOCAL = /^(?:workspace|link|file|portal|catalog):/

/** How npm's ranges are read. Throws for tags and addresses: they are no ranges. */
export const loadNpmRanges = async (): Promise<(constraint: string) => Range | null> => {
  const { default: semver } = await import('semver')
  return (constraint) => {
    if (LOCAL.test(constraint)) return null
    const range = new semver.Range(withoutAlias(constraint), OPTIONS)
    const open = range.set.some((all) => all.every(({ operator, value }) => operator === '' && value === ''))
    return {
      admits: (version) => range.test(semver.parse(version, OPTIONS) ?? numbersOf(version, 3).join('.')),
      ceiling: open ? 'any version' : ceilingOf(range.set.map((all) => boundsOf(all.flatMap(boundOf)))),
    }
  }
}

/** `npm:name@^2` asks for `^2` of another name. */
const withoutAlias = (constraint: string): string => {
  const wanted = constraint.startsWith('npm:') ? constraint.slice('npm:'.length) : constraint
  const at = wanted.lastIndexOf('@')
  if (!constraint.startsWith('npm:')) return wanted
  return at > 0 ? wanted.slice(at + 1) : /^[\d^~<>=*]/.test(wanted) ? wanted : '*'
}

const boundOf = ({ operator, semver: { major, minor, patch } }: Comparator): Bound[] => {
  if (major === undefined) return []
  const numbers = [major, minor, patch]
  if (operator === '<') return [{ kind: 'below', numbers }]
  if (operator === '<=') return [{ kind: 'up-to', numbers }]
  return [{ kind: operator === '>' || operator === '>=' ? 'from' : 'within', numbers }]
}
