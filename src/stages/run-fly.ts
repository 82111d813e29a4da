import { isGuardError, next, refuse } from '../errors.ts'
import type { Intended } from '../ledger/events.ts'
import { type Draft, newId } from '../ledger/ledger.ts'
import { maskArgv, maskCommand } from '../redact.ts'
import type { ToolCommand } from '../targets/target.ts'
import type { Truth } from '../targets/truth.ts'
import { type Act, acting, intend, leave, neverRun } from './act.ts'
import { blocked } from './blocked.ts'
import { conclude, endingOf } from './conclude.ts'
import type { Desk } from './desk.ts'
import { gate, type Stopped } from './gate.ts'
import { mayStartAs, recordOrSpool } from './intent-record.ts'
import { oursOf } from './ours.ts'
import { within } from './stages.ts'
import { noteIntended, runTool, type ToolEnd } from './tool.ts'
import { platformUnreadable } from './unreadable.ts'
import { type Verified, verify } from './verify.ts'

/** Minutes beyond the tool's timeout, bake and longest probe before others may settle it. */
const SLACK_MS = 5 * 60_000
/** Refusals before the act that the history keeps, as those of a deploy. */
const KEPT = new Set([10, 12, 13, 14])

/** A fly command that may change production and is no deploy. */
export interface FlyRun {
  /** Its words after `fly`. */
  args: readonly string[]
  /** Where it was typed. */
  cwd: string
  /** As a person would name it, without values: `fly secrets set`. */
  name: string
  because: string | null
  /** Makes room for a command that has the terminal, as it may ask a person; null where it reads and prints through us. */
  makeRoom: (() => Promise<void>) | null
  /** What it reads from stdin, where it reads that; taken after STOP and before the intent, so that nobody waits behind it. */
  input(): Promise<string | null>
}

/**
 * Runs a fly command once between a recorded intent and its outcome: STOP as for a deploy, but for the budget; the truth before and after; what it
 * moved is noted as ours. Asks for the reason where somebody can be asked.
 * @returns 0 where it exited 0 and left the fleet as well as before; every other ending is thrown
 * @throws what `gate` throws, NO_BECAUSE, LOST_RACE, and what `conclude` throws after the act
 */
export const runFly = async (given: Desk, run: FlyRun): Promise<number> => {
  try {
    const stopped = await within(given, 'stop', () => gate(given, { given: [], waitUntil: null, readOnly: false, noBudget: true }))
    tellDrift(stopped)
    const because = await reasonFor(stopped.desk, run)
    const input = await run.input()
    await within(stopped.desk, 'deploy', async () => ({ value: await act(stopped, run, because, input), line: '' }))
    return 0
  } catch (error) {
    if (!isGuardError(error) || !KEPT.has(error.refusal.exit)) throw error
    await given.ledger.later({ type: 'attempt.refused', command: 'run', code: error.refusal.code, what: error.refusal.what })
    given.refused?.()
    throw blocked(error, run.name)
  }
}

/** What moved before, and not by the guard: it is not taken over with what this run moves. */
const tellDrift = ({ desk, facts }: Stopped): void => {
  for (const { kind, data } of facts)
    if (kind.startsWith('drift'))
      desk.emit({ type: 'said', stage: 'stop', tone: 'warn', text: `moved before this, and not by the guard: ${data.what}` })
}

/** The one question, where somebody can be asked; its Enter is the go. */
const reasonFor = async (desk: Desk, run: FlyRun): Promise<string> => {
  if (run.because?.trim()) return run.because.trim()
  if (!desk.prompt) {
    throw refuse('NO_BECAUSE', {
      what: `It was not said what ${run.name} is for.`,
      why: ['it changes production, so it is recorded with its reason'],
      next: [next('say it', ['safe-deploy', 'run', '--', 'fly', ...maskArgv(run.args, desk.mask)], ['--because'])],
    })
  }
  const said = await desk.prompt.text(`What is ${run.name} for? (Enter runs it)`, run.name)
  if (said?.trim()) return said.trim()
  throw refuse('DECLINED', {
    what: 'Stopped at the question what it is for.',
    next: [next('see how it stands', ['safe-deploy', 'status'])],
  })
}

