import { posix } from 'node:path'
import { onlyCopies } from './js/by-name.ts'
import type { Wish } from './js/manifest.ts'
import { comparable, openText, refuseCut } from './js/open.ts'
import { type Project, projectsOf } from './js/projects.ts'
import { readSpec } from './js/spec.ts'
import { folderOf, manifestsBelow } from './js/workspaces.ts'
import { type Edge, type Installed, type Lock, type LockReader, UnreadableLock } from './lock.ts'
import { readYarnLines, type YarnEntry } from './yarn-lines.ts'

/**
 * yarn.lock of yarn 1. It does not know the project: package.json and those of the workspaces say what is asked for. Which
 * files those are only the first one says, so every package.json below is asked for, the shallow ones first.
 */
export const yarnClassic: LockReader = {
  reads: (path) => posix.basename(path) === 'yarn.lock',
  beside: (path, _text, known) => manifestsBelow(folderOf(path), known),
  read: (path, text, beside, named = []) => {
    const entries = readYarnLines(openText(text))
    const lock = readLock(entries, projectsOf(folderOf(path), beside, named))
    refuseCut(text, () => lock.packages.some(({ edges }) => edges.some(({ to }) => to === null)))
    return lock
  },
}

const readLock = (entries: readonly YarnEntry[], projects: Project[] | null): Lock => {
  const [installed, workspaces] = [entries.map(copyOf), (projects ?? []).flatMap(workspaceOf)]
  const copies = [...installed, ...workspaces]
  const find = finder(entries, installed, workspaces)
  const edge = ({ name, spec, idle }: Pick<Wish, 'name' | 'spec' | 'idle'>): Edge => {
    const [meant, to] = [readSpec(name, spec), idle ? null : find(name, spec)]
    return { name: to?.name ?? meant.name, to: to?.id ?? null, constraint: meant.range }
  }
  const edges = entries.map(({ wishes }) => [...wishes].map(([name, spec]) => edge({ name, spec, idle: false })))
  const packages = copies.map((copy, n) => ({ ...copy, edges: edges[n] ?? [] }))
  const roots = projects?.flatMap(({ from, wishes }) => wishes.map((wish) => ({ ...edge(wish), dev: wish.dev, from }))) ?? null
  return { ecosystem: 'npm', format: 'yarn 1', packages, roots }
}

type Found = Pick<Installed, 'id' | 'name' | 'version'>

/** By the wish as it is written; else a workspace or the only copy of that name. */
const finder = (
  entries: readonly YarnEntry[],
  installed: readonly Found[],
  workspaces: readonly Found[],
): ((name: string, spec: string) => Found | null) => {
  const byKey = new Map(entries.flatMap(({ keys }, n) => keys.map((key) => [key, installed[n]!] as const)))
  const byName = new Map([...onlyCopies(installed), ...workspaces.map((one) => [one.name, one] as const)])
  return (name, spec) => byKey.get(`${name}@${spec}`) ?? byName.get(name) ?? null
}

const copyOf = ({ keys, fields }: YarnEntry): Installed => {
  const version = fields.get('version')
  if (version === undefined) throw new UnreadableLock('a package in it has no version: it was cut short')
  const specs = keys.map(specOf)
  const registry = specs.every((spec) => spec.registry) && !fields.get('resolved')?.startsWith('git')
  return { id: keys[0]!, name: specs[0]!.name, version: registry ? comparable(version) : null, edges: [], dev: null }
}

const specOf = (key: string) => {
  const at = key.indexOf('@', 1)
  return at === -1 ? readSpec(key, '') : readSpec(key.slice(0, at), key.slice(at + 1))
}

const workspaceOf = ({ folder, name }: Project): Installed[] =>
  name === null || folder === '' ? [] : [{ id: `workspace:${folder}`, name, version: null, edges: [], dev: null }]
