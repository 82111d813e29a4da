import type { Settings } from '../../src/config/settings.ts'

/** Settings of a plain fly.toml repository without a config, with what a test says on top. */
export const makeSettings = (over: Partial<Settings> = {}): Settings => ({
  root: '/repo',
  app: 'demo',
  display: 'demo',
  file: null,
  key: null,
  target: { kind: 'fly', config: 'fly.toml', args: [], dir: '', timeoutMs: 600_000 },
  paths: [],
  ledger: { remote: null, id: null, ref: null, logs: 'share' },
  read: { deployBranch: null, clean: 'off', pushed: 'off', decrypt: false },
  protect: [],
  env: { files: [], required: [], inherit: 'toolchain', inject: [], mute: 'default' },
  smoke: [],
  bakeMs: 0,
  probes: [],
  budget: { unproven: 4, perMs: 3_600_000 },
  acknowledge: { level: 'local', agents: false, signers: '.safe-deploy/allowed_signers', touch: false, approval: null },
  hears: [],
  notify: [],
  rules: {},
  overrides: {},
  accept: [],
  checklists: null,
  vendors: [],
  ...over,
})
