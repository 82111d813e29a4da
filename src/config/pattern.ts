import { RE2JS } from 're2js'
import type { Pattern } from '../relay/policy.ts'

/** Characters of a text that patterns see: as many as are read of a message, so that what is never held is found at its end, too. */
const LONGEST = 8_192

/**
 * A pattern that an operator wrote. RE2 matches in linear time, whatever is written and whatever comes.
 * @throws Error with what is wrong with it
 */
export const patternOf = (source: string): Pattern => {
  const compiled = RE2JS.compile(source)
  return { source, test: (text) => compiled.matcher(text.slice(0, LONGEST)).find() }
}
