import type { Range } from './range.ts'
import { compareVersions, majorOf } from './versions.ts'

/** Every requirement of Go is a minimum; ceilings do not exist. */
export const goRange = (constraint: string): Range | null =>
  majorOf(constraint) === null ? null : { admits: (version) => compareVersions(version, constraint) >= 0, ceiling: 'no ceiling' }
