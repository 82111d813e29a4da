import type { Host } from '../agents/hosts/host.ts'
import type { Act } from '../agents/install/plan-install.ts'
import { type Next, next } from '../errors.ts'
import type { Finding } from './doctor.ts'

/** One hook that was installed, as it is found now. */
export interface HookLook {
  host: Host
  path: string
  state: Act['state']
  note: string | null
  /** The settings file that turns the host's hooks off. */
  disabledBy: string | null
  /** Started as the host would, with a deploy on its input, it denied in the host's words. */
  denies: boolean
  /** It denies whatever it is told, so there is no guard behind it: what it says. */
  refusesAll: string | null
}

/** What stands in the repository for agents. */
export interface AgentsLook {
  hooks: readonly HookLook[]
  /** Other files of ours that are not as they should be. */
  others: readonly Pick<Act, 'path' | 'state' | 'note'>[]
  /** Hosts that show here and have no hook. */
  unguarded: readonly Host[]
}

const INSTALL = next('', ['safe-deploy', 'init', '--agents'])

const finding = (result: Finding['result'], says: string, way?: Next): Finding => ({
  name: 'agents',
  result,
  says,
  ...(result === 'fail' ? { exit: 64 } : {}),
  ...(way ? { next: way } : {}),
})

const ofHook = ({ host, path, state, note, disabledBy, denies, refusesAll }: HookLook): Finding => {
  if (state === 'damaged') return finding('fail', `${host}: ${path} cannot be read: ${note}`)
  if (state === 'missing') return finding('fail', `${host}: its hook was removed from ${path}`, INSTALL)
  if (disabledBy !== null) return finding('fail', `${host}: ${disabledBy} turns its hooks off`)
  if (!denies) return finding('fail', `${host}: its hook in ${path} lets a deploy through`, INSTALL)
  if (refusesAll !== null) return finding('fail', `${host}: its hook refuses every command (${refusesAll})`, next('', ['npm', 'ci']))
  if (state === 'outdated') return finding('warn', `${host}: its hook in ${path} is not as this version writes it`, INSTALL)
  return finding('ok', `${host}: its hook refuses a deploy${host === 'codex' ? '; whether Codex trusts it, /hooks in it shows' : ''}`)
}

const ofOther = ({ path, state, note }: AgentsLook['others'][number]): Finding =>
  state === 'damaged' ? finding('fail', `${path}: ${note}`) : finding('warn', `${path}: ${state}${note ? `, ${note}` : ''}`, INSTALL)

const ofHost = (host: Host): Finding => finding('warn', `${host} seems to be used here, and no hook of ours stands in front of it`, INSTALL)

/** What the doctor says of agents: nothing is wrong where no host of one shows. */
export const agentFindings = ({ hooks, others, unguarded }: AgentsLook): Finding[] => {
  const found = [...hooks.map(ofHook), ...others.map(ofOther), ...unguarded.map(ofHost)]
  return found.length > 0 ? found : [finding('ok', 'no host of an agent shows in this repository')]
}
