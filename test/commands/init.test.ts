import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeTreeFiles } from '../../src/adapters/tree-files.ts'
import { type InitContext, initCommand } from '../../src/commands/init.ts'
import { loadEveryApp, loadSettings } from '../../src/config/load.ts'
import { parseConfig } from '../../src/config/parse.ts'
import { problemLine } from '../../src/config/problem.ts'
import { diskReader } from '../../src/config/readers.ts'
import type { Trial } from '../../src/config/render-test.ts'
import type { Event } from '../../src/events.ts'
import { makeRepo } from '../change/repo.ts'
import { input } from '../config/files.ts'

const ID = '0123456789abcdef0123456789abcdef'
const FLY = 'app = "everflow"\n[http_service]\ninternal_port = 8080\n[[http_service.checks]]\npath = "/health"\n'

const unexpected = () => Promise.reject(new Error('nothing was to be shared'))

/** A repository whose ignored and tracked files are as given, and everything that init did there. */
const start = (tracked: Record<string, string>, ignored: Record<string, string> = {}, trial: Trial['verdict'] = 'passes') => {
  const repo = makeRepo({ '.gitignore': '.env\n', ...tracked })
  repo.write(ignored)
  const read = diskReader(makeTreeFiles(), repo.root)
  const events: Event[] = []
  const ran: string[] = []
  const made: string[] = []
  const init = (over: Partial<InitContext> = {}) =>
    initCommand({
      paths: repo.sh('ls-files', '--cached', '--others', '--exclude-standard').split('\n'),
      read,
      write: async (path, text) => writeFileSync(join(repo.root, path), text),
      trySmoke: async ({ run }) => {
        ran.push(run)
        return { verdict: trial, note: 'exit 1: no such table\n: jobs # x' }
      },
      ledger: async (app) => {
        made.push(app)
        return ID
      },
      sharing: { remotes: async () => [], used: async () => null, tries: unexpected, bring: unexpected },
      wanted: null,
      prompt: null,
      emit: (event) => void events.push(event),
      force: false,
      dryRun: false,
      ...over,
    })
  const text = () => readFileSync(join(repo.root, 'safe-deploy.yml'), 'utf8')
  const settled = async () => {
    expect(parseConfig(text(), 'safe-deploy.yml').problems.map(problemLine)).toEqual([])
    return (await loadSettings(input({}, { read, root: repo.root }))).settings
  }
  const last = () => events.findLast((event) => event.type === 'report')
  return { repo, read, init, text, settled, last, ran, made }
}

