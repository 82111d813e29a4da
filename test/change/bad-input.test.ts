import { describe, expect, test } from 'vitest'
import { DETECTORS, detect } from '../../src/change/detectors/all.ts'
import { openRangeSource } from '../../src/change/range-source.ts'
import { factsOf } from '../../src/change/read.ts'
import type { Detector, Sight } from '../../src/change/sight.ts'
import { sightOfExample } from '../../src/checklist/example-sight.ts'
import { isGuardError } from '../../src/errors.ts'
import type { Fact } from '../../src/model.ts'
import { rangeOf } from './range.ts'
import { makeRepo, type Repo } from './repo.ts'
import { makeSettings } from './settings.ts'

type Files = Record<string, string | Buffer | null>

/** Facts on the last of two commits, without what every deploy is. */
const factsBetween = async (before: Record<string, string | Buffer>, after: Files): Promise<Fact[]> => {
  const repo = makeRepo(before)
  repo.commit('change', after)
  const { seen } = await rangeOf(
    { git: repo.git, settings: makeSettings({ root: repo.root }), root: repo.root },
    { base: 'HEAD^', head: 'HEAD' },
  )
  const facts = await factsOf(seen, { truth: null, state: null, now: 0 })
  return facts.filter(({ kind }) => kind !== 'every-deploy')
}

const said = (facts: readonly Fact[]): string[] => facts.map(({ kind, subject }) => `${kind}:${subject}`)

const NPM = JSON.stringify(
  { lockfileVersion: 3, packages: { '': { dependencies: { a: '>=1' } }, 'node_modules/a': { version: '1.0.0' } } },
  null,
  2,
)
const GEMS = (version: string): string =>
  `GEM\n  remote: https://rubygems.org/\n  specs:\n    a (${version})\n    b (1.0)\n      a (>= 1)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  b\n`

describe('a lockfile that cannot be read is said, with what is wrong and what is left', () => {
  test.each<[string, string, string | Buffer, string | Buffer, RegExp]>([
    ['cut off', 'package-lock.json', NPM, NPM.slice(0, 60), /ends too early/],
    ['with conflict markers', 'Gemfile.lock', GEMS('1.0'), GEMS('1.0').replace('    a', '<<<<<<< HEAD\n    a'), /merge conflict/],
    ['of a future version', 'pnpm-lock.yaml', "lockfileVersion: '9.0'\n", "lockfileVersion: '99.0'\n", /99\.0, which is not known/],
    ['in a format only its tool reads', 'bun.lockb', Buffer.from([1, 0, 2]), Buffer.from([1, 0, 3]), /only bun reads it/],
    [
      'as UTF-16',
      'yarn.lock',
      '# yarn lockfile v1\n',
      Buffer.from('\ufeff# yarn lockfile v1\n\n\na@^1:\n  version "2.0.0"\n', 'utf16le'),
      /not written as yarn/,
    ],
  ])('%s', async (_, path, before, after, why) => {
    const facts = await factsBetween(
      { [path]: before, 'Gemfile.saas.lock': GEMS('1.0') },
      { [path]: after, 'Gemfile.saas.lock': GEMS('2.0') },
    )
    const unreadable = facts.find(({ kind }) => kind === 'lockfile-unreadable')
    expect([unreadable?.subject, unreadable?.data.why]).toEqual([path, expect.stringMatching(why)])
    expect(said(facts)).toContain('dependency-major:a')
  })

  test('larger than is read', async () => {
    const facts = await factsBetween({ 'package-lock.json': NPM }, { 'package-lock.json': ' '.repeat(33 * 1024 * 1024) })
    expect(facts.map(({ kind, data }) => [kind, data.why])).toEqual([['lockfile-unreadable', expect.stringContaining('33 MB')]])
  })

  const YARN = '# yarn lockfile v1\n\n\na@>=1:\n  version "1.0.0"\n'
  const PNPM = "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a:\n        specifier: '*'\n        version: 1.0.0\n"
  const PACKAGES = 'packages:\n  a@1.0.0:\n    resolution: {integrity: sha512-a}\nsnapshots:\n  a@1.0.0: {}\n'

  test.each<[string, string, string, string, string]>([
    ['emptied, of yarn', 'yarn.lock', YARN, '', 'it is empty'],
    ['emptied, of Cargo', 'Cargo.lock', '[[package]]\nname = "a"\nversion = "1.0.0"\n', '\n', 'it is empty'],
    ['emptied, of mix', 'mix.lock', '%{\n  "a": {:hex, :a, "1.0.0", "00"},\n}\n', '', 'it is empty'],
    ['a page of errors', 'go.mod', 'module a\nrequire b.c/d v1.0.0\n', '<html>not found</html>\n', 'it names no module'],
    ['cut off behind what the project asks for', 'pnpm-lock.yaml', `${PNPM}${PACKAGES}`, `${PNPM}packages:\n`, 'it ends too early'],
  ])('%s', async (_, path, before, after, why) => {
    const facts = await factsBetween({ [path]: before }, { [path]: after })
    expect(facts.filter(({ kind }) => kind === 'lockfile-unreadable').map(({ data }) => data.why)).toEqual([why])
  })

  test('but an empty one that was none before is a lock of nothing, and one that lost its last package is read', async () => {
    expect(await factsBetween({ 'yarn.lock': '# yarn lockfile v1\n' }, { 'yarn.lock': '' })).toEqual([])
    expect(await factsBetween({ 'yarn.lock': YARN }, { 'yarn.lock': '# yarn lockfile v1\n\n\n' })).toEqual([])
  })

  test('with more packages than anybody installs, it costs no minutes', async () => {
    const gems = (version: string): string =>
      GEMS('1.0').replace('    b (1.0)', `${Array.from({ length: 200_000 }, (_, i) => `    g${i} (${version})\n`).join('')}    b (1.0)`)
    const facts = await factsBetween({ 'Gemfile.lock': gems('1.0') }, { 'Gemfile.lock': gems('2.0') })
    expect(facts.map(({ kind, data }) => [kind, data.why])).toEqual([['lockfile-unreadable', 'it lists more than 50,000 packages']])
  }, 20_000)

  test('and one that can be is not: with a byte order mark, CRLF, or hidden from every diff', async () => {
    const windows = (text: string): string => `\ufeff${text.replaceAll('\n', '\r\n')}`
    const yarn = (version: string): string => windows(`# yarn lockfile v1\n\n\na@>=1:\n  version "${version}"\n`)
    expect(said(await factsBetween({ 'yarn.lock': yarn('1.0.0') }, { 'yarn.lock': yarn('2.0.0') }))).toContain('dependency-major:a')
    const hidden = { '.gitattributes': '*.lock -diff\n', 'Gemfile.lock': GEMS('1.0') }
    expect(said(await factsBetween(hidden, { 'Gemfile.lock': GEMS('2.0') }))).toContain('dependency-major:a')
  })
})

