/**
 * Takes a program's own options away, up to the command it runs.
 * @param values options that take the next word, by letter or name: `u g user`
 * @returns the words from the first one that is no option; what stands after `--` where there is one before that
 */
export const afterOptions = (args: readonly string[], values: string): string[] => {
  const names = new Set(values.split(' '))
  let i = 0
  for (; i < args.length; i += 1) {
    const word = args[i]!
    if (word === '--') return args.slice(i + 1)
    if (!/^[-+]./.test(word)) break
    if (takesNext(word, names)) i += 1
  }
  return args.slice(i)
}

const takesNext = (word: string, names: ReadonlySet<string>): boolean => {
  if (word.startsWith('--')) return names.has(word.slice(2))
  // `-k 5` and `-name x` take the next word, `-k5` does not.
  return names.has(word.slice(1)) || (word.length > 2 && !names.has(word[1]!) && names.has(word.at(-1)!))
}

/** What stands behind an option: `-c TEXT`, `--call=TEXT`, `-lc TEXT`. Null where it is not given. */
export const optionValue = (args: readonly string[], letter: string, ...longer: string[]): string | null => {
  for (const [i, word] of args.entries()) {
    if (longer.includes(word)) return args[i + 1] ?? ''
    const equal = longer.find((name) => word.startsWith(`${name}=`))
    if (equal) return word.slice(equal.length + 1)
    if (letter !== '' && /^-[A-Za-z]+$/.test(word) && word.endsWith(letter)) return args[i + 1] ?? ''
    if (word === '--') return null
  }
  return null
}

/** Words after the first `--`; null where there is none. */
export const afterDashes = (args: readonly string[]): string[] | null => {
  const at = args.indexOf('--')
  return at < 0 ? null : args.slice(at + 1)
}

/** A word quoted so that a shell reads it back as it is. */
export const quoted = (word: string): string => (/^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)
