import { next, refuse } from '../errors.ts'
import type { Tip } from '../ledger/ledger.ts'
import { flushSpool, recordOutcome } from '../ledger/record.ts'
import { operatorOf } from '../ledger/run-file.ts'
import { readSpool, type Spooled } from '../ledger/spool.ts'
import type { Open } from '../ledger/state.ts'
import type { ToolRun } from '../targets/truth.ts'
import { endedDraft } from './conclude.ts'
import type { Desk } from './desk.ts'
import { type Observed, observed } from './observed.ts'
import { oursOf } from './ours.ts'
import { untilDeadline } from './stop.ts'
import { sweepRuns } from './sweep.ts'
import { forgetRun } from './tool.ts'
import { type Verified, verify } from './verify.ts'

const ORPHAN_GRACE_MS = 10_000
/** What this command has heard of a shared ledger a moment ago is as good as another look: what moved since is found by the append. */
const JUST_NOW_MS = 5000

/**
 * What every command that may write begins with: reads, appends what waits in the spool, and settles an attempt whose operator is proved dead,
 * has left it or is past its deadline, by looking. An attempt that still runs is left alone.
 * @returns the tip afterwards; `core.open` is set only when somebody is really deploying, or `problem` says that its outcome cannot be written
 */
export const closeOpen = async (desk: Desk): Promise<Tip> => {
  const read = await desk.ledger.read(JUST_NOW_MS)
  // What cannot be read now cannot be written either; whoever waits for that waits once.
  if (!read.problem) await flushSpool(desk)
  const tip = await desk.ledger.newest()
  const open = tip.core?.open
  await sweepRuns(desk, open?.attempt ?? null)
  if (!open || tip.problem) return tip
  // Its outcome is known and waits here; looking again would put a later look in its place.
  if (await desk.files.exists(desk.folder.spooled(open.attempt))) return unwritten(tip)
  const operator = await operatorOf(desk, desk.folder, open.attempt)
  const overdue = untilDeadline(open, desk.clock.now()) <= 0
  if (operator.kind !== 'dead' && !overdue && !open.left) return tip
  return observe(desk, open, operator.kind === 'alive' ? await observed(desk, open.attempt) : operator)
}

/** The attempt is over, and the ledger cannot take its outcome: deploys wait for that, a rollback does not. */
const unwritten = (tip: Tip): Tip => ({
  ...tip,
  problem: refuse('LEDGER_NOT_WRITABLE', {
    what: 'The outcome of the last attempt cannot be written to the ledger, so nothing may be deployed.',
    why: ['it waits in this clone and is appended by the next command that can'],
    next: [
      next('see what is in the way (disk space, permissions)', ['safe-deploy', 'doctor']),
      next('then let it be recorded', ['safe-deploy', 'status', '--live']),
      next('a rollback works meanwhile', ['safe-deploy', 'rollback']),
    ],
  }),
})

/** Settles an open attempt as an observer. The caller has made sure that its operator is dead, gone, overdue or fenced. */
export const observe = async (desk: Desk, open: Open, operator: Observed): Promise<Tip> => {
  desk.emit({
    type: 'said',
    stage: null,
    tone: 'warn',
    text: `The ${open.kind} that ${open.by.name} began (${open.because}) was interrupted; looking at what it really did.`,
  })
  const orphaned = 'orphans' in operator ? await endOrphans(desk, operator.orphans) : []
  const never = operator.kind === 'dead' && !operator.touched
  const returned = operator.kind === 'dead' && operator.run.step === 'returned' && operator.run.signal === null
  // Where the app answers, and which secrets it has, only a full look tells; the looks of verify remember it.
  await desk.target.read({ full: true })
  const found = await verify(desk, {
    before: open.intent.snapshot,
    run: runOf(operator),
    to: open.intent.target?.serving ?? null,
    ...(open.kind === 'run' ? { ran: open.intent.argv } : {}),
    attempt: open.attempt,
    begunMs: Date.parse(open.since),
    probes: open.intent.settings.probes,
    bakeMs: open.intent.settings.bakeMs,
    baseline: null,
    patient: !never && !returned,
    signal: new AbortController().signal,
  })
  const draft = endedDraft(desk, open.attempt, withOrphans(found, orphaned), {
    exit: operator.kind === 'dead' ? operator.run.exit : null,
    signal: operator.kind === 'dead' ? operator.run.signal : null,
    ms: desk.clock.now() - Date.parse(open.since),
    tail: [],
    log: '',
    suspects: [],
    moved: [],
    observer: true,
    ours: open.kind === 'run' ? oursOf(desk, (await desk.ledger.newest()).core, open.intent.snapshot, found) : null,
  })
  const recorded = await recordOutcome(desk, draft, { ...(await waitingHere(desk, open.attempt)), log: '' })
  desk.emit({
    type: 'said',
    stage: null,
    tone: found.outcome === 'deployed' ? 'good' : 'bad',
    text: `Settled by looking: ${found.outcome}, ${found.why}`,
  })
  if (recorded.kind === 'spooled') return unwritten(await desk.ledger.read())
  await forgetRun(desk, open.attempt)
  return recorded.tip
}

/** An attempt that the ledger never got keeps its intent in the spool; its outcome joins it there. */
const waitingHere = async (desk: Desk, attempt: string): Promise<Pick<Spooled, 'intent' | 'seen'>> => {
  const waits = (await readSpool(desk)).find(({ spooled }) => spooled?.attempt === attempt)?.spooled
  return waits ?? { intent: null, seen: { seq: 0, halt: null } }
}

const runOf = (operator: Observed): ToolRun => ({
  exit: operator.kind === 'dead' ? operator.run.exit : null,
  signal: operator.kind === 'dead' ? operator.run.signal : null,
  timedOut: false,
  emitted: null,
  tail: [],
})

/** Asks orphaned tool processes to end, then ends them. Returns those that would not go. */
const endOrphans = async (desk: Desk, pids: readonly number[]): Promise<number[]> => {
  if (pids.length === 0) return []
  desk.emit({ type: 'said', stage: null, tone: 'warn', text: `Its deploy tool still ran (pid ${pids.join(', ')}); ending it first.` })
  let left = [...pids]
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
    for (const pid of left) desk.table.signalGroup(pid, signal)
    left = await waitGone(desk, left)
    if (left.length === 0) break
  }
  return left
}

const waitGone = async (desk: Desk, pids: readonly number[]): Promise<number[]> => {
  const until = desk.clock.now() + ORPHAN_GRACE_MS
  for (;;) {
    const lives = await Promise.all(pids.map((pid) => desk.table.startOf(pid)))
    const left = pids.filter((_, i) => lives[i] !== null)
    if (left.length === 0 || desk.clock.now() >= until) return left
    await desk.clock.sleep(100)
  }
}

const withOrphans = (found: Verified, left: readonly number[]): Verified =>
  left.length === 0
    ? found
    : { ...found, outcome: 'unknown', level: null, why: `its deploy tool could not be ended (pid ${left.join(', ')})` }
