import { expect, test } from 'vitest'
import { findingsOf, saidOf } from './reading.ts'
import { makeRepo } from './repo.ts'

const FILES = ['file-', 'convention-', 'env-file-', 'rails-', 'python-', 'node-']

/** A repository from which files go: what is said of it. */
const without = async (files: Record<string, string>, change: Record<string, string | null>): Promise<string[]> => {
  const repo = makeRepo(files)
  repo.commit('Tidy up', change)
  return saidOf(repo, ...FILES)
}

test('the Lockbox story: credentials go, no line names them, and the gem that reads them by default is named with its place', async () => {
  const lock = `GEM\n  remote: https://rubygems.org/\n  specs:\n${'    a (1)\n'.repeat(206)}    lockbox (2.0.1)\n    rails (8.0.2)\n`
  const repo = makeRepo({
    'Gemfile.lock': lock,
    'config/credentials/production.yml.enc': 'x--y--z\n',
    'config/credentials.yml.enc': 'a--b--c\n',
    'app/models/user.rb': 'class User < ApplicationRecord\n  has_encrypted :email\nend\n',
  })
  repo.commit('Remove usage of production credentials', { 'config/credentials/production.yml.enc': null })
  const [finding, ...others] = await findingsOf(repo)
  expect([others, finding?.severity, finding?.rule, finding?.place]).toEqual([
    [],
    'ask',
    'rails-credentials-removed',
    { file: 'config/credentials/production.yml.enc' },
  ])
  expect(finding?.fact).toBe(
    'config/credentials/production.yml.enc is deleted; lockbox (Gemfile.lock:210) takes its master key from it by default.',
  )
  expect(finding?.why).toMatch(/falls back to config\/credentials.yml.enc, which another key opens/)
  expect(JSON.stringify(finding)).not.toMatch(/x--y|a--b/)
})

test('lines that read credentials are named; comments, tests and another app are none', async () => {
  const files = {
    'api/config/credentials.yml.enc': 'x--y--z\n',
    'api/config/initializers/geocoder.rb': 'Geocoder.configure(\n  api_key: Rails.application.credentials.dig(:ipinfo_io, :api_key),\n)\n',
    'api/config/storage.yml': '#  key: <%= Rails.application.credentials.dig(:aws, :key) %>\n',
    'api/spec/a_spec.rb': 'expect(Rails.application.credentials.x)\n',
    'web/config/initializers/stripe.rb': 'Stripe.api_key = Rails.application.credentials.stripe\n',
  }
  expect(await without(files, { 'api/config/credentials.yml.enc': null })).toEqual([
    'ask rails-credentials-removed: api/config/credentials.yml.enc is deleted; api/config/initializers/geocoder.rb:2 reads it.',
  ])
})

test('all credentials of an app are one finding; those that nobody is served with are a note; where the app says another path, too', async () => {
  const of = (env: string) => `config/credentials/${env}.yml.enc`
  const files = { 'Gemfile.lock': '    lockbox (2.0.1)\n', [of('production')]: 'x', [of('beta')]: 'y', [of('test')]: 'z' }
  const rules = async (change: Record<string, string | null>) => (await without(files, change)).map((said) => said.split(':')[0])
  expect(await rules({ [of('production')]: null, [of('beta')]: null, [of('test')]: null })).toEqual(['ask rails-credentials-removed'])
  expect(await rules({ [of('test')]: null })).toEqual(['note rails-credentials-elsewhere'])
  expect(
    await rules({ [of('production')]: null, 'config/environments/production.rb': 'a\n  config.credentials.content_path = "noop"\n' }),
  ).toEqual(['note rails-credentials-elsewhere'])
})

