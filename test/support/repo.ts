import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { makeRepo, type Repo } from '../change/repo.ts'

/** Digest of every file below a folder, by relative path; `skip` names top-level entries that are ours. */
export const fingerprint = (root: string, skip: readonly string[] = []): Record<string, string> => {
  const found: Record<string, string> = {}
  const walk = (folder: string): void => {
    for (const name of readdirSync(folder).sort()) {
      const path = join(folder, name)
      const inside = relative(root, path)
      if (skip.includes(inside)) continue
      const look = lstatSync(path)
      if (look.isDirectory()) walk(path)
      else
        found[inside] = look.isSymbolicLink() ? `-> ${readlinkSync(path)}` : createHash('sha256').update(readFileSync(path)).digest('hex')
    }
  }
  walk(root)
  return found
}

/** Everything of a user's clone that is theirs: the work tree, and .git without the guard's own folder. */
export const userOwned = ({ root }: Pick<Repo, 'root'>): Record<string, string> => fingerprint(root, [join('.git', 'safe-deploy')])

/** A repository as a user has it: an own name, a hook, a config with odd taste, a second branch and something staged. */
export const livedIn = (): Repo => {
  const repo = makeRepo({ 'README.md': 'hello\n', 'fly.toml': 'app = "everflow"\n' })
  repo.sh('config', 'user.name', 'Grace')
  repo.sh('config', 'core.hooksPath', '.hooks')
  repo.sh('config', 'i18n.commitEncoding', 'ISO-8859-1')
  repo.sh('config', 'gc.auto', '1')
  repo.sh('branch', 'other')
  repo.commit('second', { 'app.txt': 'two\n', '.hooks/reference-transaction': '#!/bin/sh\ntouch "$(dirname "$0")/../HOOK_RAN"\n' })
  chmodSync(join(repo.root, '.hooks', 'reference-transaction'), 0o755)
  repo.commit('the hook runs')
  repo.write({ 'app.txt': 'three\n' })
  repo.sh('add', 'app.txt')
  rmSync(join(repo.root, 'HOOK_RAN'), { force: true })
  return repo
}