const act = async (stopped: Stopped, run: FlyRun, because: string, input: string | null) => {
  const { desk, tip } = stopped
  const tool = desk.target.runCommand(run.args, run.cwd)
  if (!tool) throw noTool(desk)
  const before = await readAgain(desk)
  const attempt = newId()
  const intent = intentDraft(desk, { attempt, because, before, tool, first: stopped.firstContact })
  return acting(desk, attempt, async (acts) => {
    const recorded = await intend(desk, acts, async () => {
      await noteIntended(desk, attempt)
      return recordOrSpool(desk, tip, { intent, notes: stopped.notes }, () => false)
    })
    await run.makeRoom?.()
    const ended = await runTool(desk, attempt, wired(tool, run, input), {
      kind: 'run',
      deadline_s: intent.deadline_s,
      mayStart: () => mayStartAs(desk, acts, recorded),
      onBuilt: () => undefined,
      hurry: acts.hurry,
    })
    const found = ended === null ? neverRun(desk, acts, before) : await verified(stopped, acts, { before, words: run.args, ended })
    const ours = oursOf(desk, tip.core, before, found)
    return conclude(desk, { attempt, kind: 'run', ...recorded }, found, {
      ...endingOf(ended),
      suspects: [],
      moved: [`${run.name} was run: ${because}`],
      observer: false,
      ours,
    })
  })
}

const wired = (tool: ToolCommand, run: FlyRun, input: string | null): ToolCommand => ({
  ...tool,
  ...(input === null ? {} : { input }),
  ...(run.makeRoom ? { terminal: true as const } : {}),
})

/** Somebody may have thought about the reason for long, and only a full look knows the secrets. */
const readAgain = async (desk: Desk): Promise<Truth> => {
  const reading = await desk.target.read({ full: true })
  if (reading.ok) return reading.truth
  throw platformUnreadable(desk, reading, 'The platform could not be read right before the command. Nothing was run.')
}

const verified = async (
  { desk, baseline }: Stopped,
  acts: Act,
  { before, words, ended }: { before: Truth; words: readonly string[]; ended: ToolEnd },
): Promise<Verified> => {
  const found = await verify(desk, {
    attempt: acts.attempt,
    begunMs: desk.clock.now() - ended.ms,
    before,
    run: ended.run,
    to: null,
    ran: words,
    probes: desk.settings.probes,
    bakeMs: desk.settings.bakeMs,
    baseline: await baseline,
    patient: ended.stopped !== null || ended.run.timedOut || ended.run.signal !== null,
    signal: acts.leaving,
  })
  if (acts.leaving.aborted) throw await leave(desk, 'run', acts.attempt, ended)
  return found
}

const intentDraft = (
  desk: Desk,
  made: { attempt: string; because: string; before: Truth; tool: ToolCommand; first: boolean },
): Draft & { type: 'deploy.intended' } => {
  const { target, probes, bakeMs } = desk.settings
  const longest = Math.max(0, ...probes.map((probe) => probe.withinMs))
  const before = desk.target.servingOf(made.before)
  return {
    type: 'deploy.intended',
    attempt: made.attempt,
    kind: 'run' satisfies Intended['kind'],
    because: made.because,
    plan: null,
    candidate: null,
    base: null,
    argv: maskCommand(made.tool, desk.mask),
    before,
    findings: [],
    deadline_s: Math.ceil((target.timeoutMs + bakeMs + longest + SLACK_MS) / 1000),
    ack: null,
    target: null,
    settings: { target: target.kind === 'fly' ? { ...target, args: maskArgv(target.args, desk.mask) } : target, probes, bakeMs },
    operator: { clone: desk.clone.id, pid: desk.pid },
    ...(made.first && before ? { incumbent: before } : {}),
    snapshot: made.before,
  }
}

const noTool = (desk: Desk) =>
  refuse('USAGE', {
    what: `${desk.settings.display} is deployed by commands of its own, so there is no fly command of it to guard.`,
    next: [next('what is there', ['safe-deploy', '--help'])],
  })
