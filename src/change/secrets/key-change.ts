import { someOf } from '../sight.ts'
import type { Sealed } from './sealed.ts'

/** What a change does to the keys of one file. */
export interface KeyChange {
  added: string[]
  removed: string[]
  /** Their ciphertext differs. */
  changed: string[]
  /** Every key that stayed has another ciphertext: the file was encrypted anew, and what changed cannot be told. */
  anew: boolean
}

/** Compares two sides of a file; null where names cannot be read. */
export const keyChange = (was: Sealed | null, now: Sealed | null): KeyChange | null => {
  const [old, fresh] = [was?.keys ?? null, now?.keys ?? null]
  if ((was && !old) || (now && !fresh)) return null
  const before = old ?? new Map<string, string>()
  const after = fresh ?? new Map<string, string>()
  const stayed = [...after.keys()].filter((key) => before.has(key))
  const changed = stayed.filter((key) => before.get(key) !== after.get(key))
  return {
    added: [...after.keys()].filter((key) => !before.has(key)),
    removed: [...before.keys()].filter((key) => !after.has(key)),
    changed,
    anew: changed.length > 1 && changed.length === stayed.length,
  }
}

/** Names that are shown; what is longer than a name is cut. */
const names = (keys: readonly string[]): string => someOf(keys.map((key) => (key.length > 80 ? `${key.slice(0, 77)}…` : key)))

/** `adds a and b, replaces c`, for a sentence. */
export const inWords = ({ added, removed, changed, anew }: KeyChange): string =>
  [
    ...(added.length > 0 ? [`adds ${names(added)}`] : []),
    ...(removed.length > 0 ? [`removes ${names(removed)}`] : []),
    ...(anew ? [`is encrypted anew (all ${changed.length} values)`] : changed.length > 0 ? [`replaces ${names(changed)}`] : []),
  ].join(', ')
