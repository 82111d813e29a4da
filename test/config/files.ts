import type { LoadInput } from '../../src/config/load.ts'

/** The example of the README and of the design: every section once. */
export const EXAMPLE = `version: 1
target: { fly: { config: fly.toml, args: [--remote-only] } }
ledger: { remote: origin, id: 9f3c2a10d4e5b6c7889900aabbccddee }
read: { deploy_branch: main }
isolate:
  protect:
    - { file: app/settings.py, keeps: 'env_file=".env"', because: the worker loads its database credentials here }
test:
  env: { files: [.env], required: [DATABASE_URL], inherit: toolchain, inject: [], mute: default }
  smoke:
    - { name: pipeline, run: python scripts/run_pipeline.py everflow, timeout: 2m, proves: [DATABASE_URL] }
verify:
  bake: 30s
  probes:
    - { http: https://everflow.fly.dev/health, status: 200 }
    - { progress: { http: https://everflow.fly.dev/stats, value: runs.total, advances: true }, within: 5m }
budget: { unproven: 4, per: 1h }
acknowledge: { level: local, agents: false }
hears: ["#everflow-reports (customer Slack)"]
notify: [{ slack: { webhook: $SLACK_WEBHOOK_URL } }]
rules: { uninvited-major: block }
overrides: { protected-config: [person] }
accept: [{ rule: calver, subject: certifi, because: calendar versions, until: 2027-01-01 }]
vendors: [{ name: Redis trial, expires: 2026-12-01, on_expiry: deleted, owner: ops, runbook: docs/redis.md }]
apps: {}
`

/** What loading needs, over files that exist only here. */
export const input = (files: Record<string, string>, over: Partial<LoadInput> = {}): LoadInput => ({
  read: async (path) => files[path] ?? null,
  root: '/repo',
  cwd: '',
  flags: { app: null, config: null },
  argv: [],
  env: {},
  ...over,
})
