import type { Flag } from './flags.ts'

/** A command as data. Names are permanent; a name of two words is a command below another. */
export interface Command {
  name: string
  group: 'deploy' | 'look' | 'ways out' | 'set up' | 'more'
  /** One line, for the list. */
  says: string
  /** What it takes besides flags, as shown; absent: nothing. */
  takes?: string
  /** How many arguments it takes at most. */
  most?: number
  /** What it changes, in one sentence. */
  changes: string
  flags: readonly Flag[]
  examples: readonly string[]
  /** Everything behind `--` goes to fly. */
  rest?: true
  /** Known, but not in this version: whatever is given answers NOT_BUILT. */
  unbuilt?: true
}

export const NOTHING = 'Changes nothing.'
