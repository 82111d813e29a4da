import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { House } from './house.ts'

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile())

/** Everything the guard keeps: its files as they are, and every object of the ledger in plain text. */
export const kept = (house: House): [where: string, text: string][] => {
  const folder = join(house.root, '.git', 'safe-deploy')
  const ledger = join(folder, 'ledger.git')
  const git = (...args: string[]) => execFileSync('git', ['--git-dir', ledger, ...args], { encoding: 'latin1', maxBuffer: 1 << 28 })
  const objects = git('cat-file', '--batch-all-objects', '--batch-check=%(objectname) %(objecttype)').trim().split('\n')
  return [
    ...filesBelow(folder)
      .filter((file) => !file.includes('/objects/'))
      .map((file): [string, string] => [file, readFileSync(file, 'latin1')]),
    ...objects.map((line): [string, string] => [`ledger object ${line}`, git('cat-file', '-p', line.split(' ')[0] ?? '')]),
  ]
}
