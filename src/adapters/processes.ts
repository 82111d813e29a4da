import type { Processes } from '../ports.ts'
import type { Mask } from '../redact.ts'
import { capture } from './capture.ts'
import { foreground } from './foreground.ts'
import { stream } from './stream.ts'

/**
 * Child processes, without a shell unless the user wrote a shell line.
 * @param mask what streamed output passes before anybody sees it; captured output is raw, its reader masks what it shows
 */
export const makeProcesses = (mask: Mask): Processes => ({
  capture,
  stream: (spec) => (spec.terminal ? foreground(spec) : stream(spec, mask)),
})
