import { leftBy } from '../change/read.ts'
import { type GuardError, next, refuse } from '../errors.ts'
import type { RecordedCandidate } from '../ledger/events.ts'
import { type Draft, newId, type Tip } from '../ledger/ledger.ts'
import { refuseIfMoved } from '../ledger/record.ts'
import type { Candidate, RecordedSettings, Suspect } from '../model.ts'
import { maskArgv, maskCommand } from '../redact.ts'
import type { ToolCommand } from '../targets/target.ts'
import type { Truth } from '../targets/truth.ts'
import { nameServing } from '../words.ts'
import { type Act, acting, intend, leave, neverRun } from './act.ts'
import { conclude, endingOf } from './conclude.ts'
import type { Desk } from './desk.ts'
import type { Stopped } from './gate.ts'
import { type IntentRecord, mayStartAs, recordOrSpool } from './intent-record.ts'
import { type ReadDone, shapeOf } from './read.ts'
import { planOf } from './retype.ts'
import { noteIntended, runTool, type ToolEnd } from './tool.ts'
import { type Verified, verify } from './verify.ts'
import { isOutOfReach } from './without-ledger.ts'

/** Minutes that an attempt may take beyond the tool's timeout, bake and longest probe before others may settle it (design §4). */
const SLACK_MS = 5 * 60_000
/** More paths than this are not remembered one by one: the same tree still is. */
const REMEMBERED_PATHS = 2000

/**
 * DEPLOY: re-checks what was read, appends the intent, runs the tool once, and finds out what is truly running.
 * Before the intent nothing is left behind; after it the outcome is always recorded or found by looking.
 * @throws CANDIDATE_MOVED, PLAN_MOVED, LOST_RACE, INTERRUPTED before the act; what `conclude` throws after it
 */
export const deploy = async (desk: Desk, read: ReadDone & Pick<Stopped, 'overrides'>, because: string): Promise<Tip | null> => {
  const before = await stillAsRead(desk, read)
  const attempt = newId()
  const tool = desk.target.deployCommand({ ...read.candidate, attempt, ledger: desk.ledger.idAt(read.tip) })
  const intent = intentDraft(desk, read, { attempt, because, before, tool })
  const maySpool = (error: unknown) => isOutOfReach(error) && read.overrides.has('ledger-unreachable')
  return acting(desk, attempt, async (act) => {
    const recorded = await intend(desk, act, async () => {
      await noteIntended(desk, attempt)
      return recordOrSpool(desk, read.tip, { intent, notes: read.notes }, maySpool)
    })
    const { found, ended } = await ship(desk, read, { act, before, tool, recorded, deadline_s: intent.deadline_s })
    const said =
      found.outcome === 'deployed' || ended === null ? { suspects: [] as Suspect[], moved: [] } : read.explain(found, ended.run.tail)
    return conclude(desk, { attempt, kind: 'deploy', ...recorded }, found, { ...endingOf(ended), ...said, observer: false })
  })
}

/** Runs the tool and finds out what it did. `ended` is null where it was not started. */
const ship = async (
  desk: Desk,
  read: ReadDone,
  { act, before, tool, recorded, deadline_s }: { act: Act; before: Truth; tool: ToolCommand; recorded: IntentRecord; deadline_s: number },
): Promise<{ found: Verified; ended: ToolEnd | null }> => {
  const shipped = watchCandidate(read)
  const begunMs = desk.clock.now()
  const ended = await runTool(desk, act.attempt, tool, {
    kind: 'deploy',
    deadline_s,
    mayStart: () => mayStartAs(desk, act, recorded),
    onBuilt: shipped.check,
    hurry: act.hurry,
  })
  if (ended === null) return { found: neverRun(desk, act, before), ended }
  const moved = await shipped.verdict()
  const found = await verify(desk, {
    attempt: act.attempt,
    begunMs,
    before,
    run: ended.run,
    to: null,
    probes: desk.settings.probes,
    bakeMs: desk.settings.bakeMs,
    baseline: await baselineFor(read),
    patient: ended.stopped !== null || ended.run.timedOut || ended.run.signal !== null,
    signal: act.leaving,
  })
  if (moved) return { found: { ...found, outcome: 'unknown', level: null, why: `what was read is not what shipped: ${moved}` }, ended }
  // A second Ctrl-C leaves: the intent is open, and the next command of anyone finishes the verification.
  if (act.leaving.aborted) throw await leave(desk, 'deploy', act.attempt, ended)
  return { found, ended }
}

