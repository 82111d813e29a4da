import { isGuardError, next, refuse } from '../errors.ts'
import type { Intended } from '../ledger/events.ts'
import { type Draft, isNotWritable, newId, type Tip } from '../ledger/ledger.ts'
import { recordIntent } from '../ledger/record.ts'
import { spoolIntent } from '../ledger/spool.ts'
import type { KnownGood, RecordedSettings } from '../model.ts'
import { maskCommand } from '../redact.ts'
import type { Target, ToolCommand } from '../targets/target.ts'
import type { Truth } from '../targets/truth.ts'
import { nameServing } from '../words.ts'
import { type Act, acting, intend, left, mayStart, neverRun } from './act.ts'
import { checkOut } from './checkout.ts'
import { conclude, endingOf } from './conclude.ts'
import type { Desk } from './desk.ts'
import { type Destination, destinationOf } from './destination.ts'
import { fence } from './fence.ts'
import { closeOpen } from './open.ts'
import { untilDeadline } from './stop.ts'
import { noteIntended, runTool, type ToolEnd } from './tool.ts'
import { type Verified, verify } from './verify.ts'

export interface RollbackFlags {
  to: string | null
  image: string | null
  rebuild: boolean
  interrupt: boolean
  because: string | null
}

const SLACK_S = 15 * 60
const MIGRATIONS = /(?:^|\/)(?:migrations?|migrate|alembic)\//i

/**
 * Goes back. Reads the truth first and deploys only if something must change; asks nothing before it acts. Neither a halt, a freeze, a budget, a
 * broken config, a dirty tree nor an unreadable ledger blocks it.
 * @throws DEPLOYING, NOTHING_TO_GO_BACK_TO, IMAGE_PRUNED, ROLLBACK_FAILED, and what the platform's reading says
 */
export const rollback = async (desk: Desk, flags: RollbackFlags): Promise<number> => {
  const tip = await cleared(desk, flags)
  const reading = await desk.target.read({ full: true })
  if (!reading.ok)
    throw refuse(reading.code, {
      what: 'The platform could not be read, so nobody can say what a rollback would change.',
      why: [reading.why],
      next: [next('see what is in the way', ['safe-deploy', 'doctor'])],
    })
  const chosen = destinationOf(tip.core, flags, reading.truth.kind === 'fly' ? reading.truth.releases : [], desk.clock.now())
  if (isGuardError(chosen)) throw chosen
  refuseStale(desk, tip, flags, reading.truth)
  desk.emit({ type: 'said', stage: null, tone: 'plain', text: `Going back to ${chosen.because}` })
  const serving = desk.target.servingOf(reading.truth)
  const serves = serving?.id === chosen.serving.id && !mixed(reading.truth, chosen.serving.id) && !flags.rebuild
  const checkout = chosen.good && !serves ? await checkOut(desk, chosen.good) : null
  try {
    return await goBack(desk, {
      tip,
      truth: reading.truth,
      chosen,
      flags,
      serves,
      target: targetAt(desk, chosen.good, checkout?.root ?? desk.repo.root, reading.truth),
      root: checkout?.root ?? desk.repo.root,
    })
  } finally {
    checkout?.remove()
  }
}

/** The target as it was configured then. Where the app answers was read just now, and lean looks do not tell it. */
const targetAt = (desk: Desk, good: KnownGood | null, root: string, seen: Truth): Target => {
  if (!good) return desk.target
  const hostname = seen.kind === 'fly' ? seen.hostname : null
  return {
    ...desk.targetFor(good.settings.target, root),
    url: (truth) => desk.target.url(truth.kind === 'fly' ? { ...truth, hostname } : truth),
  }
}

/** Machines that run something else beside the wanted image. */
const mixed = (truth: Truth, id: string): boolean =>
  truth.kind === 'fly' && truth.machines.some((machine) => machine.reachable && machine.digest !== null && machine.digest !== id)

/** Settles what can be settled; an attempt that really runs is refused, or fenced with --interrupt. */
const cleared = async (desk: Desk, flags: RollbackFlags): Promise<Tip> => {
  const tip = await closeOpen(desk)
  const open = tip.core?.open
  if (!open || tip.problem) return tip
  if (flags.interrupt) return fence(desk, open)
  throw refuse('DEPLOYING', {
    what: `A ${open.kind} of this app is in progress.`,
    why: [
      `${open.by.name} (${open.by.via}, ${open.by.host}) began it: ${open.because}`,
      `others may settle it in ${Math.max(0, Math.ceil(untilDeadline(open, desk.clock.now()) / 60_000))} min`,
    ],
    next: [
      next('take it over: it is fenced, waited out, and then rolled back', ['safe-deploy', 'rollback', '--interrupt']),
      next('see how it stands', ['safe-deploy', 'status']),
    ],
  })
}

