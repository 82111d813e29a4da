/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export const randomFrom = (seed: number): (() => number) => {
  const state = { a: seed >>> 0 }
  return () => {
    state.a = (state.a + 0x6d2b79f5) >>> 0
    const once = Math.imul(state.a ^ (state.a >>> 15), state.a | 1)
    const twice = once ^ (once + Math.imul(once ^ (once >>> 7), once | 61))
    return ((twice ^ (twice >>> 14)) >>> 0) / 4294967296
  }
}

/** One of a list. */
export const pick = <T>(random: () => number, list: readonly T[]): T => list[Math.floor(random() * list.length)]!
