import { isAbsolute, resolve } from 'node:path'
import type { World } from '../reading.ts'

/** A git command taken apart: what stands before its name, and what after. */
export interface GitCall {
  /** Where it runs, `-C` applied. */
  cwd: string
  /** `-c` and `--config-env`, in order; a key is written as git compares it. */
  config: readonly (readonly [string, string])[]
  /** Absolute; null where git looks for it. */
  gitDir: string | null
  workTree: string | null
  /** `push`; empty where there is none. */
  name: string
  rest: readonly string[]
}

const VALUED = new Set([
  '-C',
  '-c',
  '--git-dir',
  '--work-tree',
  '--namespace',
  '--super-prefix',
  '--config-env',
  '--attr-source',
  '--exec-path',
])

/** `Branch.Main.REMOTE` is `branch.Main.remote` to git: what stands in the middle keeps its letters. */
export const keyOf = (key: string): string => {
  const [first, last] = [key.indexOf('.'), key.lastIndexOf('.')]
  return first < 0 ? key.toLowerCase() : key.slice(0, first).toLowerCase() + key.slice(first, last) + key.slice(last).toLowerCase()
}

const pairOf = (text: string): readonly [string, string] => {
  const at = text.indexOf('=')
  return at < 0 ? [keyOf(text), 'true'] : [keyOf(text.slice(0, at)), text.slice(at + 1)]
}

/**
 * The words after `git`: its own options, then the command.
 * @param world gives the folder, and GIT_DIR and GIT_WORK_TREE
 */
export const readGitArgs = (args: readonly string[], world: World): GitCall => {
  const call = {
    cwd: world.cwd,
    config: [] as (readonly [string, string])[],
    gitDir: world.env.GIT_DIR ?? '',
    workTree: world.env.GIT_WORK_TREE ?? '',
  }
  let at = 0
  for (; at < args.length && args[at]!.startsWith('-'); at += 1) {
    const [option, attached] = apart(args[at]!)
    // `--exec-path` takes its value only after `=`.
    const value = attached ?? (VALUED.has(option) && option !== '--exec-path' ? (args[++at] ?? '') : '')
    if (option === '-C' && value !== '') call.cwd = resolve(call.cwd, value)
    else if (option === '-c') call.config.push(pairOf(value))
    else if (option === '--config-env') call.config.push(fromEnv(value, world))
    else if (option === '--git-dir') call.gitDir = value
    else if (option === '--work-tree') call.workTree = value
  }
  const whole = (path: string): string | null => (path === '' ? null : isAbsolute(path) ? path : resolve(call.cwd, path))
  return { ...call, gitDir: whole(call.gitDir), workTree: whole(call.workTree), name: args[at] ?? '', rest: args.slice(at + 1) }
}

const apart = (word: string): [string, string | null] => {
  const at = word.startsWith('--') ? word.indexOf('=') : -1
  return at < 0 ? [word, null] : [word.slice(0, at), word.slice(at + 1)]
}

const fromEnv = (text: string, world: World): readonly [string, string] => {
  const [key, name] = pairOf(text)
  return [key, world.env[name] ?? '']
}
