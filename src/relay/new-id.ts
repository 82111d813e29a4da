import { randomHex } from '../random.ts'

/** Names for messages and windows that no other process gives, in the order in which they were given. @param now epoch milliseconds */
export const makeNewId = (now: () => number): (() => string) => {
  const run = randomHex(3)
  const state = { n: 0 }
  return () => `${now().toString(36)}-${run}-${(state.n++).toString(36)}`
}
