import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { makeGit } from '../../src/adapters/git.ts'

const AUTHOR = { NAME: 'Ada', EMAIL: 'ada@example.com', DATE: '2026-01-02T03:04:05Z' }

/** A private folder that goes when the test ends. */
export const tempFolder = (): string => {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'safe-deploy-test-')))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

const environment = (): Record<string, string> => {
  const env: Record<string, string> = { PATH: process.env.PATH ?? '', HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' }
  for (const [key, value] of Object.entries(AUTHOR)) {
    env[`GIT_AUTHOR_${key}`] = value
    env[`GIT_COMMITTER_${key}`] = value
  }
  return env
}

/** Writes files under a folder; null deletes. */
const write = (root: string, files: Record<string, string | Buffer | null>): void => {
  for (const [path, content] of Object.entries(files)) {
    const full = join(root, path)
    if (content === null) {
      rmSync(full)
      continue
    }
    mkdirSync(dirname(full), { recursive: true })
    writeFileSync(full, content)
  }
}

/** A real repository in a temporary folder, with the user's own git beside ours. */
export const makeRepo = (files: Record<string, string | Buffer> = { 'README.md': 'hello\n' }, root = tempFolder()) => {
  const sh = (...args: string[]): string =>
    execFileSync('git', args, { cwd: root, env: environment(), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trimEnd()
  const commit = (subject: string, changes: Record<string, string | Buffer | null> = {}): { commit: string; tree: string } => {
    write(root, changes)
    sh('add', '-A')
    sh('commit', '-q', '--allow-empty', '-m', subject)
    return { commit: sh('rev-parse', 'HEAD'), tree: sh('rev-parse', 'HEAD^{tree}') }
  }
  sh('init', '-q', '-b', 'main')
  const first = commit('first', files)
  return {
    root,
    sh,
    commit,
    first,
    git: makeGit({ cwd: root, env: process.env }),
    write: (f: Record<string, string | null>) => write(root, f),
  }
}

export type Repo = ReturnType<typeof makeRepo>
