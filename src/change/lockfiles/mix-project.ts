import type { RootWish } from './copies.ts'
import { isDevGroup } from './dev-group.ts'
import type { Beside } from './lock.ts'
import { folderOf, within } from './nearby.ts'

/** Projects of an umbrella that are looked at. */
const MOST = 500

/**
 * What the mix.exs beside a lockfile asks for, and those of its umbrella: every project that a release or another project names. A mix.exs is code; only
 * the tuples of its dependencies are looked for.
 * @param names packages of the lockfile, by application
 * @returns null where there is no mix.exs
 */
export const mixProjects = (lock: string, names: ReadonlyMap<string, string>, beside: Beside): RootWish[] | null => {
  const paths = new Set([`${folderOf(lock)}mix.exs`])
  const wishes: RootWish[] = []
  let read = false
  let apps: string | null = null
  for (const path of paths) {
    const text = beside(path)
    if (text === null) continue
    read = true
    const code = codeOf(text)
    apps ??= /\bapps_path:\s*"([^"]+)"/.exec(code)?.[1] ?? null
    wishes.push(...wishesOf(code, path, names))
    for (const next of neighboursOf(code, folderOf(path), apps && `${folderOf(lock)}${apps}/`)) if (paths.size < MOST) paths.add(next)
  }
  return read ? wishes : null
}

/** Without comments. */
const codeOf = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.slice(0, 4000).replace(/(?:^|\s)#(?!\{).*$/, ''))
    .join('\n')

const TUPLE = /\{\s*:(\w{1,200})\s*,([^{}]{0,1000})/g

const wishesOf = (code: string, from: string, names: ReadonlyMap<string, string>): RootWish[] =>
  [...code.matchAll(TUPLE)].flatMap(([, app = '', rest = '']) => {
    const name = names.get(app)
    const range = /^\s*"([^"]*)"/.exec(rest)?.[1] ?? null
    if (name === undefined || (range === null && !PLACE.test(rest))) return []
    return { name, constraint: range, dev: isDev(rest), from }
  })

/** Where it is from, if not from Hex; without it and without a range a tuple is none of the dependencies. */
const PLACE = /\b(?:git|github|path|hex|organization|only|override):/

/** `only: :test`, `only: [:dev, :test]`, `only: ~w(dev test)a`. */
const isDev = (options: string): boolean => {
  const only = /\bonly:\s*(\[[^\]]*\]|:\w+|~w[([{|/"][^)\]}|/"]*)/.exec(options)?.[1]
  const environments = only?.replace(/^~w/, '').match(/\w+/g) ?? []
  return environments.length > 0 && environments.every(isDevGroup)
}

/** Other projects of the umbrella: `{:core, in_umbrella: true}`, `{:core, path: "../core"}`, `applications: [web: :permanent]`. */
const neighboursOf = (code: string, folder: string, apps: string | null): string[] => {
  const paths = [...code.matchAll(/\bpath:\s*"([^"]{1,500})"/g)].map((match) => within(folder, match[1] ?? ''))
  if (apps === null) return manifests(paths)
  const umbrella = [...code.matchAll(/\{\s*:(\w{1,200})\s*,[^{}]{0,500}\bin_umbrella:\s*true/g)].map((match) => match[1])
  const released = [...code.matchAll(/\bapplications:\s*\[([^\]]{0,2000})\]/g)].flatMap((match) => match[1]?.match(/\w+(?=:\s)/g) ?? [])
  return manifests([...paths, ...[...umbrella, ...released].map((app) => `${apps}${app}`)])
}

const manifests = (folders: readonly (string | null)[]): string[] =>
  folders.flatMap((one) => (one === null ? [] : one === '' ? 'mix.exs' : `${one}/mix.exs`))
