import type { TargetSettings } from '../config/settings.ts'
import { next, refuse } from '../errors.ts'
import type { Tip } from '../ledger/ledger.ts'
import type { KnownGood, Serving } from '../model.ts'
import type { Target, ToolCommand } from '../targets/target.ts'
import type { Truth } from '../targets/truth.ts'
import { type Checkout, checkOut } from './checkout.ts'
import type { Desk } from './desk.ts'
import type { Destination } from './destination.ts'
import type { RollbackFlags } from './rollback.ts'

/** A rollback on its way: from what, to what, and with which files and settings. */
export interface Going {
  tip: Tip
  truth: Truth
  chosen: Destination
  flags: RollbackFlags
  /** What is wanted serves already, everywhere. */
  serves: boolean
  target: Target
  /** Folder whose config is applied: a checkout of the wanted commit, or the work tree where that commit is not known. */
  root: string
}

/** Machines that run something else beside the wanted image. */
const mixed = (truth: Truth, id: string): boolean =>
  truth.kind === 'fly' && truth.machines.some((machine) => machine.reachable && machine.digest !== null && machine.digest !== id)

/** Does what is wanted serve already, everywhere? A release that is known by its tag alone is told by its version. */
export const servesAlready = (truth: Truth, serving: Serving | null, wanted: Serving): boolean => {
  if (serving === null || mixed(truth, serving.id)) return false
  const byTag = !wanted.id.startsWith('sha256:') && wanted.version !== null && serving.version === wanted.version
  return serving.id === wanted.id || byTag
}

/**
 * Checks out what is gone back to, where its commit is known. A rollback by image alone applies the work tree's config, and says so. A rollback line
 * names what to go back to by its id: it needs no files of that commit, but may need what git ignores, so it runs in the work tree.
 * @param goods all known goods, of which one is named where the files of the wanted one cannot be had
 * @throws NOTHING_TO_GO_BACK_TO when something would have to be built whose commit nobody knows
 */
export const sourceOf = async (
  desk: Desk,
  { good, serving }: Destination,
  goods: readonly KnownGood[],
  rebuild: boolean,
): Promise<Checkout | null> => {
  if (desk.target.kind === 'command' && !rebuild) return null
  // What was adopted may have been built from a commit that nobody recorded.
  if (good?.commit) return checkOut(desk, good, serving.image, goods)
  if (serving.commit) return checkOut(desk, { commit: serving.commit, tree: serving.tree ?? '', by: null }, serving.image, goods)
  if (rebuild) throw unbuildable()
  desk.emit({
    type: 'said',
    stage: null,
    tone: 'warn',
    text: 'Its commit is not known, so the config of this work tree is applied with that image.',
  })
  return null
}

const unbuildable = () =>
  refuse('NOTHING_TO_GO_BACK_TO', {
    what: 'Only a known good can be built again: nobody knows from which commit this one was made.',
    next: [next('go back by image', ['safe-deploy', 'rollback']), next('see which known goods there are', ['safe-deploy', 'history'])],
  })

/** The target as it was configured then. Where the app answers was read just now, and lean looks do not tell it. */
export const targetAt = (desk: Desk, { good }: Destination, root: string, seen: Truth): Target => {
  const hostname = seen.kind === 'fly' ? seen.hostname : null
  const settings = good?.settings.target ?? desk.settings.target
  return { ...desk.targetFor(settings, root), url: (truth) => desk.target.url(truth.kind === 'fly' ? { ...truth, hostname } : truth) }
}

/** The command that goes back: by image, or with --rebuild by building that commit. */
export const toolFor = (desk: Desk, { tip, chosen, flags, target, root }: Going, attempt: string): ToolCommand => {
  const { good, serving } = chosen
  const marks = {
    commit: good?.commit ?? serving.commit ?? '',
    tree: good?.tree ?? serving.tree ?? '',
    attempt,
    ledger: desk.ledger.idAt(tip),
  }
  const settings: TargetSettings = good?.settings.target ?? desk.settings.target
  const args = settings.kind === 'fly' ? settings.args : []
  const config = settings.kind === 'fly' ? (target.place.config ?? settings.config) : ''
  const tool = flags.rebuild
    ? target.deployCommand(marks)
    : target.rollbackCommand({ ...marks, to: serving, root, args, dir: target.place.dir, config })
  if (tool) return tool
  throw refuse('NOTHING_TO_GO_BACK_TO', {
    what: 'There is no way to deploy that again without building it.',
    why: ['no rollback line is configured, or no image reference is recorded'],
    next: [next('build that commit again', ['safe-deploy', 'rollback', '--rebuild'])],
  })
}
