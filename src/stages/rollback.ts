import { isGuardError, next, refuse } from '../errors.ts'
import { newId, type Tip } from '../ledger/ledger.ts'
import type { RecordedSettings } from '../model.ts'
import type { ToolCommand } from '../targets/target.ts'
import type { Truth } from '../targets/truth.ts'
import { nameServing } from '../words.ts'
import { type Act, acting, intend, left, mayStart, neverRun } from './act.ts'
import { conclude, endingOf } from './conclude.ts'
import type { Desk } from './desk.ts'
import { destinationOf } from './destination.ts'
import { fence } from './fence.ts'
import { type Going, servesAlready, sourceOf, targetAt, toolFor } from './going.ts'
import { closeOpen } from './open.ts'
import { nothingRun, startStopped, verified } from './rollback-proof.ts'
import { type IntentRecord, recordOrSpool, rollbackIntent } from './rollback-record.ts'
import { untilDeadline } from './stop.ts'
import { noteIntended, runTool, type ToolEnd } from './tool.ts'
import { platformUnreadable } from './unreadable.ts'
import type { Verified } from './verify.ts'
import { tellWhatStays } from './what-stays.ts'

export interface RollbackFlags {
  to: string | null
  image: string | null
  rebuild: boolean
  interrupt: boolean
  because: string | null
}

/**
 * Goes back. Reads the truth first and deploys only if something must change; asks nothing before it acts. Neither a halt, a freeze, a budget, a
 * broken config, a dirty tree nor an unreadable ledger blocks it.
 * @throws DEPLOYING, NOTHING_TO_GO_BACK_TO, IMAGE_PRUNED, ROLLBACK_FAILED, and what the platform's reading says
 */
export const rollback = async (given: Desk, flags: RollbackFlags): Promise<number> => {
  const tip = await cleared(given, flags)
  const desk = asRecorded(given, tip)
  const reading = await desk.target.read({ full: true })
  if (!reading.ok)
    throw platformUnreadable(desk, reading, 'The platform could not be read, so nobody can say what a rollback would change.')
  const chosen = destinationOf(tip.core, flags, reading.truth.kind === 'fly' ? reading.truth.releases : [], desk.clock.now())
  if (isGuardError(chosen)) throw chosen
  refuseStale(desk, tip, flags, reading.truth)
  desk.emit({ type: 'said', stage: null, tone: 'plain', text: `Going back to ${chosen.because}` })
  const serves = !flags.rebuild && servesAlready(reading.truth, desk.target.servingOf(reading.truth), chosen.serving)
  const checkout = serves ? null : await sourceOf(desk, chosen, tip.core?.good ?? [], flags.rebuild)
  const root = checkout?.root ?? desk.repo.root
  try {
    return await goBack(desk, {
      tip,
      truth: reading.truth,
      chosen,
      flags,
      serves,
      target: targetAt(desk, chosen, root, reading.truth),
      root,
    })
  } finally {
    checkout?.remove()
  }
}

/** A config that cannot be read names no command target: then the one of the last known good is looked at. */
const asRecorded = (desk: Desk, { core }: Tip): Desk => {
  const recorded = core?.good[0]?.settings.target
  if (!recorded || recorded.kind === desk.target.kind) return desk
  return { ...desk, target: desk.targetFor(recorded, desk.repo.root) }
}

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

const goBack = async (desk: Desk, going: Going): Promise<number> => {
  const { tip, chosen, serves } = going
  const attempt = newId()
  const tool = serves ? null : toolFor(desk, going, attempt)
  for (const lost of tool?.lost ?? [])
    desk.emit({ type: 'said', stage: null, tone: 'warn', text: `not given again, because only its masked form is recorded: ${lost}` })
  if (!tip.core?.halt && serves) return verifyOnly(desk, going)
  const settings = chosen.good?.settings ?? { target: desk.settings.target, probes: desk.settings.probes, bakeMs: desk.settings.bakeMs }
  const draft = rollbackIntent(desk, going, attempt, tool, settings)
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
