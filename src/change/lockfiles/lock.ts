/** Where versions come from; decides what a major is, how a range reads, and which pin to type. */
export type Ecosystem = 'npm' | 'ruby' | 'python' | 'rust' | 'go' | 'php' | 'elixir'

/** One installed copy of a package. */
export interface Installed {
  /** Unique in its lockfile, e.g. a folder, a key, or `name@version`. */
  id: string
  /** As its ecosystem spells it: an alias by its real name, Python names normalised (PEP 503). */
  name: string
  /** Null for what has none that can be compared: git, path, link, workspace. */
  version: string | null
  /** What it asks for. */
  edges: readonly Edge[]
  /** Only for tests and development, where the file itself says so; null where it does not. */
  dev: boolean | null
}

/** A wish for a package, by another one or by the project. */
export interface Edge {
  name: string
  /** `id` of the copy that answers it; null where none is installed (another platform, an optional peer). */
  to: string | null
  /** The range as written; null where the lockfile does not record it. */
  constraint: string | null
}

/** A wish of the project itself. */
export interface Root extends Edge {
  dev: boolean
  /** The manifest or workspace that says it, relative to the repository root. */
  from: string
}

/** What a lockfile says, whatever its format. */
export interface Lock {
  ecosystem: Ecosystem
  /** E.g. `package-lock 3`, `pnpm 9.0`, `yarn 1`, `poetry 2.1`. */
  format: string
  packages: readonly Installed[]
  /** Null where neither the lockfile nor a manifest beside it says what the project asks for. */
  roots: readonly Root[] | null
}

/** Reads a file of the same side; null where there is none. */
export type Beside = (path: string) => string | null

/** A format's reader. */
export interface LockReader {
  /** Does it read this path? By its name. */
  reads(path: string): boolean
  /**
   * Other files it needs to tell what the project asks for.
   * @param known paths of that side, to find workspace manifests among
   */
  beside(path: string, text: string, known: Iterable<string>): string[]
  /**
   * @param named what `beside` named for this file: which of them are there to ask for
   * @throws UnreadableLock
   */
  read(path: string, text: string, beside: Beside, named?: readonly string[]): Lock | Promise<Lock>
}

/** A lockfile that cannot be read, with the reason in words that quote nothing of it. */
export class UnreadableLock extends Error {
  override readonly name = 'UnreadableLock'
  readonly why: string
  readonly line: number | null

  constructor(why: string, line: number | null = null) {
    super(why)
    this.why = why
    this.line = line
  }
}
