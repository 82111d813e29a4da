import { next, refuse } from '../errors.ts'
import type { DurableEvent } from '../ledger/events.ts'
import type { Tip } from '../ledger/ledger.ts'
import { readSpool } from '../ledger/spool.ts'
import type { Truth } from '../targets/truth.ts'
import { ago } from '../words.ts'
import type { Desk } from './desk.ts'
import type { RollbackFlags } from './rollback.ts'

/** Events looked through for releases that this clone has heard of. */
const RECENT = 200

/**
 * From memory alone, only back over what this clone knows of: a newer release is somebody else's. Says how old the memory is.
 * @throws NOTHING_TO_GO_BACK_TO
 */
export const refuseStale = async (desk: Desk, tip: Tip, flags: RollbackFlags, truth: Truth): Promise<void> => {
  if (tip.cachedAt === null || flags.to || flags.image || truth.kind !== 'fly') return
  const age = `${ago(tip.cachedAt, desk.clock.now())} (${tip.cachedAt})`
  desk.emit({ type: 'said', stage: null, tone: 'warn', text: `The ledger cannot be read; this is what the clone knew ${age}.` })
  const known = await newestKnown(desk, tip)
  const newest = truth.releases[0]?.version ?? 0
  if (newest <= known + 1) return
  throw refuse('NOTHING_TO_GO_BACK_TO', {
    what: 'The platform shows releases that this clone’s memory of the ledger does not know. Going back over them blindly could undo somebody’s fix.',
    why: [`newest release v${newest}; this clone knows up to v${known}, ${age}`],
    next: [
      next('name what to go back to', ['safe-deploy', 'rollback'], ['--to']),
      next('or mend the ledger first', ['safe-deploy', 'ledger', 'restore']),
    ],
  })
}

/** The newest release that the ledger here, or what waits here, names. */
const newestKnown = async (desk: Desk, { core }: Tip): Promise<number> => {
  const [recorded, waits] = await Promise.all([desk.ledger.history(RECENT).catch(() => []), readSpool(desk)])
  const spooled = waits.flatMap(({ spooled }) => [spooled?.intent, spooled?.ended].flatMap((event) => event ?? []))
  const servings = [...(core?.good ?? []).map((good) => good.serving), core?.open?.before, core?.incumbent]
  return Math.max(0, ...[...recorded, ...spooled].map(versionIn), ...servings.map((serving) => serving?.version ?? 0))
}

const versionIn = (event: DurableEvent): number => {
  if (event.type === 'deploy.intended') return event.before?.version ?? 0
  return event.type === 'deploy.ended' ? (event.serving?.version ?? 0) : 0
}
