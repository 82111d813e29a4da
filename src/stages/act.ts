import { isGuardError, next, refuse } from '../errors.ts'
import type { Intended } from '../ledger/events.ts'
import type { Tip } from '../ledger/ledger.ts'
import { recordNote } from '../ledger/record.ts'
import type { StopSignal } from '../ports.ts'
import type { Truth } from '../targets/truth.ts'
import type { Desk } from './desk.ts'
import { forgetRun, type ToolEnd } from './tool.ts'
import type { Verified } from './verify.ts'
import { isOutOfReach } from './without-ledger.ts'

/** An attempt from right before its intent to its recorded outcome: here a signal ends nothing that must be looked after. */
export interface Act {
  attempt: string
  /** The signal that came while no tool was listening. */
  heard(): StopSignal | null
  /** Aborts with the first INT or TERM among them: it asks to leave. */
  leaving: AbortSignal
  /** The tool was asked to stop a second time: whoever asks does not wait for a look at what it did. */
  hurry(signal: StopSignal): void
}

/** Between its intent and its tool an attempt passes in well under this, unless its process was frozen: then it looks again before it acts. */
const AT_ONCE_MS = 5000

const EXIT: Readonly<Record<StopSignal, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }

/** Runs an attempt while holding the signals that its tool does not take. */
export const acting = async <T>(desk: Desk, attempt: string, run: (act: Act) => Promise<T>): Promise<T> => {
  const heard: { signal: StopSignal | null } = { signal: null }
  const leaving = new AbortController()
  const hear = (signal: StopSignal) => {
    if (!leaving.signal.aborted) heard.signal = signal
    if (signal !== 'SIGHUP') leaving.abort()
  }
  const release = desk.signals.onStop(hear)
  try {
    return await run({ attempt, heard: () => heard.signal, leaving: leaving.signal, hurry: hear })
  } finally {
    release()
  }
}

/**
 * Appends an intent. What could not be appended leaves nothing behind.
 * @param append notes the attempt in this clone, then appends its intent
 * @throws INTERRUPTED with the signal's exit code when one came and nothing was appended; what `append` throws
 */
export const intend = async <T>(desk: Desk, act: Act, append: () => Promise<T>): Promise<T> => {
  try {
    const appended = await append()
    // The terminal may go away now: what has begun is finished without it.
    desk.signals.ignoreHangup()
    return appended
  } catch (error) {
    // An intent whose push got no answer may still arrive; what this clone noted then proves that nothing was started.
    if (!isOutOfReach(error)) await forgetRun(desk, act.attempt)
    const signal = act.heard()
    throw signal && isGuardError(error) ? interrupted(signal) : error
  }
}

const interrupted = (signal: StopSignal) =>
  refuse('INTERRUPTED', {
    what: `${signal}: stopped before the act. Nothing was deployed.`,
    exit: EXIT[signal],
    next: [next('see how it stands', ['safe-deploy', 'status'])],
  })

/**
 * May the tool be started, right now? Not when somebody asked to stop, and only while the ledger still says that this attempt deploys: it may have
 * been frozen for long, or fenced a moment ago.
 * @throws TAKEN_OVER when others fenced or settled it; the ledger's problem
 */
export const mayStart = async (desk: Desk, act: Act): Promise<boolean> => {
  const tip = await desk.ledger.read(AT_ONCE_MS)
  if (tip.problem) throw tip.problem
  const open = tip.core?.open
  if (open?.attempt !== act.attempt || open.fenced) {
    await forgetRun(desk, act.attempt)
    throw takenOver(act.attempt)
  }
  return !act.leaving.aborted
}

const takenOver = (attempt: string) =>
  refuse('TAKEN_OVER', {
    what: 'Somebody took this attempt over before its deploy tool was started. It was not started.',
    why: [`attempt ${attempt.slice(0, 8)} is no longer the one that deploys`],
    next: [next('see how it stands', ['safe-deploy', 'status']), next('then read the change again', ['safe-deploy', 'plan'])],
  })

/** The verdict on an attempt whose tool was never started, because somebody asked to stop right after its intent. */
export const neverRun = (desk: Desk, act: Act, before: Truth): Verified => ({
  outcome: 'not-started',
  why: `${act.heard() ?? 'a signal'} came before the deploy tool was started`,
  evidence: ['the deploy tool was not started'],
  serving: desk.target.servingOf(before),
  truth: before,
  probes: [],
  heard: [],
  level: null,
})

/**
 * Leaves before an attempt was verified. Its tool has ended, which nobody else can see: the ledger says so, and whoever comes next need not wait for
 * the deadline. Where that cannot be written, the deadline holds.
 */
export const leave = async (desk: Desk, kind: Intended['kind'], attempt: string, ended: Pick<ToolEnd, 'outlived'>): Promise<Error> => {
  const isOpen = (tip: Tip) => tip.core?.open?.attempt === attempt
  const draft = {
    type: 'note.added' as const,
    kind: 'left' as const,
    attempt,
    text: `the ${kind} was left before it was verified; its tool has ended`,
  }
  const told = ended.outlived
    ? false
    : await recordNote(desk, [draft], isOpen).then(
        () => true,
        () => false,
      )
  return refuse('OUTCOME_UNKNOWN', {
    what: `Left before the ${kind} was verified. Nothing is lost: the next command of anyone finishes it by looking.`,
    why: [
      `attempt ${attempt.slice(0, 8)} is still open`,
      ...(told ? [] : ['the ledger could not be told; elsewhere it counts as running until its deadline']),
    ],
    next: [next('finish it now', ['safe-deploy', 'status', '--live']), next('or go back', ['safe-deploy', 'rollback'])],
  })
}
