import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { World } from '../../src/agents/reading.ts'

const MOST_BYTES = 256 * 1024

const readText = (path: string): string | null => {
  try {
    return statSync(path).size > MOST_BYTES ? null : readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

const listNames = (path: string): string[] => {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

/** The world as the hook would give it: real files, nothing run. */
const worldAt = (cwd: string, env: World['env'] = {}): World => ({ cwd, env, read: readText, list: listNames })

/** A repository on disk, made by git itself, with a bare one beside it as `origin`; its home is its own. */
export interface PushHouse {
  root: string
  home: string
  git: (...args: string[]) => string
  write: (files: Readonly<Record<string, string>>) => void
  world: (env?: World['env'], cwd?: string) => World
}

export const makePushHouse = (files: Readonly<Record<string, string>> = {}): PushHouse => {
  const base = mkdtempSync(join(tmpdir(), 'push-house-'))
  onTestFinished(() => rmSync(base, { recursive: true, force: true }))
  const [root, home] = [join(base, 'app'), join(base, 'home')]
  for (const folder of [root, home]) mkdirSync(folder)
  const env = { PATH: process.env.PATH, HOME: home, GIT_CONFIG_NOSYSTEM: '1' }
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: root, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  const write = (some: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(some)) {
      mkdirSync(dirname(join(root, name)), { recursive: true })
      writeFileSync(join(root, name), text)
    }
  }
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', join(base, 'origin.git')], { env })
  git('init', '-q', '-b', 'main')
  git('config', 'user.name', 'Ada')
  git('config', 'user.email', 'ada@example.com')
  write({ 'README.md': 'hello\n', ...files })
  git('add', '-A')
  git('commit', '-qm', 'first')
  git('remote', 'add', 'origin', join(base, 'origin.git'))
  git('push', '-q', '-u', 'origin', 'main')
  git('checkout', '-q', '-b', 'feature')
  return { root, home, git, write, world: (more = {}, cwd = root) => worldAt(cwd, { HOME: home, GIT_CONFIG_NOSYSTEM: '1', ...more }) }
}

/** A workflow with one job that runs one line. */
export const workflow = (on: string, run: string, more = ''): string => `name: Ship
on:
${on.replace(/^/gm, '  ')}
jobs:
  deploy:
    runs-on: ubuntu-latest
${more.replace(/^(?=.)/gm, '    ')}
    steps:
      - uses: actions/checkout@v4
      - uses: superfly/flyctl-actions/setup-flyctl@master
      - run: ${run}
        env:
          FLY_API_TOKEN: \${{ secrets.FLY_API_TOKEN }}
`

export const FLY = '.github/workflows/fly.yml'

/** What is pushed to main is deployed, without the guard. */
export const ON_MAIN = workflow('push:\n  branches: [main]', 'flyctl deploy --remote-only')