test.each([
  [
    'release_command',
    { 'fly.toml': 'app = "a"\n[deploy]\n  release_command = "sh scripts/release.sh"\n' },
    'scripts/release.sh',
    'ask',
    'fly.toml:3',
  ],
  ['a process', { 'fly.toml': 'app = "a"\n[processes]\n  app = "gunicorn shop.wsgi:application"\n' }, 'shop/wsgi.py', 'ask', 'fly.toml:3'],
  [
    '[[files]]',
    { 'fly.toml': 'app = "a"\n[[files]]\n  guest_path = "/etc/a.conf"\n  local_path = "deploy/haproxy.cfg"\n' },
    'deploy/haproxy.cfg',
    'ask',
    'fly.toml:4',
  ],
  ['a Procfile', { Procfile: 'web: node server.js\n' }, 'server.js', 'ask', 'Procfile:1'],
  [
    'a Dockerfile that runs it',
    { Dockerfile: 'FROM a\nCOPY . .\nRUN ./bin/prepare-assets\n' },
    'bin/prepare-assets',
    'ask',
    'Dockerfile:3',
  ],
  [
    'compose',
    { 'compose.yml': 'services:\n  web:\n    volumes:\n      - ./nginx/site.conf:/etc/nginx/site.conf\n' },
    'nginx/site.conf',
    'warn',
    'compose.yml:4',
  ],
  [
    'npm start',
    { 'package.json': '{\n  "scripts": {\n    "start": "node scripts/serve-all.js"\n  }\n}\n' },
    'scripts/serve-all.js',
    'warn',
    'package.json:3',
  ],
  [
    'code that opens it',
    { 'lib/rates.rb': 'RATES = YAML.load_file(Rails.root.join("config", "tax_rates.yml"))\n' },
    'config/tax_rates.yml',
    'warn',
    'lib/rates.rb:1',
  ],
  [
    'code beside it',
    { 'src/mail/send.py': 'page = (HERE / "welcome_mail.html").read_text()\n' },
    'src/mail/welcome_mail.html',
    'warn',
    'src/mail/send.py:1',
  ],
  [
    'a settings module by its name',
    { 'bin/serve': 'export DJANGO_SETTINGS_MODULE=shop.settings.live\n' },
    'shop/settings/live.py',
    'warn',
    'bin/serve:1',
  ],
])('what %s names is missed', async (_, files: Record<string, string>, gone, severity, place) => {
  const said = await without({ ...files, [gone]: 'x\n', 'other.txt': '' }, { [gone]: null })
  expect(said).toEqual([
    expect.stringMatching(new RegExp(`^${severity} file-still-\\w+: ${gone} is deleted, and ${place} still names it\\.$`)),
  ])
})

const TREE = { 'fly.toml': 'app = "a"\n', 'lib/read.rb': 'x\n' }

test.each<[string, Record<string, string>, Record<string, string | null>]>([
  ['nobody names', { 'config/tax_rates.yml': 'x' }, { 'config/tax_rates.yml': null }],
  ['a comment names', { 'config/tax_rates.yml': 'x', 'lib/a.rb': '# see config/tax_rates.yml\n' }, { 'config/tax_rates.yml': null }],
  [
    'documents and tests name',
    { 'config/tax_rates.yml': 'x', 'README.md': 'config/tax_rates.yml\n', 'test/a_test.rb': 'read("config/tax_rates.yml")\n' },
    { 'config/tax_rates.yml': null },
  ],
  [
    'only an ignore list names',
    { 'config/tax_rates.yml': 'x', '.prettierignore': 'config/tax_rates.yml\n' },
    { 'config/tax_rates.yml': null },
  ],
  [
    'a longer name holds',
    { 'config/rates.yml': 'x', 'lib/a.rb': 'read("config/tax_rates.yml")\nread("config/rates.yml.enc")\n' },
    { 'config/rates.yml': null },
  ],
  [
    'another of its name answers for',
    { 'a/tax_rates.yml': 'x', 'b/tax_rates.yml': 'x', 'b/read.rb': 'read("tax_rates.yml")\n' },
    { 'a/tax_rates.yml': null },
  ],
  [
    'the same change names anew',
    { 'config/tax_rates.yml': 'x', 'lib/a.rb': 'read("config/tax_rates.yml")\n' },
    { 'config/tax_rates.yml': null, 'config/tax/tax_rates.yml': 'x', 'lib/a.rb': 'read("config/tax/tax_rates.yml")\n' },
  ],
  [
    'an import names: its compiler tells',
    { 'src/tax-rates.ts': 'x', 'src/a.ts': "import { x } from './tax-rates.ts'\n" },
    { 'src/tax-rates.ts': null },
  ],
  [
    'a script writes first',
    { 'config/tax_rates.yml': 'x', 'lib/a.rb': 'read("config/tax_rates.yml")\n', 'bin/setup': 'fetch-rates > config/tax_rates.yml\n' },
    { 'config/tax_rates.yml': null },
  ],
  [
    'an address names',
    { 'config/tax_rates.yml': 'x', 'lib/a.rb': 'get("https://example.com/config/tax_rates.yml")\n' },
    { 'config/tax_rates.yml': null },
  ],
  ['git ignores from now on, and is here', { '.env': 'A=1\n', 'app.py': 'load_dotenv()\n' }, {}],
])('a file that %s is no finding', async (_, files, change) => {
  expect(await without({ ...TREE, ...files }, change)).toEqual([])
})

test('a file that git ignores from now on still goes to the builder', async () => {
  const repo = makeRepo({ ...TREE, '.env': 'A=1\n', 'app.py': 'load_dotenv()\n' })
  repo.sh('rm', '-q', '--cached', '.env')
  repo.write({ '.gitignore': '.env\n' })
  repo.commit('Keep .env at home')
  expect(await saidOf(repo, ...FILES)).toEqual([])
  repo.write({ '.env': null })
  expect(await saidOf(repo, ...FILES)).toEqual(['ask env-file-removed: .env is deleted; app.py:1 loads it.'])
})

