import { dirname, join, resolve } from 'node:path'
import type { World } from '../reading.ts'
import { keyOf } from './git-args.ts'

/** Settings of git, all files together. */
export interface GitConfig {
  /** The last value of a key, as git compares keys; null where none. */
  get: (key: string) => string | null
  all: (key: string) => readonly string[]
  /** Middle parts of keys: `names('remote')`. */
  names: (section: string) => readonly string[]
}

type Entry = readonly [key: string, value: string]

/** Files that include files. */
const MOST_FILES = 12
const MOST_LINES = 10_000

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', b: '' }

/** Quotes and escapes go, and a comment outside of quotes. */
const valueIn = (text: string): string => {
  let value = ''
  let kept = 0
  let quote = false
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at]!
    if (sign === '\\' && at + 1 < text.length) {
      at += 1
      value += ESCAPES[text[at]!] ?? text[at]
      kept = value.length
    } else if (sign === '"') quote = !quote
    else if (!quote && (sign === '#' || sign === ';')) break
    else {
      value += sign
      if (quote || !/\s/.test(sign)) kept = value.length
    }
  }
  return value.slice(0, kept)
}

const sectionOf = (line: string): { name: string; rest: string } | null => {
  const found = /^\s*\[\s*([\w.-]+)\s*(?:"((?:[^"\\]|\\.)*)"\s*)?\](.*)$/.exec(line)
  if (!found) return null
  const [, section = '', sub, rest = ''] = found
  const name = sub === undefined ? section.toLowerCase() : `${section.toLowerCase()}.${sub.replace(/\\(.)/g, '$1')}`
  return { name, rest }
}

/** The settings in the text of one file. */
const parseConfig = (text: string): Entry[] => {
  const entries: Entry[] = []
  let section = ''
  for (const raw of text
    .replace(/\\\r?\n/g, '')
    .split(/\r?\n/)
    .slice(0, MOST_LINES)) {
    const head = sectionOf(raw)
    if (head) section = head.name
    const found = /^\s*([A-Za-z][\w-]*)\s*(?:=\s*(.*))?$/.exec(head ? head.rest : raw)
    if (found && section) entries.push([`${section}.${found[1]!.toLowerCase()}`, found[2] === undefined ? 'true' : valueIn(found[2])])
  }
  return entries
}

/** Includes hold where they stand. One with a condition holds where the condition is about this repository's folder, and fits. */
const withIncludes = (path: string, gitDir: string, world: World, budget: { files: number }): Entry[] => {
  const text = budget.files > 0 ? world.read(path) : null
  budget.files -= 1
  if (text === null) return []
  return parseConfig(text).flatMap((entry) => {
    const [key, value] = entry
    const condition = /^includeif\.(.*)\.path$/.exec(key)?.[1]
    if (key !== 'include.path' && (condition === undefined || !holds(condition, gitDir, world))) return [entry]
    return withIncludes(resolve(dirname(path), homely(value, world)), gitDir, world, budget)
  })
}

const homely = (path: string, world: World): string => path.replace(/^~(?=\/)/, world.env.HOME ?? '~')

const holds = (condition: string, gitDir: string, world: World): boolean => {
  const folder = /^gitdir(?:\/i)?:(.*)$/.exec(condition)?.[1]
  return folder !== undefined && `${gitDir}/`.startsWith(homely(folder, world).replace(/\*+$/, ''))
}

/** GIT_CONFIG_COUNT and its keys. */
const fromEnv = (world: World): Entry[] => {
  const count = Math.min(Number(world.env.GIT_CONFIG_COUNT ?? 0) || 0, 100)
  return Array.from(
    { length: count },
    (_, at): Entry => [keyOf(world.env[`GIT_CONFIG_KEY_${at}`] ?? ''), world.env[`GIT_CONFIG_VALUE_${at}`] ?? ''],
  )
}

const globalFiles = ({ env }: World): string[] => {
  if (env.GIT_CONFIG_GLOBAL !== undefined) return [env.GIT_CONFIG_GLOBAL]
  const home = env.HOME
  const xdg = env.XDG_CONFIG_HOME ?? (home ? join(home, '.config') : null)
  return [...(xdg ? [join(xdg, 'git', 'config')] : []), ...(home ? [join(home, '.gitconfig')] : [])]
}

/**
 * The settings that hold for a command of git.
 * @param files of the repository, the least important first
 * @param given `-c`, which counts most
 */
export const readGitConfig = (files: readonly string[], gitDir: string, given: readonly Entry[], world: World): GitConfig => {
  const budget = { files: MOST_FILES }
  const paths = [...(world.env.GIT_CONFIG_NOSYSTEM ? [] : ['/etc/gitconfig']), ...globalFiles(world), ...files]
  const entries = [...paths.flatMap((path) => withIncludes(path, gitDir, world, budget)), ...fromEnv(world), ...given]
  const all = (key: string): string[] => entries.filter(([one]) => one === key).map(([, value]) => value)
  return {
    all,
    get: (key) => all(key).at(-1) ?? null,
    names: (section) =>
      [
        ...new Set(
          entries
            .map(([key]) => key)
            .filter((key) => key.startsWith(`${section}.`))
            .map((key) => key.slice(section.length + 1, key.lastIndexOf('.'))),
        ),
      ].filter((name) => name !== ''),
  }
}
