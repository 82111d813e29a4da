import { type Bound, boundsOf, ceilingOf } from './ceiling.ts'
import type { Range } from './range.ts'
import { numbersOf } from './versions.ts'

const REQUIREMENT = /^(~>|>=|<=|!=|=|>|<)?\s*([0-9][0-9A-Za-z.-]*)$/

/** How RubyGems' requirements are read: comparisons that all hold, with commas between. */
export const loadRubyRanges = async (): Promise<(constraint: string) => Range | null> => {
  const { default: ruby } = await import('@renovatebot/ruby-semver')
  return (constraint) => {
    const parts = constraint.split(',').map((part) => REQUIREMENT.exec(part.trim()))
    if (parts.some((part) => part === null)) return null
    return {
      admits: (version) => ruby.satisfies(withoutPlatform(version), constraint),
      ceiling: ceilingOf([boundsOf(parts.flatMap((part) => boundOf(part![1] ?? '=', part![2]!)))]),
    }
  }
}

/** `1.18.9-x86_64-linux` is the 1.18.9 of one platform. */
const withoutPlatform = (version: string): string => version.replace(/-.*$/, '')

const boundOf = (operator: string, version: string): Bound[] => {
  const numbers = numbersOf(version, version.split('.').length)
  if (operator === '!=') return []
  if (operator === '<') return [{ kind: 'below', numbers }]
  if (operator === '<=') return [{ kind: 'up-to', numbers }]
  return [{ kind: operator === '>' || operator === '>=' ? 'from' : 'within', numbers }]
}