/** From memory alone, only back over what this clone knows of: a newer release is somebody else's. */
const refuseStale = (desk: Desk, tip: Tip, flags: RollbackFlags, truth: Truth): void => {
  if (!tip.cachedAt || flags.to || flags.image || truth.kind !== 'fly') return
  desk.emit({ type: 'said', stage: null, tone: 'warn', text: `The ledger cannot be read; this is what the clone knew at ${tip.cachedAt}.` })
  const known = Math.max(
    0,
    ...(tip.core?.good ?? []).map((g) => g.serving.version ?? 0),
    tip.core?.open?.before?.version ?? 0,
    tip.core?.incumbent?.version ?? 0,
  )
  const newest = truth.releases[0]?.version ?? 0
  if (newest <= known + 1) return
  throw refuse('NOTHING_TO_GO_BACK_TO', {
    what: 'The platform shows releases that this clone’s memory of the ledger does not know. Going back over them blindly could undo somebody’s fix.',
    why: [`newest release v${newest}; this clone knows up to v${known}`],
    next: [
      next('name what to go back to', ['safe-deploy', 'rollback'], ['--to']),
      next('or mend the ledger first', ['safe-deploy', 'ledger', 'restore']),
    ],
  })
}

interface Going {
  tip: Tip
  truth: Truth
  chosen: Destination
  flags: RollbackFlags
  serves: boolean
  target: Target
  root: string
}

const goBack = async (desk: Desk, going: Going): Promise<number> => {
  const { tip, chosen, serves } = going
  const attempt = newId()
  const tool = serves ? null : toolFor(going, attempt, desk)
  for (const lost of tool?.lost ?? [])
    desk.emit({ type: 'said', stage: null, tone: 'warn', text: `not given again, because only its masked form is recorded: ${lost}` })
  if (!tip.core?.halt && serves) return verifyOnly(desk, going)
  const settings = chosen.good?.settings ?? { target: desk.settings.target, probes: desk.settings.probes, bakeMs: desk.settings.bakeMs }
  const draft = intent(desk, going, attempt, tool, settings)
  return acting(desk, attempt, async (act) => {
    const recorded = await intend(desk, act, async () => {
      // Proof for others, where it can be kept; a rollback waits for no disk.
      await noteIntended(desk, attempt).catch(() => undefined)
      return recordOrSpool(desk, tip, draft)
    })
    const { found, ended } = await carryOut(desk, going, { act, tool, settings, recorded })
    const after = await conclude(desk, { attempt, kind: 'rollback', ...recorded }, found, {
      ...endingOf(ended),
      suspects: [],
      moved: [],
      observer: false,
      imageGone: ended !== null && going.target.saysImageMissing(ended.run.tail),
    })
    tellWhatStays(desk, going, found, after)
    return 0
  })
}

/** Runs the tool, if there is something to change, and finds out what it did. */
const carryOut = async (
  desk: Desk,
  going: Going,
  { act, tool, settings, recorded }: { act: Act; tool: ToolCommand | null; settings: RecordedSettings; recorded: IntentRecord },
): Promise<{ found: Verified; ended: ToolEnd | null }> => {
  const { attempt } = act
  // What only the spool knows cannot be fenced by anybody.
  const may = () => (recorded.unrecorded ? Promise.resolve(!act.leaving.aborted) : mayStart(desk, act))
  const ended = tool ? await runTool(desk, attempt, tool, { mayStart: may, onBuilt: () => undefined }) : nothingRun()
  if (ended === null) return { found: neverRun(desk, act, going.truth), ended }
  const started = await startStopped(desk, going, going.truth)
  const found = await verified(desk, { ...going, ended, attempt, settings, started }, act.leaving)
  if (act.leaving.aborted) throw left('rollback', attempt)
  return { found, ended }
}

const toolFor = ({ chosen, flags, target, root }: Going, attempt: string, desk: Desk): ToolCommand => {
  const marks = { commit: chosen.good?.commit ?? '', tree: chosen.good?.tree ?? '', attempt, ledger: '' }
  const { settings } = chosen.good ?? { settings: { target: desk.settings.target } }
  const args = settings.target.kind === 'fly' ? settings.target.args : []
  const config = settings.target.kind === 'fly' ? (target.place.config ?? settings.target.config) : ''
  const tool = flags.rebuild
    ? target.deployCommand(marks)
    : target.rollbackCommand({ ...marks, to: chosen.serving, root, args, dir: target.place.dir, config })
  if (tool) return tool
  throw refuse('NOTHING_TO_GO_BACK_TO', {
    what: 'There is no way to deploy that again without building it.',
    why: ['no rollback line is configured, or no image reference is recorded'],
    next: [next('build that commit again', ['safe-deploy', 'rollback', '--rebuild'])],
  })
}

const nothingRun = (): ToolEnd => ({
  run: { exit: 0, signal: null, timedOut: false, emitted: null, tail: [] },
  ms: 0,
  log: '',
  stopped: null,
})

