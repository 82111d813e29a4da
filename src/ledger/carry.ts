import type { Draft } from './ledger.ts'
import type { Core } from './state.ts'

/** What in a ledger must not be left behind. */
export const unsettled = ({ halt, open }: Core): string | null =>
  halt ? `a halt is open (${halt.why})` : open ? `a ${open.kind} is open (${open.because})` : null

/**
 * What makes it stand in another ledger: a halt there, that every way out answers.
 * @param from how a person knows the ledger it comes from
 * @returns null where nothing is unsettled
 */
export const carried = (core: Core, from: string): (Draft & { type: 'release.condemned' }) | null => {
  const { halt, open } = core
  if (!halt && !open) return null
  const what = halt ? halt.why : `how a ${open?.kind} ended is not known (${open?.because})`
  return { type: 'release.condemned', because: `${what}; carried over from ${from}`, serving: null }
}
