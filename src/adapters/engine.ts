import { setFlagsFromString } from 'node:v8'

/** The only major of Node on which this was measured; another engine may not know the flag, and would say so on stderr. */
const MEASURED = '20.'

/**
 * Tells the engine that this run is short: it compiles a function only when it has run some eight times as long as usual, since most of that would pay
 * when all is over. A tenth of the time that a plan of 2,000 files takes.
 */
export const expectShortRun = (node: string): void => {
  if (node.startsWith(MEASURED)) setFlagsFromString('--interrupt-budget=500000')
}
