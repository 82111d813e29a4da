import { readRange } from '../../src/change/range.ts'
import { openRangeSource } from '../../src/change/range-source.ts'

/** Any two commits, or one alone, as `safe-deploy plan --base --head` reads them. */
export const rangeOf = async (deps: Parameters<typeof readRange>[0], revisions: { base: string | null; head: string }) =>
  readRange(deps, await openRangeSource(deps, revisions))
