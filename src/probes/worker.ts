import type { Mask } from '../redact.ts'
import type { Target } from '../targets/target.ts'
import { newErrors } from './new-errors.ts'

/**
 * Errors that the app's log shows since a deploy began and did not show before it: all that tells how a worker does that nobody probes.
 * Evidence for the next deploy's question, never a verdict. Empty where the log cannot be had.
 * @param since milliseconds since the epoch
 */
export const errorsSince = async (target: Pick<Target, 'recentLog'>, since: number, mask: Mask): Promise<string[]> => {
  const lines = await target.recentLog()
  return lines === null ? [] : newErrors(lines, since).map((line) => `new in its log: ${mask(line)}`)
}
