import { next, refuse } from '../errors.ts'
import type { Adopted } from '../ledger/events.ts'
import { isCondemned } from '../ledger/fold.ts'
import { type Draft, newId, type Tip } from '../ledger/ledger.ts'
import { recordNote } from '../ledger/record.ts'
import type { Core } from '../ledger/state.ts'
import type { Blob, KnownGood, Serving } from '../model.ts'
import { NOTHING_RUN, type Truth } from '../targets/truth.ts'
import { nameServing } from '../words.ts'
import type { Desk } from './desk.ts'
import { closeOpen } from './open.ts'
import { deploying } from './stop.ts'
import { platformUnreadable } from './unreadable.ts'
import { type Verified, verify } from './verify.ts'

/**
 * `safe-deploy adopt --because …`: what serves now is good, proved now by identity, probes and bake. All green lifts the halt by name; else nothing
 * changes. The way out of `unknown`, `serving-despite-exit`, a wrong probe, drift.
 * @throws DEPLOYING, NO_BECAUSE, ADOPT_REFUSED, NEEDS_PERSON (an agent or CI where no probe of ours proves it)
 */
export const adopt = async (desk: Desk, because: string | null): Promise<number> => {
  const tip = await closeOpen(desk)
  if (tip.problem) throw tip.problem
  if (tip.core?.open) throw deploying(tip.core.open, desk.clock.now())
  const reason = (because ?? (await desk.prompt?.text('Why is what serves now good?')) ?? '').trim()
  if (!reason)
    throw refuse('NO_BECAUSE', {
      what: 'Say why what serves now is good.',
      next: [next('with a reason', ['safe-deploy', 'adopt'], ['--because'])],
    })
  const { truth, serving } = await whatServes(desk)
  if (tip.state && isCondemned(tip.state, serving)) throw calledBad(serving)
  desk.emit({ type: 'said', stage: null, tone: 'plain', text: `Proving ${nameServing(serving)}: identity, probes, bake.` })
  const found = await prove(desk, truth, serving)
  if (found.outcome !== 'deployed') throw unproved(found, tip)
  if (found.level !== 'probed' && desk.actor.via !== 'terminal') throw needsPerson(tip.core)
  const good = await goodFrom(desk, tip.core, found, serving, reason)
  await recordNote(
    desk,
    [
      { type: 'halt.adopted', halt: tip.core?.halt?.id ?? null, because: reason, good, probes: found.probes } satisfies Omit<
        Adopted,
        'v' | 'id' | 'at' | 'by'
      > as Draft,
    ],
    (now) => !now.core?.open && now.core?.halt?.id === tip.core?.halt?.id,
  )
  desk.emit({
    type: 'said',
    stage: null,
    tone: 'good',
    text: `${nameServing(serving)} is the known good now (${good.level}), by ${desk.actor.name}: ${reason}`,
  })
  return 0
}

const whatServes = async (desk: Desk): Promise<{ truth: Truth; serving: Serving }> => {
  const reading = await desk.target.read({ full: true })
  if (!reading.ok) throw platformUnreadable(desk, reading, 'The platform could not be read, so nothing can be proved.')
  const serving = desk.target.servingOf(reading.truth)
  if (!serving)
    throw refuse('ADOPT_REFUSED', {
      what: 'Nothing serves: there is nothing to adopt.',
      next: [next('go back to the last known good', ['safe-deploy', 'rollback'])],
    })
  return { truth: reading.truth, serving }
}

const calledBad = (serving: Serving) =>
  refuse('ADOPT_REFUSED', {
    what: `${nameServing(serving)} was called bad; that release is never a known good again. Nothing changed.`,
    next: [
      next('go back to the last known good', ['safe-deploy', 'rollback']),
      next(
        'or forward: say what was changed, and deploy it once more',
        ['safe-deploy', 'ack'],
        ['--cause', '--evidence-run', '--next', '--outside'],
      ),
    ],
  })

const prove = (desk: Desk, before: Truth, serving: Serving): Promise<Verified> =>
  verify(desk, {
    attempt: '',
    begunMs: desk.clock.now(),
    before,
    run: NOTHING_RUN,
    to: serving,
    probes: desk.settings.probes,
    bakeMs: desk.settings.bakeMs,
    baseline: null,
    patient: false,
    signal: new AbortController().signal,
  })

const unproved = (found: Verified, tip: Tip) =>
  refuse('ADOPT_REFUSED', {
    what: `What serves could not be proved good: ${found.why}. Nothing changed.`,
    why: found.evidence.slice(0, 4),
    next: [
      next('go back to the last known good', ['safe-deploy', 'rollback']),
      ...(tip.core?.halt ? [] : [next('or halt deploys', ['safe-deploy', 'bad'], ['--because'])]),
    ],
  })

const needsPerson = (core: Core | null) =>
  refuse('NEEDS_PERSON', {
    what: 'No probe of ours proves what serves, so a person has to stand for it.',
    who: 'a person, by running safe-deploy adopt in a terminal; or add verify.probes to safe-deploy.yml',
    next: [
      core?.good[0] || core?.incumbent
        ? next('an agent may always go back', ['safe-deploy', 'rollback'])
        : next('see how a probe is written', ['safe-deploy', 'explain', 'config']),
    ],
  })

/** The record of what was adopted: its commit from our image labels, the halted attempt, or a known good of the same image; else unrecorded. */
const goodFrom = async (
  desk: Desk,
  core: Core | null,
  found: Verified,
  serving: Serving,
  because: string,
): Promise<Omit<KnownGood, 'seq'>> => {
  const same = core?.good.find((good) => good.serving.id === serving.id)
  const halted = core?.halt?.candidate
  const mine = halted && (serving.attempt === core?.halt?.attempt || serving.tree === halted.tree) ? halted : null
  const config: Blob = { path: desk.target.place.config ?? '', oid: null }
  return {
    attempt: serving.attempt ?? same?.attempt ?? newId(),
    at: new Date(desk.clock.now()).toISOString(),
    level: found.level ?? 'platform',
    because,
    by: desk.actor,
    commit: serving.commit ?? mine?.commit ?? same?.commit ?? '',
    tree: serving.tree ?? mine?.tree ?? same?.tree ?? '',
    dirty: mine?.dirty ?? same?.dirty ?? [],
    left: mine?.left ?? same?.left ?? {},
    shape: mine?.shape ?? same?.shape ?? '',
    serving,
    config: mine?.config ?? same?.config ?? config,
    guard: mine?.guard ?? same?.guard ?? null,
    settings: { target: desk.settings.target, probes: desk.settings.probes, bakeMs: desk.settings.bakeMs },
    machineConfig: found.truth ? desk.target.machineConfigOf(found.truth) : null,
    secrets: found.truth ? desk.target.secretsOf(found.truth) : {},
  }
}
