/** What was put into a file, so that it can be taken out byte for byte: kept in `.safe-deploy/installed.json`. */
export interface Kept {
  /** The file was not there before. */
  created: boolean
  /** What was inserted, in this order; each is found again word for word unless the file was formatted since. */
  pieces: readonly string[]
}

/** How a file stands against what it should hold. */
export type Judged =
  | { state: 'current' }
  | { state: 'missing' | 'outdated'; text: string; kept: Kept /** Worth saying. */; note?: string }
  /** It cannot be written without losing something. */
  | { state: 'damaged'; why: string }

/** What is left of a file without what is ours: null, the file goes; undefined, nothing of ours is in it. */
export type Left = { text: string | null | undefined; note?: string } | { damaged: string }

/** One file that holds something of ours, wholly or in part. Nothing here touches the disk. */
export interface Part {
  /** From the top of the repository. */
  path: string
  executable?: true
  judge(text: string | null, kept: Kept | null): Judged
  remove(text: string, kept: Kept | null): Left
}
