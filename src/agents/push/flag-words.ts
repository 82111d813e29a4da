/** Words of a command, its flags apart. */
export interface FlagWords {
  plain: readonly string[]
  /** Values of a flag by any of its names; an empty one where it has none. */
  values: (...names: readonly string[]) => readonly string[]
  has: (...names: readonly string[]) => boolean
}

/**
 * Flags as `gh` and `glab` read them: `-f x`, `-fx`, `--field x`, `--field=x`.
 * @param valued the flags that take a value, each by all of its names
 */
export const readFlags = (words: readonly string[], valued: readonly string[]): FlagWords => {
  const flags: [name: string, value: string][] = []
  const plain: string[] = []
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]!
    if (!word.startsWith('-') || word === '-') plain.push(word)
    else if (word.startsWith('--') && word.includes('=')) flags.push([word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)])
    else if (!word.startsWith('--') && word.length > 2 && valued.includes(word.slice(0, 2)))
      flags.push([word.slice(0, 2), word.slice(2).replace(/^=/, '')])
    else flags.push([word, valued.includes(word) ? (words[++at] ?? '') : ''])
  }
  const values = (...names: readonly string[]): string[] => flags.filter(([name]) => names.includes(name)).map(([, value]) => value)
  return { plain, values, has: (...names) => flags.some(([name, value]) => names.includes(name) && value !== 'false') }
}

/** `key=value` pairs of flags. */
export const fieldsOf = (values: readonly string[]): ReadonlyMap<string, string> =>
  new Map(values.filter((one) => one.includes('=')).map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)]))