test('a renamed file says where it went', async () => {
  const repo = makeRepo({
    ...TREE,
    'config/litestream.yml.erb': `${'dbs: []\n'.repeat(9)}`,
    'config/deploy.yml': 'accessories:\n  files: ["config/litestream.yml.erb:/etc/l.yml"]\n',
  })
  repo.sh('mv', 'config/litestream.yml.erb', 'config/litestream.yml')
  repo.commit('Rename')
  expect(await saidOf(repo, ...FILES)).toEqual([
    'ask file-still-read: config/litestream.yml.erb is renamed to config/litestream.yml, and config/deploy.yml:2 still names it.',
  ])
})

test('of many files that go, what starts the app is read through, and one place to change is one finding', async () => {
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`packages/db/part${i}.sql`, `select ${i}\n`]))
  const repo = makeRepo({
    ...TREE,
    ...many,
    'packages/db/seed/schema.prisma': 'model A {}\n',
    'start.sh': 'prisma migrate deploy --schema packages/db/seed/schema.prisma\npsql -f packages/db/part7.sql\n',
  })
  repo.sh('mv', 'packages', 'internal')
  repo.commit('Move')
  expect(await saidOf(repo, ...FILES)).toEqual([
    expect.stringMatching(
      /^ask file-still-read: packages\/db\/\S+ is renamed to internal\/db\/\S+ \(with packages\/db\/\S+\), and start.sh:\d and start.sh:\d still name it\.$/,
    ),
  ])
})

test('a folder that goes whole is one finding where what starts the app names it, and none where code names a module so', async () => {
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`legacy/worker/part${i}.sql`, `select ${i}\n`]))
  const files = { ...TREE, ...many, 'lib/read.ts': "import { x } from 'legacy/worker'\n" }
  const gone = Object.fromEntries(Object.keys(many).map((path) => [path, null]))
  expect(await without({ ...files, 'legacy/keep.sql': 'x' }, gone)).toEqual([])
  expect(
    await without(
      { ...files, 'legacy/keep.sql': 'x', 'fly.worker.toml': 'app = "b"\n[[statics]]\n  guest_path = "legacy/worker"\n' },
      gone,
    ),
  ).toEqual(['ask file-still-read: legacy/worker/ (40 files) is gone, and fly.worker.toml:3 still names it.'])
})

test.each([
  ['config/sidekiq.yml', { 'Gemfile.lock': '    sidekiq (8.0.7)\n' }, 'warn rails-config-removed'],
  ['gunicorn.conf.py', { Procfile: 'web: gunicorn app.wsgi\n' }, 'warn python-config-removed'],
  [
    'src/middleware.ts',
    { 'package.json': '{\n  "dependencies": {\n    "next": "15.1.0"\n  }\n}\n', 'src/app/page.tsx': '' },
    'warn node-config-removed',
  ],
  ['config/runtime.exs', { 'mix.exs': 'x\n' }, 'warn convention-file-removed'],
  [
    'config/secrets/prod/prod.decrypt.private.php',
    { 'composer.json': '{ "symfony/framework-bundle": "7" }\n' },
    'warn convention-file-removed',
  ],
  ['.sops.yaml', { 'secrets/app.yaml': 'key: ENC[AES256_GCM,data:x]\n' }, 'warn convention-file-removed'],
])('%s is read by its place alone', async (gone, files: Record<string, string>, rule) => {
  const [said, ...others] = await without({ ...files, [gone]: 'x\n' }, { [gone]: null })
  expect([others, said?.split(':')[0]]).toEqual([[], rule])
  const unproved = await without({ 'fly.toml': 'app = "a"\n', [gone]: 'x\n' }, { [gone]: null })
  expect(unproved).toEqual([])
})

test('an app that goes whole takes its conventions along', async () => {
  const app = {
    'web/package.json': '{\n  "dependencies": {\n    "next": "15.1.0"\n  }\n}\n',
    'web/next.config.js': 'x\n',
    'web/.env': 'A=1\n',
  }
  const gone = Object.fromEntries(Object.keys(app).map((path) => [path, null]))
  expect(await without({ ...TREE, ...app }, gone)).toEqual([])
})

test('hostile names and lines end in time', async () => {
  const name = `${'a.'.repeat(60)}yml`
  const line = `read("${'config/'.repeat(4000)}${'a.'.repeat(4000)}")\n`.repeat(40)
  const repo = makeRepo({ [name]: 'x', 'lib/a.rb': line, 'config/b(c)[d]*.yml': 'x' })
  repo.commit('go', { [name]: null, 'config/b(c)[d]*.yml': null })
  const start = performance.now()
  await saidOf(repo, ...FILES)
  expect(performance.now() - start).toBeLessThan(5_000)
})
