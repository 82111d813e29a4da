/** Edits (insert, delete, replace, swap of neighbours) from one word to another. */
const edits = (a: string, b: string): number => {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row[j] = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, replaced, swapped)
    }
    before = last
    last = row
  }
  return last[b.length] ?? 0
}

/** Spelling that does not count: case, dashes, underscores. */
const plain = (word: string): string => word.toLowerCase().replace(/[-_ ]/g, '')

/**
 * The known word that was probably meant.
 * @returns null when none is within a third of the word's length (and at least one edit)
 */
export const nearest = (word: string, known: Iterable<string>): string | null => {
  if (word.length > 64) return null
  const asked = plain(word)
  const ranked = [...known].map((one) => ({ one, off: edits(asked, plain(one)) })).sort((a, b) => a.off - b.off)
  const best = ranked[0]
  return best && best.off <= Math.max(1, Math.floor(asked.length / 3)) ? best.one : null
}
