import { known, unknown, type Value } from './expression.ts'

const LONGEST = 200

/** A loop within a loop, and many in a row, could take for ever on a name that almost fits. */
const LOOPS = /[+*}]\)?[+*{]|\([^)]*[+*{|][^)]*\)[+*{]/

const isSlow = (source: string): boolean => LOOPS.test(source) || (source.match(/[*+]|,\}/g)?.length ?? 0) > 3

/**
 * Does a name match a pattern written `/…/` in a pipeline? Not known for what is long, or could take long.
 * @param pattern with its slashes and flags
 */
export const matchesPattern = (pattern: string, name: string): Value => {
  const [, source = '', flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(pattern) ?? []
  if (source === '' || source.length > LONGEST || name.length > LONGEST || isSlow(source)) return unknown(true)
  try {
    return known(new RegExp(source, flags.includes('i') ? 'i' : '').test(name))
  } catch {
    return unknown(true)
  }
}

/** A word of a filter: `/…/` is a pattern, anything else the name itself. */
export const isMeant = (word: string, name: string): boolean => {
  if (!/^\/.*\/[a-z]*$/s.test(word)) return word === name
  const found = matchesPattern(word, name)
  return !('is' in found) || Boolean(found.is)
}
