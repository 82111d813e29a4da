import { isGuardError } from './errors.ts'
import type { Draft } from './ledger/ledger.ts'
import type { Finding } from './model.ts'
import { maskCommand } from './redact.ts'
import { deploy } from './stages/deploy.ts'
import type { Desk } from './stages/desk.ts'
import { gate, type StopFlags } from './stages/gate.ts'
import { nothingToDo } from './stages/idle.ts'
import { isolate, type SpokenFlags } from './stages/isolate.ts'
import { prove, type TestFlags } from './stages/prove.ts'
import { type ReadDone, type ReadFlags, read as readStage } from './stages/read.ts'
import { within } from './stages/stages.ts'

export interface DeployFlags extends Omit<StopFlags, 'readOnly'>, SpokenFlags, ReadFlags, TestFlags {
  dryRun: boolean
  again: boolean
  /** Of several apps: only if the change touches this one. */
  onlyTouched: boolean
}

/** Exit codes of refusals before the act that the history keeps; usage errors and unreachable platforms are nobody's attempt. */
const KEPT = new Set([10, 11, 12, 13, 14])

/**
 * Walks the five stages: STOP → READ → ISOLATE → TEST → DEPLOY.
 * @returns exit code 0; every other ending is thrown as a GuardError
 */
export const run = async (desk: Desk, flags: DeployFlags): Promise<number> => {
  try {
    return await walk(desk, flags)
  } catch (error) {
    if (isLostRace(error) && flags.waitUntil !== null && desk.clock.now() < flags.waitUntil) {
      desk.emit({ type: 'said', stage: null, tone: 'plain', text: 'Somebody else began first; everything is read again.' })
      return run(await desk.again(), flags)
    }
    if (isGuardError(error) && KEPT.has(error.refusal.exit) && !flags.dryRun) {
      await desk.ledger.later({ type: 'attempt.refused', command: 'deploy', code: error.refusal.code, what: error.refusal.what })
      desk.refused?.()
    }
    throw error
  }
}

/** Lost before anything was begun: who waits behind others begins anew. */
const isLostRace = (error: unknown): boolean => isGuardError(error) && error.refusal.code === 'LOST_RACE'

const walk = async (given: Desk, flags: DeployFlags): Promise<number> => {
  const stopped = await within(given, 'stop', () => gate(given, { ...flags, readOnly: flags.dryRun }))
  const { desk } = stopped
  const read = await within(desk, 'read', () => readStage(desk, stopped))
  if (read.unchanged && !flags.again) return nothingToDo(desk)
  if (flags.onlyTouched && !read.touched) return untouched(desk)
  const spoken = await within(desk, 'isolate', () => isolate(desk, read, flags))
  const tested = await within(desk, 'test', () => prove(desk, read, flags))
  const findings = [...spoken.findings, ...tested.findings]
  const ready: ReadDone = { ...read, plan: { ...read.plan, findings }, notes: [...read.notes, ...workedNotes(findings)] }
  if (flags.dryRun) return showOnly(desk, ready)
  await within(desk, 'deploy', async () => {
    const tip = await deploy(desk, { ...ready, overrides: stopped.overrides }, spoken.because)
    return { value: tip, line: '' }
  })
  return 0
}

/** Whoever answers that the last, unproven deploy worked has said so for good. */
const workedNotes = (findings: readonly Finding[]): Draft[] =>
  findings.flatMap(({ rule, subject, answer }) =>
    rule === 'last-unproven' && answer
      ? [{ type: 'note.added' as const, kind: 'worked' as const, attempt: subject, text: answer.reason }]
      : [],
  )

const untouched = (desk: Desk): number => {
  desk.emit({ type: 'said', stage: null, tone: 'plain', text: `${desk.settings.display}: the change does not touch it; left alone.` })
  return 0
}

const showOnly = (desk: Desk, read: ReadDone): number => {
  const marks = { commit: read.candidate.commit, tree: read.candidate.tree, attempt: 'dry-run', ledger: desk.ledger.idAt(read.tip) }
  const tool = desk.target.deployCommand(marks)
  desk.emit({ type: 'said', stage: 'deploy', tone: 'plain', text: `would run in ${tool.cwd}: ${maskCommand(tool, desk.mask).join(' ')}` })
  return 0
}
