import { HOSTS, type Host } from '../agents/hosts/host.ts'
import { hookPart } from '../agents/install/parts.ts'
import { personSteps } from '../agents/install/person-steps.ts'
import { type Act, type InstallPlan, planInstall, usualHosts } from '../agents/install/plan-install.ts'
import { nearest } from '../config/nearest.ts'
import { type GuardError, next, refuse } from '../errors.ts'
import { count } from '../words.ts'
import { type AgentsContext, eachFile } from './agents-room.ts'
import { type Flags, given, textOf } from './flags.ts'

/**
 * The hosts that the line names; null: those that show here.
 * @throws USAGE for a host that is not known, or `--check` without `--agents`
 */
export const wantedHosts = (flags: Flags): Host[] | null => {
  if (!given(flags, 'agents')) throw onlyWithAgents()
  const said = textOf(flags, 'agents')
  if (said === null) return null
  const words = said
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean)
  if (words.includes('all')) return [...HOSTS]
  const unknown = words.find((word) => !HOSTS.some((host) => host === word))
  if (unknown !== undefined || words.length === 0) throw unknownHost(unknown ?? said)
  return HOSTS.filter((host) => words.includes(host))
}

const onlyWithAgents = (): GuardError =>
  refuse('USAGE', { what: '--check goes with --agents.', next: [next('with it', ['safe-deploy', 'init', '--agents', '--check'])] })

const unknownHost = (word: string): GuardError => {
  const meant = nearest(word, [...HOSTS])
  return refuse('USAGE', {
    what: `--agents: there is no host ${JSON.stringify(word)}.`,
    why: [`known: ${HOSTS.join(', ')}, all`],
    next: [next(meant ? 'probably meant' : 'those that are used here', ['safe-deploy', 'init', meant ? `--agents=${meant}` : '--agents'])],
  })
}

const line = ({ path, note }: Act, word: string): string => `${word.padEnd(9)} ${path}${note ? ` (${note})` : ''}`

const damaged = (acts: readonly Act[], again: string[]): GuardError =>
  refuse('AGENTS_DAMAGED', {
    what: `${count(acts.length, 'file')} cannot be changed without losing something; nothing was written.`,
    why: acts.map(({ path, note }) => `${path}: ${note}`),
    who: 'whoever may edit the repository',
    next: [next('when that is mended', again)],
  })

const outdated = (acts: readonly Act[], again: string[]): GuardError =>
  refuse('AGENTS_OUTDATED', {
    what: `${count(acts.length, 'file')} for agents ${acts.length === 1 ? 'is' : 'are'} not as this version writes ${acts.length === 1 ? 'it' : 'them'}.`,
    why: acts.map(({ path, state, note }) => `${path}: ${state}${note ? `, ${note}` : ''}`),
    who: 'whoever may edit the repository',
    next: [next('writes what is missing or outdated', again)],
  })

const WORDS = { missing: 'written', outdated: 'replaced', current: 'unchanged', damaged: 'damaged' } as const
/** A file that was there holds ours and the user's: it is not written but added to. */
const wordOf = ({ state, there }: Act): string => (there && state === 'missing' ? 'added to' : WORDS[state])

const write = ({ files }: AgentsContext, acts: readonly Act[], again: string[]): void => {
  const open = acts.flatMap(({ text, ...act }) => (text === null ? [] : [{ ...act, text }]))
  eachFile(open, again, ({ path, text, executable }) => files.write(path, text, executable))
}

const told = async (ctx: AgentsContext, { acts, record, hosts }: InstallPlan): Promise<string[]> => {
  const open = acts.filter(({ state }) => state !== 'current')
  const ignored = await ctx.ignored([...acts, record].map(({ path }) => path))
  const touched = hosts.filter((host) => open.some(({ path }) => path === hookPart(host).path))
  const program = ctx.files.look('node_modules/safe-deploy/bin/safe-deploy.js').kind === 'file'
  return [
    ...[...acts, record].map((act) => line(act, wordOf(act))),
    ...ignored.map((path) => `git ignores ${path}: it holds in this clone alone`),
    ...(open.length > 0 ? personSteps(touched, program) : []),
  ]
}

/**
 * `safe-deploy init --agents`: hooks, instructions and a skill for the hosts; everything that is there stays. Needs no config, target or ledger.
 * @param wanted hosts (null: those that show here) and whether only to check
 * @returns 0
 * @throws AGENTS_DAMAGED, before anything is written; AGENTS_UNWRITABLE; AGENTS_OUTDATED with `check`
 */
export const initAgents = async (ctx: AgentsContext, wanted: { hosts: readonly Host[] | null; check: boolean }): Promise<number> => {
  const plan = planInstall(ctx.files, wanted.hosts ?? usualHosts(ctx.files), ctx.questions)
  const again = ['safe-deploy', 'init', wanted.hosts ? `--agents=${wanted.hosts.join(',')}` : '--agents']
  const all = [...plan.acts, plan.record]
  const broken = all.filter(({ state }) => state === 'damaged')
  const open = all.filter(({ state }) => state !== 'current')
  if (wanted.check && open.length > 0) throw outdated(open, again)
  if (broken.length > 0) throw damaged(broken, again)
  // The record first: what it names and is not there yet is nothing to take out; the other way round a crash would leave what nobody knows of.
  if (!wanted.check && !ctx.dryRun) write(ctx, [plan.record, ...plan.acts], again)
  const lines = wanted.check ? all.map((act) => line(act, 'current')) : await told(ctx, plan)
  const data = {
    hosts: plan.hosts,
    written: open.length > 0 && !wanted.check && !ctx.dryRun,
    files: all.map(({ path, state, note }) => ({ path, state, note })),
  }
  ctx.emit({ type: 'report', title: titleOf(plan, open.length, ctx.dryRun), lines, data })
  return 0
}

const titleOf = ({ hosts }: InstallPlan, open: number, dryRun: boolean): string => {
  const names = hosts.join(', ')
  if (open === 0) return `Everything for ${names} is as it should be.`
  return dryRun ? `For ${names} there would be (nothing was written):` : `Hooks and instructions for ${names}:`
}
