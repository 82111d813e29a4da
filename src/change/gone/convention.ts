/** How a reader shows that it is here: as a dependency of a manifest above the file, by a text in a folder above it (or below), or by a file. */
export type Proof = { gem: string } | { npm: string } | { text: string; in: RegExp; line?: RegExp; below?: true } | { file: RegExp }

/** A file that something reads by its place and name alone: no line of the repository need name it. */
export interface Convention {
  world: 'rails' | 'python' | 'node' | 'other'
  /** Who reads it, as one says it. */
  reader: string
  /** Its path; the app's own folder may stand before it. */
  file: RegExp
  /** Any of them shows that the reader is still here. */
  proof: readonly Proof[]
  /** What answers in its place, in the same folder or below it; by path from the file's folder. */
  unless?: RegExp
  /** What is then the case, as a sentence. */
  then: string
  /** `may`: often taken away on purpose. */
  weight?: 'may'
}

export const at = (path: string): RegExp => new RegExp(`(?:^|/)${path}$`)
export const gem = (...names: string[]): Proof[] => names.map((one) => ({ gem: one }))
export const npm = (...names: string[]): Proof[] => names.map((one) => ({ npm: one }))
export const text = (word: string, where: RegExp): Proof => ({ text: word, in: where })

export const RUN =
  /(?:^|\/)(?:[\w.-]*Dockerfile[\w.-]*|Procfile[\w.-]*|fly[\w.-]*\.toml|[\w-]*\.sh|(?:docker-)?compose[\w.-]*\.ya?ml|Makefile|justfile|package\.json|pyproject\.toml)$|(?:^|\/)bin\/|(?:^|\/)\.github\/workflows\//

/** Rows of one world: who reads it, where, what shows that they are here, and what is the case without it. */
export const rowsOf =
  (world: Convention['world']) =>
  (reader: string, path: string, proof: readonly Proof[], then: string, more: Partial<Convention> = {}): Convention => ({
    world,
    reader,
    file: at(path),
    proof,
    then,
    ...more,
  })