describe('a detector that fails', () => {
  const failing: Detector = {
    name: 'failing',
    facts: () => {
      throw new RangeError('sentinel-content')
    },
  }
  const sight = (): Promise<Sight> => sightOfExample({ files: [{ path: 'app/main.py', removed: ['load_dotenv()'] }] })

  test('says so by its name and quotes nothing; the others go on', async () => {
    const facts = await detect(await sight(), [failing, ...DETECTORS])
    expect(facts[0]).toMatchObject({ kind: 'detector-failed', subject: 'failing', data: { why: 'RangeError' } })
    expect(said(facts)).toContain('env-loading-removed:app/main.py')
    expect(JSON.stringify(facts)).not.toContain('sentinel-content')
  })

  test('already while it said what it wants to read, it has found nothing', async () => {
    const asking: Detector = { name: 'asking', facts: () => [] }
    const failed = { ...(await sight()), failed: new Map([['asking', 'TypeError']]) }
    expect(await detect(failed, [asking])).toMatchObject([{ kind: 'detector-failed', data: { detector: 'asking', why: 'TypeError' } }])
  })
})

describe('what a finding repeats of a command or a line', () => {
  const drawn = ['zQ9vKx7Lw2', 'Rt8Yb4Mn5Pc6'].join('')
  const low = ['correct', 'horse'].join('-')

  test('has no secret in it, whatever names or hides it', async () => {
    const facts = await factsBetween(
      {
        Dockerfile: 'FROM a\nCMD ["node", "a.js"]\n',
        'fly.toml': 'app = "x"\n[deploy]\nrelease_command = "bin/migrate"\n',
        '.github/workflows/d.yml': 'on: push\njobs:\n  d:\n    steps:\n      - run: fly deploy\n',
        'app/a.js': 'x()\n',
      },
      {
        Dockerfile: `FROM a\nENTRYPOINT DB_PASSWORD=${low} run\nCMD ["node", "a.js", "--api-token", "${low}", "--k=${drawn}", "pg://u:${low}@h"]\n`,
        'fly.toml': `app = "x"\n[deploy]\nrelease_command = "TOKEN='${low}' bin/migrate --password ${low} ${drawn}"\n`,
        '.github/workflows/d.yml': `on: push\njobs:\n  d:\n    steps:\n      - run: FLY_API_TOKEN=${low} fly deploy\n      - run: curl https://user-name-of-somebody:${low}-and-more@host && fly deploy\n`,
        'app/a.js': `require('dotenv').config({ path: '/run/.env', DOTENV_KEY: '${drawn}' })\n`,
      },
    )
    const kinds = facts.map(({ kind }) => kind)
    for (const kind of ['docker-command-changed', 'fly-release-command', 'deploy-job-changed', 'env-loading-added'])
      expect(kinds).toContain(kind)
    expect(JSON.stringify(facts)).not.toContain(drawn)
    expect(JSON.stringify(facts)).not.toContain(low)
  })

  test('but all that is none', async () => {
    const command = 'NODE_ENV=production bin/migrate --config config/prod-2024.yml --token $TOKEN DatabaseMigrationRunner'
    const toml = (release: string): string => `app = "x"\n[deploy]\nrelease_command = "${release}"\n`
    const facts = await factsBetween({ 'fly.toml': toml('bin/old') }, { 'fly.toml': toml(command) })
    expect(facts.find(({ kind }) => kind === 'fly-release-command')?.data.now).toBe(command)
  })
})