/** Invariant 4, right before the act: the same tree, commit, config and ignored files, and the same thing serving. */
const stillAsRead = async (desk: Desk, read: ReadDone): Promise<Truth> => {
  const [now, reading] = await Promise.all([read.recheck(), desk.target.read({ full: false })])
  const moved = movedSince(read.candidate, now)
  if (moved) throw candidateMoved(moved, desk)
  if (!reading.ok)
    throw refuse(reading.code, {
      what: 'The platform could not be read right before the deploy. Nothing was deployed.',
      why: [reading.why],
      next: [next('see what is in the way', ['safe-deploy', 'doctor'])],
    })
  const then = desk.target.servingOf(read.truth)
  const serves = desk.target.servingOf(reading.truth)
  if (then?.id !== serves?.id || then?.version !== serves?.version) {
    // Whoever deploys right now moves what serves: then it is a race that was lost.
    await refuseIfMoved(desk, read.tip)
    throw refuse('PLAN_MOVED', {
      what: 'What serves changed while this change was read. Nothing was deployed.',
      why: [`it was ${then ? nameServing(then) : 'nothing'}, it is ${serves ? nameServing(serves) : 'nothing'}`],
      next: [next('read it again', planOf(desk.argv))],
    })
  }
  return reading.truth
}

/** What of a candidate is not as it was, in words; null when nothing moved. */
const movedSince = (then: Candidate, now: Candidate): string | null => {
  if (then.commit !== now.commit) return `HEAD moved from ${then.commit.slice(0, 10)} to ${now.commit.slice(0, 10)}`
  if (then.tree !== now.tree) return 'files in the work tree changed'
  if (then.config !== now.config) return 'the config changed'
  if (then.context !== now.context) return 'ignored files in the build context changed'
  return null
}

const candidateMoved = (moved: string, desk: Desk): GuardError =>
  refuse('CANDIDATE_MOVED', {
    what: 'The work tree changed between reading and deploying. Nothing was deployed.',
    why: [moved],
    next: [next('read it again', planOf(desk.argv)), ...(desk.prompt ? [next('then deploy', desk.argv)] : [])],
  })

/**
 * Looks once more when the tool reports the image built, else when it ends: what moved by then may have shipped. A look that a signal cut off says
 * nothing, and is made again.
 */
const watchCandidate = (read: ReadDone) => {
  const look = (): Promise<string | null> => read.recheck().then((now) => movedSince(read.candidate, now))
  const started: { look: Promise<string | null> | null } = { look: null }
  return {
    check: (): void => {
      started.look = look()
      started.look.catch(() => undefined)
    },
    verdict: (): Promise<string | null> =>
      (started.look ?? look()).catch(look).catch((error: Error) => `it could not be read again (${error.message.slice(0, 200)})`),
  }
}

const intentDraft = (
  desk: Desk,
  read: ReadDone,
  made: { attempt: string; because: string; before: Truth; tool: ToolCommand },
): Draft & { type: 'deploy.intended' } => {
  const { settings } = desk
  const longest = Math.max(0, ...settings.probes.map((probe) => probe.withinMs))
  const before = desk.target.servingOf(made.before)
  return {
    type: 'deploy.intended',
    attempt: made.attempt,
    kind: 'deploy',
    because: made.because,
    plan: read.plan.digest,
    candidate: recordedCandidate(read),
    base: read.base,
    argv: maskCommand(made.tool, desk.mask),
    before,
    findings: read.plan.findings.map(({ rule, subject, severity, stage, fact, place, answer }) => ({
      rule,
      subject,
      severity,
      stage,
      fact,
      ...(place ? { place } : {}),
      ...(answer ? { answer } : {}),
    })),
    deadline_s: Math.ceil((settings.target.timeoutMs + settings.bakeMs + longest + SLACK_MS) / 1000),
    ack: read.ack?.id ?? null,
    target: null,
    settings: recordedSettings(desk),
    operator: { clone: desk.clone.id, pid: desk.pid },
    ...(read.firstContact && before ? { incumbent: before } : {}),
    snapshot: made.before,
  }
}

/** What a later rollback to this candidate needs; arguments and commands masked, so secrets in them are lost on purpose. */
const recordedSettings = (desk: Desk): RecordedSettings => {
  const { target, probes, bakeMs } = desk.settings
  return { target: target.kind === 'fly' ? { ...target, args: maskArgv(target.args, desk.mask) } : target, probes, bakeMs }
}

const recordedCandidate = (read: ReadDone): RecordedCandidate => {
  const { candidate } = read
  const left = read.base === null ? {} : leftBy(read.change)
  return {
    commit: candidate.commit,
    tree: candidate.tree,
    subject: candidate.subject,
    branch: candidate.branch,
    dirty: candidate.dirty.slice(0, 200),
    shape: shapeOf(candidate),
    config: read.blobs.config,
    guard: read.blobs.guard,
    left: Object.keys(left).length > REMEMBERED_PATHS ? {} : left,
  }
}

/** What was red before is not caused by this deploy; under an acknowledgement it is what this deploy has to mend. */
const baselineFor = async (read: ReadDone) => {
  const baseline = await read.baseline
  return baseline && read.ack ? { ...baseline, red: [] } : baseline
}
