import { readFlyArgs } from '../targets/fly/args.ts'
import { agreedApp, type ClaimInput } from './app-name.ts'
import { BUDGET, TIMEOUT_MS } from './defaults.ts'
import { missingTarget } from './no-target.ts'
import { within } from './place.ts'
import type { WrittenApp } from './schema.ts'
import type { Settings, TargetSettings } from './settings.ts'
import { hearerOf, settleNotify } from './settle-notify.ts'
import { msOr, settleTest, settleVerify } from './settle-proof.ts'
import type { Sighted } from './sight.ts'

export interface SettleInput extends ClaimInput {
  seen: Sighted
  root: string
  /** safe-deploy.yml relative to the root, or null, and its folder. */
  file: string | null
  base: string
  /** Env files that are there, for a config that names none. */
  envFiles: string[]
  /** For a rollback: a fly config that is missing or broken does not matter when the app is named otherwise. */
  lenient: boolean
}

const settleFly = (input: SettleInput): { app: string; target: TargetSettings } => {
  const { seen, argv, flag, lenient } = input
  const fly = seen.written.target?.fly
  const named = readFlyArgs([...(fly?.args ?? []), ...argv]).config ?? fly?.config ?? null
  if (seen.config === null && !lenient) throw missingTarget(seen, named, flag)
  if (seen.trouble && !(lenient && flag !== null)) throw seen.trouble
  const target: TargetSettings = {
    kind: 'fly',
    config: seen.config ?? named ?? 'fly.toml',
    args: fly?.args ?? [],
    dir: seen.dir,
    timeoutMs: msOr(fly?.timeout, TIMEOUT_MS),
  }
  if (seen.config === null && flag === null) throw missingTarget(seen, named, null)
  return { app: agreedApp(seen, input), target }
}

const settleTarget = (input: SettleInput): { app: string; target: TargetSettings } => {
  const { seen } = input
  const command = seen.written.target?.command
  if (!command) return settleFly(input)
  const { name, deploy, current, rollback, timeout } = command
  const target: TargetSettings = {
    ...{ kind: 'command', name, deploy, current, rollback: rollback ?? null, dir: seen.dir },
    timeoutMs: msOr(timeout, TIMEOUT_MS),
  }
  return { app: name, target }
}

/** Where the allowed signers are, beside what agents' hooks start. */
const SIGNERS = '.safe-deploy/allowed_signers'
const GITHUB_API = 'https://api.github.com'

/** What judges a change: the sections that design §8 takes from the known good. */
const settlePolicy = (
  written: WrittenApp,
  base: string,
): Pick<Settings, 'read' | 'protect' | 'budget' | 'acknowledge' | 'rules' | 'overrides' | 'accept' | 'checklists'> => ({
  read: {
    deployBranch: written.read?.deploy_branch ?? null,
    clean: written.read?.clean ?? 'ask',
    pushed: written.read?.pushed ?? 'off',
    decrypt: written.read?.decrypt ?? false,
  },
  protect: (written.isolate?.protect ?? []).map((line) => ({ ...line, file: within(base, line.file) ?? line.file })),
  budget: { unproven: written.budget?.unproven ?? BUDGET.unproven, perMs: msOr(written.budget?.per, BUDGET.perMs) },
  acknowledge: settleAcknowledge(written.acknowledge, base),
  rules: written.rules ?? {},
  overrides: written.overrides ?? {},
  accept: (written.accept ?? []).map(({ until, says, ...rest }) => ({ ...rest, until: until ?? null, says: says ?? null })),
  checklists: written.checklists?.map((path) => within(base, path) ?? path) ?? null,
})

const settleAcknowledge = (written: WrittenApp['acknowledge'], base: string): Settings['acknowledge'] => {
  const signers = written?.signers ?? SIGNERS
  return {
    level: written?.level ?? 'local',
    agents: written?.agents ?? false,
    signers: within(base, signers) ?? signers,
    touch: written?.touch ?? false,
    approval: written?.approval ? { ...written.approval, api: (written.approval.api ?? GITHUB_API).replace(/\/+$/, '') } : null,
  }
}

const settleLedger = (ledger: WrittenApp['ledger']): Settings['ledger'] => ({
  remote: ledger?.remote ?? null,
  id: ledger?.id ?? null,
  ref: ledger?.ref ?? null,
  logs: ledger?.logs ?? 'share',
})

/**
 * From what was written, and seen of the target, to settings without holes: flags before file before defaults; the environment sets nothing.
 * @throws APP_DISAGREES, NO_TARGET, NO_CONFIG_FILE, CONFIG
 */
export const settle = (input: SettleInput): Settings => {
  const { seen, root, file, base, envFiles } = input
  const { written, key } = seen
  const { app, target } = settleTarget(input)
  const notify = (written.notify ?? []).map(settleNotify)
  return {
    root,
    app,
    display: written.app ?? app,
    file,
    key,
    target,
    paths: (written.paths ?? []).flatMap((glob) => within(base, glob) ?? []),
    ledger: settleLedger(written.ledger),
    ...settlePolicy(written, base),
    ...settleTest(written.test, base, envFiles),
    ...settleVerify(written.verify),
    hears: written.hears ?? [...new Set(notify.flatMap(hearerOf))],
    notify,
    vendors: (written.vendors ?? []).map(({ name, expires, on_expiry, owner, runbook }) => ({
      ...{ name, expires, onExpiry: on_expiry },
      ...{ owner: owner ?? null, runbook: runbook ?? null },
    })),
  }
}

/** Every default, for a repository that says nothing about itself: a fly.toml at its top, or none. */
export const defaultSettings = (root: string, app: string): Settings => ({
  root,
  app,
  display: app,
  file: null,
  key: null,
  target: { kind: 'fly', config: 'fly.toml', args: [], dir: '', timeoutMs: TIMEOUT_MS },
  paths: [],
  ledger: settleLedger(undefined),
  ...settlePolicy({}, ''),
  ...settleTest(undefined, '', []),
  ...settleVerify(undefined),
  hears: [],
  notify: [],
  vendors: [],
})
