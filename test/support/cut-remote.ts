import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { State } from '../../src/ledger/state.ts'
import type { Team } from './team.ts'

/** Where what is said to the remote is cut: at the n-th call, before the server acted, or after that and before its answer came. */
export interface Cut {
  n: number
  side: 'before' | 'after'
  /** The remote stays away, or is there again for the next call. */
  then: 'away' | 'back'
}

/** A git that counts what it says to the remote and can be cut there, and a fly that notes what the remote's ledger held when it deployed. */
export interface Wire {
  env: Record<string, string>
  cut(at: Cut | null): void
  /** The remote is back. */
  mend(): void
  /** What was said since the last `cut`, e.g. `push --dry-run`. */
  calls(): string[]
  /** At each `fly deploy`: the attempt that it was labelled with, and the one that was open in the remote's ledger. */
  shipped(): { attempt: string; open: string | null }[]
}

const words = (line: string): string =>
  (/ (fetch|push) --(?:.*--(dry-run))?/.exec(` ${line} `)?.slice(1, 3) ?? []).filter(Boolean).join(' --')

/** Puts both before those of a team's house. */
export const openWire = ({ house, origin }: Team): Wire => {
  const dir = join(house.dir, 'wire')
  mkdirSync(dir)
  const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8', env: house.env }).trim()
  const away = `${origin}.away`
  const gitShim = `#!/bin/sh
case " $* " in *' fetch --'*|*' push --'*) ;; *) exec '${git}' "$@";; esac
echo "$*" >> '${dir}/calls'
n=0; while read -r line; do n=$((n+1)); done < '${dir}/calls'
read -r at side then < '${dir}/cut'
if [ "$n" = "$at" ]; then
  [ "$side" = after ] && '${git}' "$@" > /dev/null 2>&1
  [ "$then" = away ] && mv '${origin}' '${away}'
  echo 'fatal: the remote end hung up unexpectedly' >&2
  exit 128
fi
exec '${git}' "$@"
`
  const flyShim = `#!/bin/sh
if [ "$1" = deploy ]; then
  echo "$*" | sed -n 's/.*safe-deploy.attempt=\\([0-9a-f]*\\).*/\\1/p' >> '${dir}/attempts'
  { '${git}' --git-dir='${origin}' show refs/safe-deploy/everflow:state.json 2> /dev/null || echo null; } >> '${dir}/states'
fi
exec '${join(house.dir, 'bin', 'fly')}' "$@"
`
  writeFileSync(join(dir, 'git'), gitShim, { mode: 0o755 })
  writeFileSync(join(dir, 'fly'), flyShim, { mode: 0o755 })
  const linesOf = (name: string): string[] =>
    existsSync(join(dir, name)) ? readFileSync(join(dir, name), 'utf8').split('\n').filter(Boolean) : []
  const wire: Wire = {
    env: { PATH: `${dir}:${house.env.PATH}` },
    cut: (at) => {
      rmSync(join(dir, 'calls'), { force: true })
      writeFileSync(join(dir, 'cut'), at ? `${at.n} ${at.side} ${at.then}\n` : '0 none back\n')
    },
    mend: () => {
      if (existsSync(away)) renameSync(away, origin)
      wire.cut(null)
    },
    calls: () => linesOf('calls').map(words),
    shipped: () =>
      linesOf('attempts').map((attempt, i) => ({
        attempt,
        open: (JSON.parse(linesOf('states')[i] ?? 'null') as State | null)?.core.open?.attempt ?? null,
      })),
  }
  wire.cut(null)
  return wire
}