test('a line of 2 MB, and a file too large for one look, hide nothing else', async () => {
  const long = 'env_file=".env" '.repeat(130_000)
  const facts = await factsBetween(
    { 'app/settings.py': 'env_file=".env"\n', 'app/main.py': 'load_dotenv()\n' },
    { 'app/settings.py': long, 'app/main.py': 'main()\n', Dockerfile: `FROM a\n${'RUN work\n'.repeat(2_000_000)}` },
  )
  expect(said(facts)).toContain('env-loading-removed:app/main.py')
})

test.each([
  ['an instruction over a million lines', `FROM a\nRUN work \\\n${'  and work \\\n'.repeat(1_000_000)}  end\nCMD run\n`],
  ['spaces before every word', `${`FROM a${' '.repeat(3900)}b\n`.repeat(1000)}CMD run\n`],
])(
  'a Dockerfile with %s is read in time that follows its length',
  async (_, text) => {
    const facts = await factsBetween({ Dockerfile: 'FROM a\nCMD start\n' }, { Dockerfile: text })
    expect(said(facts)).toContain('docker-command-changed:Dockerfile CMD')
  },
  10_000,
)

test('requirements with long runs of spaces are read in time that follows their length', async () => {
  const text = (version: string): string => `${`django==${' '.repeat(3900)}z\n`.repeat(400)}a==${version}\n`
  const facts = await factsBetween({ 'requirements.txt': text('1.0') }, { 'requirements.txt': text('2.0') })
  expect(said(facts)).toContain('dependency-major:a')
}, 5000)

test.each([' ', '"', '(', '{', '=', 'a.', '${A', 'env(', 'process.env.', 'Rails.env.test? ', '-', '\\\\'])(
  'lines that repeat %j over and over are read like any others',
  async (piece) => {
    const text = `${piece.repeat(4000 / piece.length)}\n`.repeat(60)
    const paths = [
      'src/a.js',
      'app/b.py',
      'app/c.rb',
      'lib/d.ex',
      'cmd/e.go',
      'compose.yml',
      '.github/workflows/f.yml',
      'db/migrate/1_g.rb',
      'Procfile',
    ]
    const facts = await factsBetween({ 'fly.toml': 'app = "x"\n' }, Object.fromEntries(paths.map((path) => [path, text])))
    expect(said(facts).filter((one) => one.startsWith('detector-failed'))).toEqual([])
  },
  20_000,
)

describe('a commit that this clone has not', () => {
  const nextOf = async (repo: Repo, shallow: boolean): Promise<unknown> => {
    const refused = await openRangeSource({ git: repo.git, shallow }, { base: 'HEAD^', head: 'HEAD' }).catch((error: unknown) => error)
    return isGuardError(refused) ? refused.refusal.next.map(({ argv }) => argv.join(' ')) : refused
  }

  test('is fetched where the clone has only the newest, and where there is none before it, all of it is judged', async () => {
    const repo = makeRepo()
    expect(await nextOf(repo, true)).toEqual(['git fetch --unshallow', 'git log --oneline -20'])
    expect(await nextOf(repo, false)).toEqual(['git log --oneline -20', 'safe-deploy plan --all --head HEAD'])
  })

  test('says nothing where it is there', async () => {
    const repo = makeRepo()
    repo.commit('second', { 'a.txt': 'a\n' })
    expect(await nextOf(repo, true)).toMatchObject({ base: { subject: 'first' }, head: { subject: 'second' } })
  })
})