/** Every comment that holds a setting, taken off its #: those have to be right too. */
const uncommented = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !/^ *# (?:[A-Z]|yaml-language-server)/.test(line))
    .map((line) => line.replace(/^( *)# /, '$1'))
    .join('\n')

describe('a Python worker', () => {
  const tracked = {
    'fly.toml': FLY,
    Dockerfile: 'FROM python:3.12\n',
    'requirements.txt': 'pydantic-settings\npytest\n',
    'app/settings.py': 'class Settings(BaseSettings):\n    model_config = SettingsConfigDict(env_file=".env", extra="ignore")\n',
    'tests/test_settings.py': 'load_dotenv(".env.test")\n',
    'scripts/run_pipeline.py': 'print(1)\n',
    '.env.example': 'DATABASE_URL=\nSLACK_WEBHOOK_URL=changeme\nLOG_LEVEL=info\nAPI_TOKEN=\n',
  }
  const ignored = {
    '.env': 'DATABASE_URL="postgres://u:hunter2@db/x"\nLOG_LEVEL=debug\nexport SLACK_WEBHOOK_URL=https://example.com/hook\n',
  }

  test('target, ledger, probe, env, smoke and the protected line are what the repository shows', async () => {
    const { init, settled, text, ran, made, last } = start(tracked, ignored)
    expect(await init()).toBe(0)
    expect(await settled()).toMatchObject({
      app: 'everflow',
      ledger: { remote: 'none', id: ID },
      protect: [{ file: 'app/settings.py', keeps: 'env_file=".env"' }],
      env: { files: ['.env'], required: ['DATABASE_URL', 'SLACK_WEBHOOK_URL'], inject: [] },
      smoke: [{ run: 'python scripts/run_pipeline.py' }],
      probes: [{ kind: 'http', url: 'https://everflow.fly.dev/health', status: 200 }],
      bakeMs: 30_000,
    })
    expect(ran).toEqual(['python scripts/run_pipeline.py'])
    expect(made).toEqual(['everflow'])
    expect(text()).toMatch(/^# yaml-language-server: \$schema=\S*safe-deploy\.schema\.json\n/)
    expect(text()).toContain('not filled here: [API_TOKEN]')
    expect(`${text()}${JSON.stringify(last())}`).not.toContain('hunter2')
  })

  test('an env file that the image would take in is named, and one that it leaves out is not', async () => {
    const named = start(tracked, ignored)
    await named.init()
    expect(JSON.stringify(named.last())).toContain('.env would go into the image')
    const kept = start({ ...tracked, '.dockerignore': '.env\n' }, ignored)
    await kept.init()
    expect(JSON.stringify(kept.last())).not.toContain('would go into the image')
  })

  test('an app that does not load its env itself gets the keys under inject', async () => {
    const { init, settled } = start(tracked, ignored, 'env-not-loaded')
    await init()
    expect((await settled()).env.inject).toEqual(['DATABASE_URL', 'LOG_LEVEL', 'SLACK_WEBHOOK_URL'])
  })

  test('a smoke that fails stays a comment', async () => {
    const { init, settled, text } = start(tracked, ignored, 'fails')
    await init()
    expect((await settled()).smoke).toEqual([])
    expect(text()).toContain('no such table')
  })

  test.each<Trial['verdict']>(['passes', 'env-not-loaded', 'fails'])('what is commented out is right too (%s)', async (verdict) => {
    const { init, text } = start(tracked, ignored, verdict)
    await init()
    const { problems } = parseConfig(uncommented(text()).replace(/https:\/\/…/g, 'https://x.example'), 'x')
    expect(problems.filter(({ found }) => !found.includes('twice')).map(problemLine)).toEqual([])
  })
})

describe('agents', () => {
  test('that work here are mentioned, until hooks stand before them', async () => {
    const told = async (files: Record<string, string>) => {
      const { init, last } = start({ 'fly.toml': FLY, ...files })
      await init()
      return JSON.stringify(last())
    }
    expect(await told({ 'CLAUDE.md': 'x' })).toContain('agents work here (CLAUDE.md): safe-deploy init --agents')
    expect(await told({ '.cursor/rules/x': 'x', '.safe-deploy/hook': 'x' })).not.toContain('agents work here')
    expect(await told({ 'src/cursor.js': 'x' })).not.toContain('agents work here')
  })
})

describe('a Node app', () => {
  const tracked = {
    'fly.toml': 'app = "shop"\n[http_service]\ninternal_port = 3000\n',
    'package.json': JSON.stringify(
      { scripts: { test: 'vitest', smoke: 'node smoke.js', start: 'node --env-file=.env server.js' } },
      null,
      2,
    ),
    'pnpm-lock.yaml': 'lockfileVersion: 9\n',
    'src/server.js': "import 'dotenv/config'\n",
  }

  test('a script called smoke comes before the tests, with the package manager in use', async () => {
    const { init, settled, text } = start(tracked)
    await init()
    expect(await settled()).toMatchObject({
      smoke: [{ name: 'smoke', run: 'pnpm run smoke' }],
      probes: [{ url: 'https://shop.fly.dev/', status: null }],
      env: { files: [] },
    })
    expect(text()).toContain('pnpm run test')
  })

  test('lines that load the env are protected, each file once', async () => {
    const { init, settled } = start(tracked)
    await init()
    const { protect } = await settled()
    expect(protect.map(({ file }) => file).sort()).toEqual(['package.json', 'src/server.js'])
  })

  test('the script that npm writes by itself is no smoke', async () => {
    const { init, settled, ran } = start({
      'fly.toml': FLY,
      'package.json': '{"scripts":{"test":"echo \\"Error: no test specified\\" && exit 1"}}',
    })
    await init()
    expect((await settled()).smoke).toEqual([])
    expect(ran).toEqual([])
  })
})

describe('a Ruby worker', () => {
  test('it answers no HTTP, so no probe is made up', async () => {
    const { init, settled, text, last } = start({
      'fly.toml': 'app = "mailer"\n[processes]\nworker = "bundle exec sidekiq"\n',
      Gemfile: 'gem "rails"\ngem "dotenv-rails"\ngem "rspec-rails"\n',
      'bin/rails': '#!/usr/bin/env ruby\n',
      'spec/a_spec.rb': '\n',
    })
    await init()
    const settings = await settled()
    expect(settings).toMatchObject({ app: 'mailer', probes: [], bakeMs: 0, smoke: [{ name: 'boots' }], protect: [{ file: 'Gemfile' }] })
    expect(text()).toContain('bundle exec rspec')
    expect(JSON.stringify(last())).toContain('only a probe of its work')
  })
})

describe('other shapes', () => {
  test('several fly configs become apps with a ledger each', async () => {
    const { init, read, made, repo } = start({
      'web/fly.toml': 'app = "acme-web"\n[http_service]\n',
      'jobs/fly.toml': 'app = "acme-jobs"\n',
      'web/test/fly.toml': 'app = "no"\n',
    })
    await init()
    const apps = await loadEveryApp(input({}, { read, root: repo.root }))
    expect(apps.map(({ settings }) => [settings.key, settings.app, settings.ledger.id])).toEqual([
      ['jobs', 'acme-jobs', ID],
      ['web', 'acme-web', ID],
    ])
    expect(made).toEqual(['acme-jobs', 'acme-web'])
  })

  test.each<[string, Record<string, string>]>([
    ['nothing that deploys', {}],
    ['a broken fly.toml', { 'fly.toml': '[[\n' }],
    ['odd names', { 'fly.toml': 'app = "a\\"b: {c}\'"\n', "it's #1/fly.toml": 'app = "x"\n' }],
    ['a broken package.json', { 'fly.toml': FLY, 'package.json': '{' }],
  ])('%s: still a file that parses', async (_, tracked) => {
    const { init, text, last } = start(tracked)
    expect(await init()).toBe(0)
    expect(parseConfig(text(), 'safe-deploy.yml').problems.map(problemLine)).toEqual([])
    expect(last()).toMatchObject({ data: { written: true } })
  })

  test('an env file in git is named', async () => {
    const { init, repo, last } = start({ 'fly.toml': FLY })
    repo.write({ '.env': 'A=1\n' })
    repo.sh('add', '-f', '.env')
    await init()
    expect(JSON.stringify(last())).toContain('.env is in git')
  })
})

describe('a second time', () => {
  test('the file stays, and what --force would change is told', async () => {
    const { init, repo, text, last, ran, made } = start({ 'fly.toml': FLY, 'scripts/smoke.py': '' })
    await init()
    const first = text()
    expect(await init()).toBe(0)
    expect(last()).toMatchObject({ data: { written: false, changes: [] } })
    repo.write({ 'safe-deploy.yml': first.replace('status: 200', 'status: 204') })
    await init()
    expect(JSON.stringify(last())).toMatch(/- .*204.*\+ .*200/)
    expect(text()).toContain('204')
    expect([ran.length, made.length]).toEqual([1, 1])
  })

  test('--force replaces it and keeps the ledger', async () => {
    const { init, repo, settled, made } = start({ 'fly.toml': FLY })
    repo.write({ 'safe-deploy.yml': 'version: 1\nbuget: {}\nledger: { id: kept-id }\n' })
    await init({ force: true })
    expect((await settled()).ledger.id).toBe('kept-id')
    expect(made).toEqual([])
  })

  test('--force keeps a ledger that is shared as it is', async () => {
    const { init, repo, settled, made } = start({ 'fly.toml': FLY })
    repo.write({ 'safe-deploy.yml': 'version: 1\nledger: { remote: up, id: kept-id, ref: refs/heads/x, logs: none }\n' })
    await init({ force: true })
    expect((await settled()).ledger).toEqual({ remote: 'up', id: 'kept-id', ref: 'refs/heads/x', logs: 'none' })
    expect(made).toEqual([])
  })

  test('--share with a config that is there names the command that moves it', async () => {
    const { init, last } = start({ 'fly.toml': FLY })
    await init()
    await init({ wanted: { remote: null } })
    expect(JSON.stringify(last())).toContain('safe-deploy ledger share')
  })

  test('--dry-run shows it and touches nothing', async () => {
    const { init, repo, last, ran, made } = start({ 'fly.toml': FLY, 'scripts/smoke.py': '' })
    await init({ dryRun: true })
    expect(last()).toMatchObject({ title: 'safe-deploy.yml would be:' })
    expect(repo.sh('status', '--porcelain')).toBe('')
    expect([ran, made]).toEqual([[], []])
  })
})
