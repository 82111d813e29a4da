import { RE2JS } from 're2js'
import type { Pattern } from '../relay/policy.ts'

/** Characters of a text that patterns see. */
const LONGEST = 4_096

/**
 * A pattern that an operator wrote. RE2 matches in linear time, whatever is written and whatever comes.
 * @throws Error with what is wrong with it
 */
export const patternOf = (source: string): Pattern => {
  const compiled = RE2JS.compile(source)
  return { source, test: (text) => compiled.matcher(text.slice(0, LONGEST)).find() }
}
