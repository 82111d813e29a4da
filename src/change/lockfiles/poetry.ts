import { isTable, type Table, tableAt, tablesAt, textAt } from '../fly-file.ts'
import { type Copy, copiesOf, installed, rootsOf, type Wish } from './copies.ts'
import { areDevGroups } from './dev-group.ts'
import { type LockReader, UnreadableLock } from './lock.ts'
import { baseOf, folderOf } from './nearby.ts'
import { extrasIn, pyName } from './pep508.ts'
import { rangeOf, wishesOf } from './pyproject.ts'
import { manifestToml, textsOf, tomlTable } from './tables.ts'

/** poetry.lock 1.0 to 2.1. */
export const poetry: LockReader = {
  reads: (path) => baseOf(path) === 'poetry.lock',
  beside: (path) => [manifestOf(path)],
  read: async (path, text, beside) => {
    const lock = await tomlTable(text)
    const version = versionOf(lock)
    const project = await manifestToml(beside(manifestOf(path)))
    const wishes = project && wishesOf(project, manifestOf(path))
    const tables = tablesAt(lock, 'package')
    const asked = new Set([
      ...tables.flatMap(extrasAsked),
      ...(wishes ?? []).flatMap(({ name, extras }) => extras.map((extra) => `${name} ${extra}`)),
    ])
    const copies = tables.flatMap((table) => copyOf(table, asked))
    const of = copiesOf(copies)
    return { ecosystem: 'python', format: `poetry ${version}`, packages: installed(copies, of), roots: wishes && rootsOf(wishes, of) }
  },
}

const manifestOf = (path: string): string => `${folderOf(path)}pyproject.toml`

/** The metadata comes last, so a file without is cut short. Before 1.0 it had no version. */
const versionOf = (lock: Table): string => {
  if (!isTable(lock.metadata)) throw new UnreadableLock('it has no metadata at its end')
  const version = textAt(lock.metadata, 'lock-version') ?? '0'
  if (!/^[0-2](?:\.\d{1,3})?$/.test(version)) throw new UnreadableLock(`its version is ${version.slice(0, 12)}: known are those up to 2`)
  return version
}

const copyOf = (table: Table, asked: ReadonlySet<string>): Copy | [] => {
  const name = textAt(table, 'name')
  const version = textAt(table, 'version')
  if (name === null || version === null) return []
  const local = ['git', 'directory', 'file'].includes(textAt(tableAt(table, 'source'), 'type') ?? '')
  return {
    id: `${pyName(name)}@${version}`,
    name: pyName(name),
    version: local ? null : version,
    dev: devOf(table),
    wishes: Object.entries(tableAt(table, 'dependencies')).flatMap(([wish, value]) => wishesFor(pyName(name), wish, value, asked)),
  }
}

/** 1.x has a category, 2.1 the groups, 2.0 says nothing. */
const devOf = (table: Table): boolean | null => {
  const category = textAt(table, 'category')
  if (category !== null) return category === 'dev'
  return Array.isArray(table.groups) ? areDevGroups(textsOf(table.groups)) : null
}

/** What belongs to an extra is only installed where somebody asks for that extra. */
const wishesFor = (owner: string, name: string, value: unknown, asked: ReadonlySet<string>): Wish[] =>
  [value].flat().map((one) => {
    const extras = isTable(one) && one.optional === true ? extrasIn(textAt(one, 'markers') ?? '') : []
    const optional = isTable(one) && one.optional === true && !extras.some((extra) => asked.has(`${owner} ${extra}`))
    return { name: pyName(name), constraint: rangeOf(one), optional }
  })

const extrasAsked = (table: Table): string[] =>
  Object.entries(tableAt(table, 'dependencies')).flatMap(([name, value]) =>
    [value].flat().flatMap((one) => (isTable(one) ? textsOf(one.extras).map((extra) => `${pyName(name)} ${pyName(extra)}`) : [])),
  )
