import { describe, expect, test } from 'vitest'
import { mayMatter } from '../../src/agents/shell/may-matter.ts'
import { readCommand } from '../../src/agents/shell/read-command.ts'
import { worldOf } from './lines/world.ts'

const job = (run: string): string =>
  `on:\n  push:\n    branches: [main]\n  workflow_dispatch:\njobs:\n  ship:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ${run}\n`
const GIT = {
  '.git/HEAD': 'ref: refs/heads/feature/x\n',
  '.git/config':
    '[remote "origin"]\n\turl = git@github.com:acme/web.git\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n[branch "main"]\n\tremote = origin\n\tmerge = refs/heads/main\n',
  '.git/refs/heads/main': `${'1'.repeat(40)}\n`,
  '.git/refs/heads/feature/x': `${'2'.repeat(40)}\n`,
}
const deploying = worldOf({ ...GIT, '.github/workflows/ship.yml': job('flyctl deploy --remote-only') })
const wrapped = worldOf({ ...GIT, '.github/workflows/ship.yml': job('make cli') })
const guarded = worldOf({ ...GIT, '.github/workflows/ship.yml': job('npx safe-deploy deploy') })
const circular = worldOf({ ...GIT, '.github/workflows/ship.yml': job('git push origin HEAD:main') })

const PUSHES = [
  'git push origin HEAD:main',
  'git -C . push origin HEAD:main',
  'cd web && git push origin HEAD:main',
  "bash -c 'git push origin main'",
  'git commit -am x && git push origin main',
  'b=main; git push origin "$b"',
  'git push --all',
  'git checkout main && git push origin main',
  'gh workflow run ship.yml',
  'x=ship.yml; gh workflow run $x --ref main',
]

describe('a push that deploys', () => {
  test.each(PUSHES)('%s', (line) => {
    expect(readCommand(line, deploying).verdict).toBe('deploy')
    expect(readCommand(line, wrapped).verdict).toBe('deploy')
    expect(mayMatter(line)).toBe(true)
  })

  test.each(PUSHES)('but not where the job goes through the guard: %s', (line) => {
    expect(readCommand(line, guarded).verdict).toBe('clear')
  })

  test('is opaque where the branch is made at run time', () => {
    expect(readCommand('git push origin "$BRANCH"', deploying)).toMatchObject({ verdict: 'opaque', way: 'push' })
    expect(readCommand('git push origin "$BRANCH"', guarded).verdict).toBe('clear')
  })

  test.each([
    'git push origin HEAD',
    'git push -u origin feature/x',
    'git push origin "$(git branch --show-current)"',
    'gh pr create --fill',
    'echo git push origin main',
  ])('is none: %s', (line) => {
    expect(readCommand(line, deploying).verdict).toBe('clear')
  })

  test('ends where a job pushes again', () => {
    expect(readCommand('git push origin main', circular).verdict).not.toBe('deploy')
  })
})
