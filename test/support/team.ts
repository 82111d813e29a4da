import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { State } from '../../src/ledger/state.ts'
import type { House, Ran, Told, Ways } from './house.ts'
import { type Furniture, openHouse, originOf } from './open-house.ts'

/** One clone of the repository, and whoever works in it. */
export interface Clone {
  root: string
  git(...args: string[]): string
  sd(args: readonly string[], ways?: Ways): Promise<Ran>
  json(args: readonly string[], ways?: Ways): Promise<Told>
  /** Reads the change and deploys it. */
  deploy(because: string, args?: readonly string[]): Promise<Told>
  /** Commits a change and pushes it. */
  change(text: string, message: string): string
  status(): Promise<number | null>
  /** What a person's clone is, byte for byte, without the guard's own folder and git's objects. */
  fingerprint(): Record<string, string>
}

/** A house whose repository has a remote, and clones of that. */
export interface Team {
  house: House
  /** The bare repository. */
  origin: string
  /** The clone that began. */
  a: Clone
  clone(name: string, args?: readonly string[], ways?: Ways): Clone
  /** The state of the ledger on the remote. */
  ledger(): State | null
  /** The commit of the ledger on the remote. */
  tip(): string | null
  close(): Promise<void>
}

export const REF = 'refs/safe-deploy/everflow'

/** No bake, so that a probe that passed is enough. */
export const SHARED = `version: 1
target: { fly: { timeout: 20s } }
ledger: { remote: origin }
verify: { bake: 0s }
acknowledge: { agents: true }
budget: { unproven: 50 }
`

/** A job's environment. */
export const JOB: Ways = { env: { CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_ACTOR: 'ci-bot' } }

/**
 * A team whose first clone has deployed once, so that there is a known good.
 * @param furniture as for a house; its config shares the ledger through `origin` unless another is given
 */
export const openTeam = async (furniture: Furniture = {}): Promise<Team> => {
  const house = await openHouse({ config: SHARED, origin: true, good: 'the first one', ...furniture })
  const origin = originOf(house.dir)
  const at = (root: string, person: Ways = {}): Clone => {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: root, env: house.env, encoding: 'utf8', stdio: 'pipe' }).trimEnd()
    const here = (ways: Ways = {}): Ways => ({ cwd: root, ...ways, env: { ...person.env, ...ways.env } })
    const clone: Clone = {
      root,
      git,
      sd: (args, ways) => house.sd(args, here(ways)),
      json: (args, ways) => house.json(args, here(ways)),
      deploy: async (because, args = []) => {
        const told = await clone.json(['plan'])
        const digest = told.lines.find((line) => line.type === 'plan.made')?.digest
        return digest ? clone.json(['deploy', `--plan=${digest}`, `--because=${because}`, ...args]) : told
      },
      change: (text, message) => {
        execFileSync('sh', ['-c', 'printf "%s\\n" "$1" > app.txt', 'sh', text], { cwd: root })
        git('commit', '-qam', message)
        git('push', '-q', 'origin', 'HEAD:main')
        return git('rev-parse', 'HEAD')
      },
      status: async () => (await clone.sd(['status', '--exit-code'])).code,
      fingerprint: () => fingerprint(root),
    }
    return clone
  }
  const onOrigin = (...args: string[]): string | null => {
    try {
      return execFileSync('git', ['--git-dir', origin, ...args], { encoding: 'utf8', stdio: 'pipe' }).trimEnd()
    } catch {
      return null
    }
  }
  return {
    house,
    origin,
    a: at(house.root),
    clone: (name, args = [], ways = {}) => {
      const root = join(house.dir, name)
      execFileSync('git', ['clone', '-q', ...args, `file://${origin}`, root], { env: house.env, stdio: 'pipe' })
      for (const [key, value] of [
        ['user.name', name],
        ['user.email', `${name}@example.com`],
      ]) {
        execFileSync('git', ['config', key!, value!], { cwd: root, env: house.env })
      }
      return at(root, ways)
    },
    ledger: () => JSON.parse(onOrigin('show', `${REF}:state.json`) ?? 'null'),
    tip: () => onOrigin('rev-parse', '--verify', '--quiet', REF),
    close: () => house.close(),
  }
}

/** A team for one scene. */
export const inTeam = async (act: (team: Team) => Promise<void>): Promise<void> => {
  const team = await openTeam()
  try {
    await act(team)
  } finally {
    await team.close()
  }
}

/** Not a person's: the guard's own folder, and objects, which git adds to and never changes. */
const OURS = /^\.git\/(?:safe-deploy|objects)(?:\/|$)/

const fingerprint = (root: string): Record<string, string> => {
  const found: Record<string, string> = {}
  const walk = (folder: string): void => {
    for (const name of existsSync(folder) ? readdirSync(folder).sort() : []) {
      const path = join(folder, name)
      const shown = relative(root, path)
      if (OURS.test(shown)) continue
      const look = lstatSync(path)
      if (look.isDirectory()) walk(path)
      else found[shown] = look.isSymbolicLink() ? readlinkSync(path) : createHash('sha256').update(readFileSync(path)).digest('hex')
    }
  }
  walk(root)
  return found
}
