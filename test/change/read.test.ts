import { join } from 'node:path'
import { expect, test } from 'vitest'
import { blobAt, type ChangeDeps, deployTrailers, factsOf, leftBy } from '../../src/change/read.ts'
import { judge } from '../../src/checklist/judge.ts'
import { allRules } from '../../src/checklist/rules.ts'
import { severitiesOf } from '../../src/checklist/severities.ts'
import type { Settings } from '../../src/config/settings.ts'
import type { State } from '../../src/ledger/state.ts'
import type { Truth } from '../../src/targets/truth.ts'
import { rangeOf } from './range.ts'
import { readingOf } from './reading.ts'
import { makeRepo, type Repo, tempFolder } from './repo.ts'
import { makeSettings } from './settings.ts'

const NOW = Date.parse('2026-05-01T12:00:00Z')

const APP = {
  'fly.toml': `app = "demo"
primary_region = "ams"

[build]

[deploy]
  release_command = "bin/migrate"

[env]
  BASE_URL = "https://demo.example.com"
  LEVEL = "info"

[processes]
  app = "node server.js"
  worker = "node worker.js"

[http_service]
  internal_port = 8080
  processes = ["app"]
  [[http_service.checks]]
    path = "/health"
    interval = "10s"

[[mounts]]
  source = "data"
  destination = "/data"
  processes = ["worker"]

[[vm]]
  memory = "512mb"
`,
  Dockerfile:
    'FROM node:20-slim AS build\nENV NODE_ENV=production\nCOPY package.json .\nCOPY src ./src\nFROM build\nCMD ["node", "server.js"]\n',
  '.dockerignore': '.env\n.git\n',
  '.gitignore': '.env\n',
  'package.json': '{ "name": "demo" }\n',
  'src/server.js': "import 'dotenv/config'\nlisten(process.env.PORT)\n",
  'src/worker.js': 'work()\n',
  'src/links.js': 'link(process.env.BASE_URL)\n',
  'app/settings.py': 'class Settings(BaseSettings):\n    model_config = SettingsConfigDict(env_file=".env", extra="ignore")\n',
  'README.md': '# demo\n',
}

const PROTECT = [{ file: 'app/settings.py', keeps: 'env_file=".env"', because: 'the worker loads its database credentials here' }]

interface Over {
  settings?: Partial<Settings>
  state?: Partial<State> | null
  truth?: Truth | null
  bases?: ChangeDeps['bases']
  interactive?: boolean
  pushed?: boolean | null
}

const read = async (repo: Repo, over: Over = {}) => {
  const settings = makeSettings({ root: repo.root, ...over.settings })
  const reading = await readingOf(repo, {
    settings,
    bases: over.bases ?? [repo.first],
    ...(over.pushed === undefined ? {} : { pushed: async () => over.pushed ?? null }),
  })
  const state = over.state === undefined ? null : (over.state as State | null)
  const facts = await factsOf(reading.seen, { truth: over.truth ?? null, state, now: NOW })
  const findings = judge(facts, {
    rules: allRules(),
    severities: severitiesOf(settings, over.interactive ?? true),
    accept: settings.accept,
    config: settings.file,
    today: '2026-05-01',
  })
  return { ...reading, facts, findings, said: findings.map((f) => `${f.severity} ${f.rule}:${f.subject}`) }
}

const edit = (path: keyof typeof APP, from: string | RegExp, to: string): Record<string, string> => {
  const changed = APP[path].replace(from, to)
  expect(changed).not.toBe(APP[path])
  return { [path]: changed }
}

test('an innocent change is silent', async () => {
  const repo = makeRepo(APP)
  repo.commit('Speed up the worker', {
    'src/worker.js': 'work({ fast: true })\n',
    'test/worker.test.js': 'ok()\n',
    'README.md': '# demo 2\n',
  })
  repo.write({ '.env': 'DATABASE_URL=x\n' })
  const { change, findings } = await read(repo, { settings: { protect: PROTECT } })
  expect(findings).toEqual([])
  expect([change.files.length, change.added, change.removed, change.commits.map((c) => c.subject)]).toEqual([
    3,
    3,
    2,
    ['Speed up the worker'],
  ])
})

