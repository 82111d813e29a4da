/** What of a chatty child's lines is shown: a line that repeats is shown once, and then how often it came. */
export interface Folding {
  /** Lines to show for this one. */
  take(line: string): string[]
  /** What is still to be said. */
  rest(): string[]
}

/** Folds lines that repeat directly after one another. */
export const makeFolding = (): Folding => {
  const seen = { line: '', more: 0, any: false }
  const rest = (): string[] => {
    const { more } = seen
    seen.more = 0
    return more === 0 ? [] : [`… the same line ${more === 1 ? 'once more' : `${more} more times`}`]
  }
  return {
    rest,
    take: (line) => {
      if (seen.any && line === seen.line) {
        seen.more += 1
        return []
      }
      const before = rest()
      seen.line = line
      seen.any = true
      return [...before, line]
    },
  }
}
