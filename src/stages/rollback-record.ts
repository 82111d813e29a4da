import type { Draft } from '../ledger/ledger.ts'
import type { RecordedSettings } from '../model.ts'
import { maskCommand } from '../redact.ts'
import type { ToolCommand } from '../targets/target.ts'
import type { Desk } from './desk.ts'
import type { Going } from './going.ts'

/** Seconds beyond the tool's timeout before others may settle a rollback. */
const SLACK_S = 15 * 60

/** The event that takes the lock for a rollback. */
export const rollbackIntent = (
  desk: Desk,
  { tip, truth, chosen, flags }: Going,
  attempt: string,
  tool: ToolCommand | null,
  settings: RecordedSettings,
): Draft & { type: 'deploy.intended' } => ({
  type: 'deploy.intended',
  attempt,
  kind: 'rollback',
  because: flags.because ?? tip.core?.halt?.why ?? 'rollback',
  plan: null,
  candidate: null,
  base: null,
  argv: tool ? maskCommand(tool, desk.mask) : [],
  before: desk.target.servingOf(truth),
  findings: [],
  deadline_s: Math.ceil(settings.target.timeoutMs / 1000) + SLACK_S,
  ack: null,
  target: { serving: chosen.serving, good: chosen.good?.attempt ?? null, level: chosen.level },
  settings,
  operator: { clone: desk.clone.id, pid: desk.pid },
  snapshot: truth,
})
