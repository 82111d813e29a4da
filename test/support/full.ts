import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { House } from './house.ts'

/** A disk on which git can write nothing more: the kernel itself stops it at the first byte. */
export interface Disk {
  env: Record<string, string>
  fill(): void
  /** Fills it at the moment at which fly has deployed. */
  fillAfterFly(): void
  empty(): void
}

const GIT = (real: string, dir: string): string => `#!/bin/sh
case " $* " in *' fast-import '*|*' update-ref '*) [ -f '${dir}/full' ] && ulimit -f 0 ;; esac
exec '${real}' "$@"
`

const FLY = (real: string, dir: string): string => `#!/bin/sh
'${real}' "$@"
code=$?
[ "$1" = deploy ] && [ -f '${dir}/later' ] && mv '${dir}/later' '${dir}/full'
exit $code
`

/** Puts a git and a fly before those of a house that meet a full disk when told so. */
export const openDisk = (house: House): Disk => {
  const dir = join(house.dir, 'disk')
  const bin = join(dir, 'bin')
  mkdirSync(bin, { recursive: true })
  const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8', env: house.env }).trim()
  writeFileSync(join(bin, 'git'), GIT(git, dir), { mode: 0o755 })
  writeFileSync(join(bin, 'fly'), FLY(join(house.dir, 'bin', 'fly'), dir), { mode: 0o755 })
  return {
    env: { PATH: `${bin}:${house.env.PATH}` },
    fill: () => writeFileSync(join(dir, 'full'), ''),
    fillAfterFly: () => writeFileSync(join(dir, 'later'), ''),
    empty: () => {
      for (const name of ['full', 'later']) rmSync(join(dir, name), { force: true })
    },
  }
}
