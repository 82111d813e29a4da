import { composerToNpm } from './composer-range.ts'
import { cargoToNpm, hexToNpm } from './ecosystem-ranges.ts'
import { goRange } from './go-range.ts'
import type { Ecosystem } from './lock.ts'
import { loadNpmRanges } from './npm-range.ts'
import { loadPythonRanges } from './python-range.ts'
import { loadRubyRanges } from './ruby-range.ts'

/** What a constraint lets in. */
export interface Range {
  /** Does it admit this version? Null: that cannot be told. */
  admits: (version: string) => boolean | null
  /** `any version`, `no ceiling`, `admits 2 majors`, or that it is not understood. */
  ceiling: string
}

/** Reads a constraint as written; never throws. */
export type ReadRange = (constraint: string) => Range

/** What cannot be parsed decides nothing. */
const UNKNOWN: Range = { admits: () => null, ceiling: 'constraint not understood' }
const ANY: Range = { admits: () => true, ceiling: 'any version' }
/** Longer ones are not read: parsers may be slow with them. */
const MAX = 256

/** How constraints of an ecosystem are read; its library loads here. */
export const loadRanges = async (ecosystem: Ecosystem): Promise<ReadRange> => {
  const read = await loader(ecosystem)
  const known = new Map<string, Range>()
  return (constraint) => {
    const range = known.get(constraint) ?? (constraint.length > MAX ? UNKNOWN : safely(read, constraint.trim()))
    known.set(constraint, range)
    return range
  }
}

/** @returns null, or throws, for what it does not understand */
type Parse = (constraint: string) => Range | null

const loader = async (ecosystem: Ecosystem): Promise<Parse> => {
  if (ecosystem === 'ruby') return loadRubyRanges()
  if (ecosystem === 'python') return loadPythonRanges()
  if (ecosystem === 'go') return goRange
  const npm = await loadNpmRanges()
  const translate = { npm: (text: string) => text, rust: cargoToNpm, php: composerToNpm, elixir: hexToNpm }[ecosystem]
  return (constraint) => npm(translate(constraint))
}

const safely = (read: Parse, constraint: string): Range => {
  if (/^(?:\*|x|>=\s*0(?:\.0)*|>=\s*0\.0\.0-0)?$/i.test(constraint)) return ANY
  try {
    return read(constraint) ?? UNKNOWN
  } catch {
    return UNKNOWN
  }
}
