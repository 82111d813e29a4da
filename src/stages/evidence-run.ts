import type { Settings } from '../config/settings.ts'
import type { Finding } from '../model.ts'
import { answer, type Given, openFindings, type Run } from './answers.ts'
import type { Desk } from './desk.ts'
import { plainEnv } from './plain-env.ts'
import { runSmoke } from './test/run-smoke.ts'

const TIMEOUT_MS = 10 * 60_000

/** The command of `--evidence-run`, and how it ended once it was run. */
export interface Evidence {
  command: string | null
  run: Run | null
}

type Room = Pick<Desk, 'processes' | 'signals' | 'emit' | 'files' | 'folder' | 'clock' | 'env' | 'actor'>

/**
 * Gives findings their answers. Where an agent's sentence waits for a run that shows it, the run is made first, once.
 * @param root the folder it runs in
 * @throws INTERRUPTED when a signal came meanwhile
 */
export const answerWith = async (
  desk: Room & { root: string },
  findings: readonly Finding[],
  given: readonly Given[],
  judged: Pick<Settings, 'overrides'>,
  evidence: Evidence,
): Promise<Finding[]> => {
  const by = (run: Run | null): Finding[] => answer(findings, given, judged, desk.actor, run)
  const { command, run } = evidence
  const answered = by(run)
  if (command === null || run !== null || openFindings(by({ command, exit: 0 })).length === openFindings(answered).length) return answered
  evidence.run = await runOnce(desk, command)
  return by(evidence.run)
}

const runOnce = async (desk: Room & { root: string }, command: string): Promise<Run> => {
  const ended = await runSmoke({ ...desk, cwd: desk.root }, { run: command, timeoutMs: TIMEOUT_MS }, plainEnv(desk.env), 'evidence')
  const passed = ended.exit === 0 && !ended.timedOut
  desk.emit({
    type: 'said',
    stage: null,
    tone: passed ? 'plain' : 'bad',
    text: `the evidence run ended with ${ended.exit ?? ended.signal ?? ended.error}${passed ? '' : ', so it answers nothing'}`,
  })
  return { command, exit: passed ? 0 : ended.exit === 0 ? null : ended.exit }
}
