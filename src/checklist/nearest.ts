/** Edits between two words, up to a limit. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let k = 1; k <= b.length; k++) {
      next.push(Math.min(next[k - 1]! + 1, row[k]! + 1, row[k - 1]! + (a[i - 1] === b[k - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length]!
}

/** The known word that is most like this one, or null where none is near. */
export const nearest = (word: string, known: readonly string[]): string | null => {
  const short = word.slice(0, 80)
  const ranked = known
    .map((one) => ({ one, far: one.includes(short) && short.length > 3 ? 1 : distance(short, one) }))
    .sort((a, b) => a.far - b.far)
  const best = ranked[0]
  return best && best.far <= Math.max(2, Math.floor(short.length / 3)) ? best.one : null
}