test('the incident: the env line removed while fixing something else is named, and stopped where it is protected', async () => {
  const repo = makeRepo(APP)
  repo.commit('Fix the sandbox timeout', {
    ...edit('app/settings.py', 'env_file=".env", ', ''),
    'src/worker.js': 'work({ timeout: 30 })\n',
  })
  const { said, findings } = await read(repo, { settings: { protect: PROTECT } })
  expect(said).toEqual(['block protected-config:app/settings.py', 'ask env-loading-removed:app/settings.py'])
  expect(findings[0]?.fact).toBe('env_file=".env" is gone from app/settings.py.')
  expect(findings[0]?.place).toEqual({ file: 'app/settings.py', line: 2 })
  expect(findings[1]?.fact).toBe('env_file=".env" is no longer loaded in app/settings.py (line 2).')
})

test('a protected line may move within its file, not out of it, nor into a comment', async () => {
  const protect = { settings: { protect: PROTECT } }
  const moved = makeRepo(APP)
  moved.commit('move', {
    'app/settings.py':
      'import x\n\nclass Settings(BaseSettings):\n    model_config = SettingsConfigDict(\n        extra="ignore",\n        env_file = \'.env\',\n    )\n',
  })
  expect((await read(moved, protect)).said).toEqual([])
  const commented = makeRepo(APP)
  commented.commit('comment', { 'app/settings.py': '# env_file=".env"\nclass Settings(BaseSettings):\n    pass\n' })
  expect((await read(commented, protect)).said[0]).toBe('block protected-config:app/settings.py')
  const renamed = makeRepo(APP)
  renamed.sh('mv', 'app/settings.py', 'app/config.py')
  renamed.commit('rename')
  expect((await read(renamed, protect)).findings[0]?.fact).toMatch(
    /went with the file to app\/config.py; it is expected in app\/settings.py/,
  )
})

test('a protected line in a file that git ignores is looked up in the work tree', async () => {
  const repo = makeRepo(APP)
  const protect = [{ file: '.env', keeps: 'REGION=ams', because: 'x' }]
  expect((await read(repo, { settings: { protect } })).said).toEqual(['block protected-config:.env'])
  repo.write({ '.env': 'REGION=ams\n' })
  expect((await read(repo, { settings: { protect } })).said).toEqual([])
})

