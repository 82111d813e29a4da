import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { State } from '../../src/ledger/state.ts'
import type { House } from './house.ts'

/** Where a run of the guard can be cut: each call of a tool it makes, before the tool acts and after it. */
export interface Seams {
  /** Environment in which `git` and `fly` are the counting ones. */
  env: Record<string, string>
  /** At the n-th call (from 1) the guard gets the signal, KILL if none is said, before or after the tool itself; null: only count. */
  cut(at: Cut | null): void
  /** The calls so far, e.g. `git update-ref`. */
  calls(): string[]
  /** What the ledger held at each `fly deploy`, and the attempt that call was labelled with. */
  shipped(): { attempt: string; state: State | null }[]
}

export interface Cut {
  n: number
  side: 'before' | 'after'
  signal?: 'KILL' | 'INT' | 'TERM' | 'STOP'
}

/** Counts with nothing but the shell's own words, so that a call costs a shell and no more. `$PPID` is the guard: it starts tools without a shell. */
const SHIM = (name: string, real: string, { dir, git, ledger }: { dir: string; git: string; ledger: string }): string => `#!/bin/sh
echo "$$ ${name} $*" >> '${dir}/calls'
n=0
while read -r line; do n=$((n+1)); case $line in "$$ "*) break;; esac; done < '${dir}/calls'
read -r at side signal < '${dir}/cut'
cutting() { [ "$at" = "$n" ] && [ "$side" = "$1" ] && kill -"$signal" $PPID; }
${
  name === 'fly'
    ? `if [ "$1" = deploy ]; then
  echo "$*" > '${dir}/shipped-'"$n"
  '${git}' --git-dir='${ledger}' show refs/safe-deploy/everflow:state.json >> '${dir}/shipped-'"$n" 2>/dev/null
fi`
    : ''
}
cutting before && [ "$signal" = KILL ] && exit 1
'${real}' "$@"
code=$?
cutting after
exit $code
`

const words = (line: string): string => {
  const [, tool = '', ...args] = line.split(' ')
  const first = args.findIndex((arg, i) => !arg.startsWith('-') && !['-c', '-C'].includes(args[i - 1] ?? ''))
  return `${tool} ${args.slice(first, first + (tool === 'fly' ? 2 : 1)).join(' ')}`.trim()
}

const shippedIn = (dir: string, n: number): { attempt: string; state: State | null } => {
  const [argv = '', ...state] = readFileSync(join(dir, `shipped-${n}`), 'utf8').split('\n')
  const attempt = /safe-deploy\.attempt=([0-9a-f]+)/.exec(argv)?.[1] ?? ''
  const text = state.join('\n').trim()
  return { attempt, state: text ? (JSON.parse(text) as State) : null }
}

/** Puts counting tools before those of a house. */
export const openSeams = (house: House): Seams => {
  const dir = join(house.dir, 'seams')
  const bin = join(dir, 'bin')
  mkdirSync(bin, { recursive: true })
  const ledger = join(house.root, '.git', 'safe-deploy', 'ledger.git')
  const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8', env: house.env }).trim()
  for (const [name, real] of [
    ['git', git],
    ['fly', join(house.dir, 'bin', 'fly')],
  ] as const)
    writeFileSync(join(bin, name), SHIM(name, real, { dir, git, ledger }), { mode: 0o755 })
  const lines = () => (existsSync(join(dir, 'calls')) ? readFileSync(join(dir, 'calls'), 'utf8').trimEnd().split('\n') : [])
  const seams: Seams = {
    env: { PATH: `${bin}:${house.env.PATH}` },
    cut: (at) => {
      rmSync(join(dir, 'calls'), { force: true })
      writeFileSync(join(dir, 'cut'), at ? `${at.n} ${at.side} ${at.signal ?? 'KILL'}\n` : '0 none KILL\n')
    },
    calls: () => lines().map(words),
    shipped: () =>
      lines().flatMap((line, i) =>
        words(line).startsWith('fly deploy') && existsSync(join(dir, `shipped-${i + 1}`)) ? [shippedIn(dir, i + 1)] : [],
      ),
  }
  seams.cut(null)
  return seams
}