const verifyOnly = async (desk: Desk, going: Going): Promise<number> => {
  const { chosen, truth } = going
  const settings = chosen.good?.settings ?? { probes: desk.settings.probes, bakeMs: 0, target: desk.settings.target }
  const found = await verified(desk, { ...going, ended: nothingRun(), attempt: '', settings, started: 0 }, new AbortController().signal)
  if (found.outcome === 'deployed') {
    desk.emit({
      type: 'said',
      stage: null,
      tone: 'good',
      text: `${nameServing(chosen.serving)} serves already and holds (${found.level ?? 'platform'}). Nothing had to change.`,
    })
    return 0
  }
  throw refuse('ROLLBACK_FAILED', {
    what: `The known good serves, but it does not hold: ${found.why}`,
    why: [...found.evidence.slice(0, 4), `serving ${nameServing(desk.target.servingOf(truth) ?? chosen.serving)}`],
    next: [
      next('say so, which halts deploys', ['safe-deploy', 'bad'], ['--because']),
      next('go back further', ['safe-deploy', 'rollback'], ['--to']),
    ],
  })
}

const verified = (
  desk: Desk,
  going: Going & { ended: ToolEnd; attempt: string; settings: RecordedSettings; started: number },
  signal: AbortSignal,
): Promise<Verified> =>
  verify(
    { ...desk, target: going.target },
    {
      attempt: going.attempt,
      begunMs: desk.clock.now(),
      before: going.truth,
      run: going.ended.run,
      to: going.flags.rebuild ? null : going.chosen.serving,
      probes: going.settings.probes,
      bakeMs: going.settings.bakeMs,
      baseline: null,
      patient: going.ended.stopped !== null || going.ended.run.timedOut || going.ended.run.signal !== null,
      signal,
    },
  ).then((found) => atLevel(found, going.chosen))

/** It must hold at the level of its target: what was probed then is probed now. */
const atLevel = (found: Verified, chosen: Destination): Verified =>
  found.outcome === 'deployed' && chosen.level === 'probed' && found.level !== 'probed'
    ? { ...found, outcome: 'unknown', level: null, why: 'it is back, but no probe passed, and it was a probed known good' }
    : found

/** A deploy leaves machines that crashed during the outage stopped; those that ran before it are started again. */
const startStopped = async (desk: Desk, { target, serves }: Going, before: Truth): Promise<number> => {
  const now = serves ? { ok: true as const, truth: before } : await target.read({ full: false })
  if (!now.ok) return 0
  const commands = target.startCommands(before, now.truth)
  for (const command of commands) {
    desk.emit({
      type: 'said',
      stage: null,
      tone: 'plain',
      text: `starting a machine that should run: ${maskCommand(command, desk.mask).join(' ')}`,
    })
    await desk.processes.stream({ command: command.command, cwd: command.cwd, env: command.env, timeoutMs: 60_000 }).done
  }
  return commands.length
}

const intent = (
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

type IntentRecord = { unrecorded: Intended | null; seen: { seq: number; halt: string | null } }

/** In the ledger; where that cannot be, in the flushed spool of this clone: a rollback is not blocked by its record. */
const recordOrSpool = async (desk: Desk, tip: Tip, draft: Draft & { type: 'deploy.intended' }): Promise<IntentRecord> => {
  const seen = { seq: tip.seq, halt: tip.core?.halt?.id ?? null }
  const spool = async (): Promise<IntentRecord> => {
    const stamped = desk.ledger.stamp(draft) as Intended
    await spoolIntent(desk, stamped, seen)
    desk.emit({
      type: 'said',
      stage: null,
      tone: 'warn',
      text: 'The ledger cannot be written; this rollback is recorded in this clone and appended later.',
    })
    return { unrecorded: stamped, seen }
  }
  if (tip.problem) return spool()
  try {
    await recordIntent(desk, tip, [draft])
    return { unrecorded: null, seen }
  } catch (error) {
    if (isNotWritable(error)) return spool()
    throw error
  }
}

/** What a rollback cannot take back, said at once. */
const tellWhatStays = (desk: Desk, { tip, chosen, truth }: Going, found: Verified, after: Tip | null): void => {
  const secrets =
    found.truth && chosen.good
      ? changed(chosen.good.secrets, { ...desk.target.secretsOf(truth), ...desk.target.secretsOf(found.truth) })
      : []
  const paths = Object.keys(tip.core?.halt?.candidate?.left ?? {}).filter((path) => MIGRATIONS.test(path))
  const volumes = truth.kind === 'fly' ? [...new Set(truth.machines.flatMap((machine) => machine.mounts))] : []
  const stays = [
    ...(secrets.length > 0 ? [`secrets that changed since: ${secrets.join(', ')}`] : []),
    ...(paths.length > 0 ? [`migrations between: ${paths.slice(0, 5).join(', ')}`] : []),
    ...(volumes.length > 0 ? [`volumes: ${volumes.join(', ')}`] : []),
  ]
  for (const text of stays) desk.emit({ type: 'said', stage: null, tone: 'warn', text: `not reverted: ${text}` })
  if ((after?.state?.failed.length ?? 0) === 0) return
  desk.emit({
    type: 'said',
    stage: null,
    tone: 'plain',
    text: 'The failed change stays remembered: shipping it again takes safe-deploy ack.',
  })
}

const changed = (then: Record<string, string>, now: Record<string, string>): string[] =>
  Object.keys(now).length === 0
    ? []
    : [...new Set([...Object.keys(then), ...Object.keys(now)])].filter((name) => then[name] !== now[name]).sort()
