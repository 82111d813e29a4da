import type { FileChange } from '../../model.ts'
import type { KeyChange } from './key-change.ts'

/** An encrypted file as one reads it without its key. */
export interface Sealed {
  /** Named to people. */
  format: string
  /** Ciphertext by dotted key, compared and never shown; null where the names are encrypted too. */
  keys: ReadonlyMap<string, string> | null
}

/** An encrypted file that a change touches, on both sides. */
export interface Touched {
  file: FileChange
  was: Sealed | null
  now: Sealed | null
  /** Null: names cannot be read. */
  keys: KeyChange | null
}

/** A way of keeping secrets in a repository. */
export interface Format {
  name: string
  /** Recognised by what it holds, and by its name where that says more. `head` is how it begins. */
  fits: (path: string, text: string, head: string) => boolean
  /** Where names are readable. */
  keys?: (path: string, text: string) => ReadonlyMap<string, string>
}