test.each([
  ['internal_port = 8080', 'internal_port = 3000', ['ask fly-ports-changed:fly.toml']],
  ['release_command = "bin/migrate"', 'release_command = "bin/migrate --all"', ['ask fly-release-command:fly.toml']],
  ['release_command = "bin/migrate"', 'strategy = "immediate"\n  release_command = "bin/migrate"', ['ask fly-strategy-immediate:fly.toml']],
  [/ {2}\[\[http_service.checks\]\][^[]*/, '', ['ask fly-checks-removed:fly.toml']],
  ['interval = "10s"', 'interval = "90s"', ['warn fly-checks-changed:fly.toml']],
  ['  LEVEL = "info"\n', '', ['note fly-env-dropped:LEVEL']],
  ['  BASE_URL = "https://demo.example.com"\n', '', ['ask fly-env-removed:BASE_URL']],
  ['LEVEL = "info"', 'LEVEL = "debug"', ['warn fly-env-changed:LEVEL']],
  ['LEVEL = "info"', 'LEVEL = "info"\n  NEW = "1"', ['note fly-env-added:NEW']],
  ['destination = "/data"', 'destination = "/var/data"', ['ask fly-mounts-changed:fly.toml']],
  ['"node worker.js"', '"node src/worker.js"', ['warn fly-process-changed:worker']],
  ['primary_region = "ams"', 'primary_region = "fra"', ['note fly-config-changed:fly.toml']],
  ['[build]', '[build]\n  dockerfile = "Dockerfile"', ['warn fly-build-changed:fly.toml']],
  ['app = "demo"', 'app = "other"', ['block fly-app-differs:fly.toml']],
  ['[env]', '[env', ['block fly-config-unreadable:fly.toml']],
  ['internal_port = 8080', 'internal_port = 0', ['ask fly-config-invalid:http_service.internal_port', 'ask fly-ports-changed:fly.toml']],
  ['processes = ["app"]', 'processes = ["web"]', ['ask fly-config-invalid:http_service.processes', 'note fly-config-changed:fly.toml']],
  ['memory = "512mb"', 'memory = "lots"', ['ask fly-config-invalid:vm[0].memory', 'note fly-config-changed:fly.toml']],
])('fly.toml: %s → %s', async (from, to, expected) => {
  const repo = makeRepo(APP)
  repo.commit('change', edit('fly.toml', from, to))
  expect((await read(repo)).said.sort()).toEqual([...expected].sort())
})

test('values of [env] are in no fact', async () => {
  const repo = makeRepo(APP)
  repo.commit('change', edit('fly.toml', 'LEVEL = "info"', 'LEVEL = "sentinel-value"'))
  expect(JSON.stringify((await read(repo)).facts)).not.toMatch(/sentinel-value|info/)
})

const machine = (group: string, memoryMb: number) => ({
  id: group,
  group,
  state: 'started',
  instance: '1',
  version: 1,
  release: null,
  image: null,
  digest: null,
  labels: {},
  cordoned: false,
  reachable: true,
  checks: [],
  restarts: 0,
  exitCode: null,
  region: 'ams',
  memoryMb,
  config: '',
  mounts: [],
})

const truth = (groups: string[], memoryMb = 512, secrets: { name: string; digest: string; status: string }[] = []): Truth =>
  ({
    kind: 'fly',
    app: 'demo',
    org: null,
    hostname: null,
    releases: [],
    machines: groups.map((g) => machine(g, memoryMb)),
    secrets,
  }) as unknown as Truth

const GOOD = { core: { good: [{}], halt: null } } as unknown as Partial<State>

test('a process group that leaves the config takes its machines with it', async () => {
  const repo = makeRepo(APP)
  const without = APP['fly.toml'].replace('  worker = "node worker.js"\n', '').replace(/\[\[mounts\]\][\s\S]*?\n\n/, '')
  repo.commit('drop the worker', { 'fly.toml': without })
  const live = await read(repo, { truth: truth(['app', 'worker', 'worker']), state: GOOD })
  expect(live.said).toEqual(['block fly-group-destroyed:worker', 'ask fly-mounts-changed:fly.toml'])
  expect(live.findings[0]?.fact).toMatch(/^2 machines of process group worker run/)
  expect((await read(repo)).said).toEqual(['ask fly-group-removed:worker', 'ask fly-mounts-changed:fly.toml'])
})

test('machines that run with more memory than the config gives are asked about, equal ones not', async () => {
  const repo = makeRepo(APP)
  expect((await read(repo, { truth: truth(['app', 'worker'], 1024), state: GOOD })).said).toEqual([
    'ask fly-vm-smaller:app',
    'ask fly-vm-smaller:worker',
  ])
  expect((await read(repo, { truth: truth(['app', 'worker'], 512), state: GOOD })).said).toEqual([])
})

test('staged secrets and a first contact are said', async () => {
  const repo = makeRepo(APP)
  const staged = truth(['app', 'worker'], 512, [
    { name: 'A', digest: '1', status: 'Deployed' },
    { name: 'B', digest: '2', status: 'Staged' },
  ])
  expect((await read(repo, { truth: staged, state: GOOD })).said).toEqual(['ask staged-secrets:secrets'])
  expect((await read(repo, { truth: truth(['app', 'worker']) })).said).toEqual(['note first-contact:known good'])
})

test('secrets that wait for the very first deploy are no question: nothing else can bring them', async () => {
  const waiting = truth([], 512, [{ name: 'B', digest: '2', status: 'Staged' }])
  expect((await read(makeRepo(APP), { truth: waiting })).said).toEqual(['note first-contact:known good'])
})

test.each([
  ['FROM node:20-slim AS build', 'FROM node:22-slim AS build', ['warn docker-base-version:Dockerfile']],
  ['FROM node:20-slim AS build', 'FROM oven/bun:1 AS build', ['ask docker-base-changed:Dockerfile']],
  ['CMD ["node", "server.js"]', 'CMD ["node", "other.js"]', ['ask docker-command-changed:Dockerfile CMD']],
  ['ENV NODE_ENV=production\n', '', ['ask docker-env-removed:NODE_ENV']],
  ['COPY src ./src', 'COPY src ./src\nCOPY scripts ./scripts', ['ask docker-copy-missing:scripts']],
  ['COPY src ./src', 'COPY src ./src\nCOPY --from=build /x /y\nCOPY *.json ./\nADD https://example.com/x /x', []],
])('Dockerfile: %s → %s', async (from, to, expected) => {
  const repo = makeRepo(APP)
  repo.commit('change', edit('Dockerfile', from, to))
  expect((await read(repo)).said).toEqual(expected)
})

test('what the Dockerfile copies and the change deletes is missing; a Dockerfile that goes is said', async () => {
  const repo = makeRepo(APP)
  repo.commit('drop package.json', { 'package.json': null })
  expect((await read(repo)).said).toEqual(['ask docker-copy-missing:package.json'])
  repo.commit('drop Dockerfile', { Dockerfile: null })
  expect((await read(repo)).said).toEqual(['ask dockerfile-gone:Dockerfile'])
})

test('an ignore file that drops code, or lets a secret in, is asked about', async () => {
  const drops = makeRepo(APP)
  drops.commit('ignore more', { '.dockerignore': '.env\n.git\nsrc/worker.js\n' })
  expect((await read(drops)).said).toEqual(['ask dockerignore-drops:.dockerignore'])
  const lets = makeRepo(APP)
  lets.commit('ignore less', { '.dockerignore': '.git\n' })
  lets.write({ '.env': 'A=1\n' })
  expect((await read(lets)).said).toEqual(['ask secret-file-in-image:.env'])
})

test('secret files in the image: those of before are said, new ones asked, samples and left-out ones silent', async () => {
  const { '.dockerignore': _, ...open } = APP
  const repo = makeRepo({ ...open, 'config/master.key': 'x' })
  repo.commit('more', { 'deploy.pem': 'x', '.env.example': 'A=\n', 'test/fixtures/a.key': 'x', 'cert.pub': 'x' })
  repo.write({ '.env': 'A=1\n' })
  expect((await read(repo)).said).toEqual([
    'ask secret-file-in-image:deploy.pem',
    'note secret-file-known:config/master.key',
    'note secret-file-known:.env',
  ])
})

test('who may sign an acknowledgement is asked about, wherever policy keeps the list', async () => {
  const settings = { acknowledge: { ...makeSettings().acknowledge, signers: 'ops/signers' } }
  const repo = makeRepo({ 'fly.toml': 'app = "demo"\n', 'ops/signers': 'ada ssh-ed25519 A\n', 'ops/readers': 'ada\n' })
  repo.commit('let me sign', { 'ops/signers': 'eve ssh-ed25519 B\n', 'ops/readers': 'eve\n' })
  expect((await read(repo, { settings })).said).toEqual(['ask guard-changed:ops/signers'])
  expect((await read(repo)).said).toEqual([])
})

test('the guard’s own files and its hooks are asked about', async () => {
  const repo = makeRepo({ ...APP, 'safe-deploy.yml': 'version: 1\n', '.claude/settings.json': '{"hooks":"safe-deploy hook claude"}\n' })
  repo.commit('loosen', { 'safe-deploy.yml': 'version: 1\nbudget: {}\n', '.claude/settings.json': '{}\n' })
  expect((await read(repo)).said).toEqual(['ask guard-changed:.claude/settings.json', 'ask guard-changed:safe-deploy.yml'])
})

test('uncommitted work is asked about where nobody looks, and marked', async () => {
  const repo = makeRepo(APP)
  repo.write({ 'src/worker.js': 'x\n' })
  const settings = { read: { deployBranch: null, clean: 'ask' as const, pushed: 'off' as const, decrypt: false } }
  const { said, candidate } = await read(repo, { settings, interactive: false })
  expect([said, candidate.dirty]).toEqual([['ask dirty-candidate:work tree'], ['src/worker.js']])
  expect((await read(repo, { settings, interactive: true })).said).toEqual([])
})

test('an unpushed commit is asked about where the config says so', async () => {
  const repo = makeRepo(APP)
  const settings = { read: { deployBranch: null, clean: 'off' as const, pushed: 'ask' as const, decrypt: false } }
  expect((await read(repo, { settings, pushed: false })).said).toEqual(['ask unpushed-commit:HEAD'])
  expect((await read(repo, { settings, pushed: true })).said).toEqual([])
  expect((await read(repo, { settings, pushed: null })).said).toEqual([])
})

test('a base that is not here is said; an older known good stands in', async () => {
  const repo = makeRepo(APP)
  repo.commit('second', { 'src/worker.js': 'x\n' })
  const lost = { commit: '1'.repeat(40), tree: '2'.repeat(40) }
  const none = await read(repo, { bases: [lost] })
  expect([none.said, none.change.base]).toEqual([['ask unknown-base:base'], null])
  const older = await read(repo, { bases: [lost, repo.first] })
  expect([older.said, older.change.files.length]).toEqual([['ask unknown-base:base'], 1])
  const dirty = await read(repo, { bases: [{ commit: repo.first.commit, tree: lost.tree }] })
  expect(dirty.change.unseen).toMatch(/held uncommitted files/)
  expect((await read(repo, { bases: [] })).change).toMatchObject({ base: null, unseen: null, files: [] })
})

test('a shallow clone without the base says so', async () => {
  const repo = makeRepo(APP)
  repo.commit('second', { 'src/worker.js': 'x\n' })
  const at = join(tempFolder(), 'clone')
  repo.sh('clone', '-q', '--depth=1', `file://${repo.root}`, at)
  const clone = { ...repo, root: at, git: { cwd: at, run: (args: readonly string[], o = {}) => repo.git.run(args, { cwd: at, ...o }) } }
  expect((await read(clone, { bases: [repo.first] })).said).toEqual(['ask unknown-base:base'])
})

test('a failed change coming back is blocked: the same tree, or all it left', async () => {
  const repo = makeRepo(APP)
  const bad = repo.commit('break it', { 'src/worker.js': 'broken()\n', 'src/new.js': 'x\n' })
  const { change } = await read(repo)
  const failed = {
    attempt: 'a1',
    at: '2026-05-01T11:50:00Z',
    why: 'health checks failed',
    commit: bad.commit,
    tree: bad.tree,
    left: leftBy(change),
  }
  const state = { core: { good: [{}], halt: null }, failed: [failed], ack: null } as unknown as State
  const again = await read(repo, { state })
  expect(again.said).toEqual(['block ships-failed-change:a1'])
  expect(again.findings[0]?.fact).toBe('This is exactly what failed, 10 minutes ago: health checks failed.')
  repo.commit('something else', { 'README.md': '# other\n' })
  expect((await read(repo, { state })).said).toEqual(['block ships-failed-change:a1'])
  expect((await read(repo, { state: { ...state, failed: [{ ...failed, left: {} }] } })).said).toEqual([])
  repo.commit('fix', { 'src/worker.js': 'work()\n' })
  expect((await read(repo, { state })).said).toEqual([])
})

test('under an acknowledgement the change since the failure stays within it', async () => {
  const repo = makeRepo(APP)
  const bad = repo.commit('break it', { 'src/worker.js': 'broken()\n' })
  const { change } = await read(repo)
  const failed = { attempt: 'a1', at: '2026-05-01T11:50:00Z', why: 'x', commit: bad.commit, tree: bad.tree, left: leftBy(change) }
  const ack = { id: 'k', at: '', halt: 'h', failed: 'a1', cause: '', next: '', paths: ['src/'], outside: null }
  const state = (over = {}) => ({ core: { good: [{}], halt: null }, failed: [failed], ack: { ...ack, ...over } }) as unknown as State
  expect((await read(repo, { state: state() })).said).toEqual(['block ships-failed-change:a1'])
  expect((await read(repo, { state: state({ outside: 'the database was down' }) })).said).toEqual([])
  repo.commit('forward', { 'src/server.js': 'listen()\n' })
  const within = await read(repo, { state: state() })
  expect(within.said.filter((one) => one.startsWith('block'))).toEqual([])
  repo.commit('and more', { 'README.md': '# more\n' })
  expect((await read(repo, { state: state() })).said.filter((one) => one.startsWith('block'))).toEqual([
    'block ack-outside:acknowledgement',
  ])
  expect((await read(repo, { state: state({ paths: ['src/**', '*.md'] }) })).said.filter((one) => one.startsWith('block'))).toEqual([])
  expect((await read(repo, { state: state({ paths: [], outside: 'x' }) })).said.filter((one) => one.startsWith('block'))).toEqual([
    'block ack-outside:acknowledgement',
  ])
})

test('a repair right after an unproven deploy is asked about, later or elsewhere it is not', async () => {
  const repo = makeRepo(APP)
  repo.commit('Fix the queue', { 'src/worker.js': 'x\n' })
  const last = (at: string, files = ['src/other.js']) =>
    ({
      core: { good: [{}], halt: null },
      failed: [],
      ack: null,
      unproven: { attempt: 'a1', at, files, subject: 'Speed up' },
    }) as unknown as State
  expect((await read(repo, { state: last('2026-05-01T11:50:00Z') })).said).toEqual(['ask last-unproven:a1'])
  expect((await read(repo, { state: last('2026-05-01T11:20:00Z') })).said).toEqual([])
  const plain = makeRepo(APP)
  plain.commit('Add a page', { 'src/page.js': 'x\n' })
  expect((await read(plain, { state: last('2026-05-01T11:50:00Z') })).said).toEqual([])
  expect((await read(plain, { state: last('2026-05-01T11:50:00Z', ['src/page.js']) })).said).toEqual(['ask last-unproven:a1'])
})

test('vendors past their date ask, soon ones warn; an accept past its date is noted', async () => {
  const repo = makeRepo(APP)
  const vendor = (name: string, expires: string) => ({ name, expires, onExpiry: 'deleted', owner: 'ops', runbook: null })
  const settings = {
    vendors: [vendor('old', '2026-04-30'), vendor('today', '2026-05-01'), vendor('soon', '2026-05-10'), vendor('later', '2026-06-30')],
    accept: [{ rule: 'x', subject: 'y', because: 'z', until: '2026-04-01', says: null }],
  }
  expect((await read(repo, { settings })).said).toEqual([
    'ask vendor-expired:old',
    'warn vendor-expiring:today',
    'warn vendor-expiring:soon',
    'note accept-expired:x:y',
  ])
})

test('mixed commits and uninvited lockfiles are advice', async () => {
  const repo = makeRepo(APP)
  repo.commit('Add small tooltip', { 'src/tooltip.js': 'x\n', 'package-lock.json': '{}\n' })
  repo.commit('Everything', { 'src/a.js': 'x\n', 'db/migrations/1.sql': 'x\n', 'config/app.yml': 'a: 1\n' })
  repo.commit('Bump x', { 'src/b.js': 'x\n', 'package-lock.json': '{"a":1}\n' })
  expect((await read(repo)).findings.map((f) => [f.severity, f.rule])).toEqual([
    ['note', 'mixed-commit'],
    ['note', 'uninvited-lockfile'],
  ])
})

test('an attribute hides no change', async () => {
  const repo = makeRepo({ ...APP, '.gitattributes': '*.py -diff linguist-generated\n' })
  repo.commit('hide it', edit('app/settings.py', 'env_file=".env", ', ''))
  const { said, change } = await read(repo)
  expect(said).toEqual(['ask env-loading-removed:app/settings.py'])
  expect(change.files[0]).toMatchObject({ opaque: true, generated: true, removed: [{ n: 2 }] })
})

test('any two commits can be judged, and the whole tree of one', async () => {
  const repo = makeRepo(APP)
  repo.commit('drop', edit('app/settings.py', 'env_file=".env", ', ''))
  repo.commit('later', { 'README.md': 'x\n' })
  repo.write({ 'app/settings.py': 'changed in the work tree\n' })
  const settings = makeSettings({ root: repo.root })
  const range = await rangeOf({ git: repo.git, settings, root: repo.root }, { base: 'HEAD~2', head: 'HEAD~1' })
  const facts = await factsOf(range.seen, { truth: null, state: null, now: NOW })
  expect(facts.map((fact) => fact.kind)).toEqual(['env-loading-removed', 'every-deploy'])
  const all = await rangeOf({ git: repo.git, settings, root: repo.root }, { base: null, head: 'main' })
  expect(all.seen.change.files.every((file) => file.status === 'A')).toBe(true)
  await expect(rangeOf({ git: repo.git, settings, root: repo.root }, { base: '--oops', head: 'main' })).rejects.toThrow(/is no commit/)
})

test('trailers of HEAD and of what it merged travel along', async () => {
  const repo = makeRepo(APP)
  repo.sh('checkout', '-q', '-b', 'topic')
  repo.commit('Topic\n\nText.\n\nDeploy-Because: faster\nDeploy-Accept: fly-env-removed:LEVEL — unused', { 'src/a.js': 'x\n' })
  repo.sh('checkout', '-q', 'main')
  repo.sh('merge', '-q', '--no-ff', '-m', 'Merge topic', 'topic')
  const { head } = await read(repo)
  expect(await deployTrailers({ git: repo.git, objectsDir: tempFolder() }, head)).toEqual({
    'deploy-because': ['faster'],
    'deploy-accept': ['fly-env-removed:LEVEL — unused'],
  })
})

test('what a change leaves, and the blobs of its configs, can be recorded', async () => {
  const repo = makeRepo(APP)
  repo.sh('mv', 'src/worker.js', 'src/job.js')
  repo.commit('move', { 'README.md': null })
  const { change, seen } = await read(repo)
  expect(leftBy(change)).toEqual({ 'README.md': null, 'src/worker.js': null, 'src/job.js': repo.sh('rev-parse', 'HEAD:src/job.js') })
  expect(blobAt(seen, 'fly.toml').oid).toBe(repo.sh('rev-parse', 'HEAD:fly.toml'))
  expect(blobAt(seen, 'nothing').oid).toBeNull()
})

test('work inside a submodule and files left off by a sparse checkout are said', async () => {
  const repo = makeRepo(APP)
  const inner = makeRepo({ 'a.txt': '1\n' })
  repo.sh('-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', inner.root, 'sub')
  const base = repo.commit('with a submodule')
  expect((await read(repo, { bases: [base] })).said).toEqual([])
  repo.write({ 'sub/a.txt': '2\n' })
  expect((await read(repo, { bases: [base] })).said).toEqual(['ask submodule-dirty:sub'])
  repo.write({ 'sub/a.txt': '1\n', 'sub/new.txt': 'x\n' })
  expect((await read(repo, { bases: [base] })).said).toEqual(['ask submodule-dirty:sub'])
  const sparse = makeRepo(APP)
  sparse.sh('sparse-checkout', 'set', 'src')
  expect((await read(sparse, { bases: [sparse.first] })).said).toEqual(['ask sparse-checkout:work tree'])
})
