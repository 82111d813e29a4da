import { execFileSync } from 'node:child_process'
import type { State } from '../../src/ledger/state.ts'
import type { House } from './house.ts'

const REF = 'refs/safe-deploy/everflow'

/** Rewrites the newest state of a ledger so that its open attempt began so much earlier: nobody waits for a deadline in a test. */
export const age = (house: House, ms: number): void => {
  const git = (args: string[], input = ''): string =>
    execFileSync('git', ['--git-dir', '.git/safe-deploy/ledger.git', ...args], {
      cwd: house.root,
      env: house.env,
      encoding: 'utf8',
      input,
    }).trim()
  const state = JSON.parse(git(['show', `${REF}:state.json`])) as State
  const { open } = state.core
  if (!open) throw new Error('nothing is open')
  open.since = new Date(Date.parse(open.since) - ms).toISOString()
  const blob = git(['hash-object', '-w', '--stdin'], `${JSON.stringify(state)}\n`)
  const others = git(['ls-tree', REF])
    .split('\n')
    .filter((line) => !line.endsWith('\tstate.json'))
  const tree = git(['mktree'], `${[...others, `100644 blob ${blob}\tstate.json`].join('\n')}\n`)
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@localhost']
  git(['update-ref', REF, git([...identity, 'commit-tree', tree, '-p', REF, '-m', 'older'])])
}
