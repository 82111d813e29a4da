/** Splits a command line into words as a shell would quote them, without expanding anything. */
export const splitWords = (line: string): string[] => {
  const words: string[] = []
  let word: string | null = null
  for (const [, single, double, escaped, plain, space] of line.matchAll(/'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)|(\s+)/gs)) {
    if (space !== undefined) {
      if (word !== null) words.push(word)
      word = null
    } else word = (word ?? '') + (single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? plain ?? '')
  }
  return word === null ? words : [...words, word]
}
