import { planRemoval, type RemovalPlan } from '../agents/install/plan-removal.ts'
import { type GuardError, next, refuse } from '../errors.ts'
import { count } from '../words.ts'
import { type AgentsContext, eachFile } from './agents-room.ts'

const damaged = (files: RemovalPlan['damaged']): GuardError =>
  refuse('AGENTS_DAMAGED', {
    what: `In ${count(files.length, 'file')} it cannot be told what is ours; nothing was removed.`,
    why: files.map(({ path, why }) => `${path}: ${why}`),
    who: 'whoever may edit the repository',
    next: [next('when that is mended', ['safe-deploy', 'uninstall'])],
  })

/** Taking the guard's hooks away is no agent's to decide. */
const forPeople = (): GuardError =>
  refuse('NEEDS_PERSON', {
    what: 'An agent does not take away the hooks that watch it; nothing was removed.',
    who: 'a person, in a terminal of their own',
    next: [next('shows what would go', ['safe-deploy', 'uninstall', '--dry-run'])],
  })

const carryOut = ({ files }: AgentsContext, { removals, folders }: RemovalPlan): string[] => {
  eachFile(removals, ['safe-deploy', 'uninstall'], ({ path, text }) =>
    text === null ? files.remove(path) : files.write(path, text, false),
  )
  return folders.filter((folder) => files.removeFolder(folder))
}

/**
 * `safe-deploy uninstall`: takes out what `init --agents` put in, byte for byte. Config, ledger and what users wrote stay.
 * @returns 0, also where there was nothing
 * @throws NEEDS_PERSON from an agent's shell; AGENTS_DAMAGED, before anything is removed; AGENTS_UNWRITABLE
 */
export const uninstall = async (ctx: AgentsContext): Promise<number> => {
  const plan = planRemoval(ctx.files)
  if (ctx.agent && !ctx.dryRun && plan.removals.length > 0) throw forPeople()
  if (plan.damaged.length > 0) throw damaged(plan.damaged)
  const gone = ctx.dryRun ? [] : carryOut(ctx, plan)
  const lines = [
    ...plan.removals.map(({ path, text, note }) => `${text === null ? 'removed  ' : 'taken out'} ${path}${note ? ` (${note})` : ''}`),
    ...gone.map((folder) => `removed   ${folder}/`),
  ]
  const title =
    plan.removals.length === 0
      ? 'Nothing of ours is in this repository.'
      : ctx.dryRun
        ? 'These would go (nothing was removed):'
        : 'Taken out:'
  ctx.emit({
    type: 'report',
    title,
    lines,
    data: { removed: !ctx.dryRun, files: plan.removals.map(({ path, text }) => ({ path, gone: text === null })), folders: gone },
  })
  return 0
}
