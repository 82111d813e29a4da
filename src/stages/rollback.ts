import { isGuardError, next, refuse } from '../errors.ts'
import { isNotWritable, newId, type Tip } from '../ledger/ledger.ts'
import { recalled } from '../ledger/memory.ts'
import { operatorOf } from '../ledger/run-file.ts'
import type { Open } from '../ledger/state.ts'
import type { RecordedSettings } from '../model.ts'
import type { ToolCommand } from '../targets/target.ts'
import { nameServing } from '../words.ts'
import { type Act, acting, intend, leave, neverRun } from './act.ts'
import { conclude, endingOf } from './conclude.ts'
import type { Desk } from './desk.ts'
import { destinationOf } from './destination.ts'
import { fence } from './fence.ts'
import { type Going, servesAlready, sourceOf, targetAt, toolFor } from './going.ts'
import { type IntentRecord, mayStartAs, recordOrSpool } from './intent-record.ts'
import { closeOpen } from './open.ts'
import { nothingRun, startStopped, verified } from './rollback-proof.ts'
import { rollbackIntent } from './rollback-record.ts'
import { refuseStale } from './stale.ts'
import { noteIntended, runTool, type ToolEnd } from './tool.ts'
import { platformUnreadable } from './unreadable.ts'
import type { Verified } from './verify.ts'
import { inProgress, isSameWay, watch } from './watch.ts'
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
export const rollback = async (desk: Desk, flags: RollbackFlags): Promise<number> => {
  const tip = await recalled(desk, await closeOpen(desk))
  const open = tip.core?.open
  if (!open || (tip.problem && !(await runsHere(desk, open)))) return backFrom(desk, tip, flags)
  if (flags.interrupt) return backFrom(desk, await recalled(desk, await fence(desk, open)), flags)
  const now = desk.clock.now()
  if (!tip.problem && isSameWay(tip, open, flags, now)) return watch(desk, tip, open)
  throw inProgress(open, now)
}

/** An attempt that a ledger out of reach still shows open says nothing of elsewhere; one of this machine runs or does not. */
const runsHere = async (desk: Desk, open: Open): Promise<boolean> => (await operatorOf(desk, desk.folder, open.attempt)).kind === 'alive'

/** Nobody else is at work, or nobody can say so. */
const backFrom = async (given: Desk, tip: Tip, flags: RollbackFlags): Promise<number> => {
  const desk = asRecorded(given, tip)
  const reading = await desk.target.read({ full: true })
  if (!reading.ok)
    throw platformUnreadable(desk, reading, 'The platform could not be read, so nobody can say what a rollback would change.')
  const chosen = destinationOf(tip.core, flags, reading.truth.kind === 'fly' ? reading.truth.releases : [], desk.clock.now())
  if (isGuardError(chosen)) throw chosen
  await refuseStale(desk, tip, flags, reading.truth)
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

const goBack = async (desk: Desk, going: Going): Promise<number> => {
  const { tip, chosen, serves } = going
  const attempt = newId()
  const tool = serves ? null : toolFor(desk, going, attempt)
  for (const lost of tool?.lost ?? [])
    desk.emit({ type: 'said', stage: null, tone: 'warn', text: `not given again, because only its masked form is recorded: ${lost}` })
  if (!tip.core?.halt && serves) return verifyOnly(desk, going)
  const settings = chosen.good?.settings ?? { target: desk.settings.target, probes: desk.settings.probes, bakeMs: desk.settings.bakeMs }
  const intent = rollbackIntent(desk, going, attempt, tool, settings)
  return acting(desk, attempt, async (act) => {
    const recorded = await intend(desk, act, async () => {
      // Proof for others, where it can be kept; a rollback waits for no disk.
      await noteIntended(desk, attempt).catch(() => undefined)
      return recordOrSpool(desk, tip, { intent, notes: [] }, isNotWritable)
    })
    const { found, ended } = await carryOut(desk, going, { act, tool, settings, recorded, deadline_s: intent.deadline_s })
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

interface Carried {
  act: Act
  tool: ToolCommand | null
  settings: RecordedSettings
  recorded: IntentRecord
  deadline_s: number
}

/** Runs the tool, if there is something to change, and finds out what it did. */
const carryOut = async (
  desk: Desk,
  going: Going,
  { act, tool, settings, recorded, deadline_s }: Carried,
): Promise<{ found: Verified; ended: ToolEnd | null }> => {
  const { attempt } = act
  const hooks = {
    kind: 'rollback' as const,
    deadline_s,
    mayStart: () => mayStartAs(desk, act, recorded),
    onBuilt: () => undefined,
    hurry: act.hurry,
  }
  const ended = tool ? await runTool(desk, attempt, tool, hooks) : nothingRun()
  if (ended === null) return { found: neverRun(desk, act, going.truth), ended }
  const started = await startStopped(desk, going, going.truth)
  const found = await verified(desk, { ...going, ended, attempt, settings, started }, act.leaving)
  if (act.leaving.aborted) throw await leave(desk, 'rollback', attempt, ended)
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
