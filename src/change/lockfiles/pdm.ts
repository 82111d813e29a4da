import { type Table, tableAt, tablesAt, textAt } from '../fly-file.ts'
import { type Copy, copiesOf, installed, rootsOf } from './copies.ts'
import { areDevGroups } from './dev-group.ts'
import { type LockReader, UnreadableLock } from './lock.ts'
import { baseOf, folderOf } from './nearby.ts'
import { parseRequirement, pyName } from './pep508.ts'
import { wishesOf } from './pyproject.ts'
import { manifestToml, textsOf, tomlTable } from './tables.ts'

/** pdm.lock 3 and 4. */
export const pdm: LockReader = {
  reads: (path) => /^pdm(?:\.[\w-]+)?\.lock$/.test(baseOf(path)),
  beside: (path) => [manifestOf(path)],
  read: async (path, text, beside) => {
    const lock = await tomlTable(text)
    const version = versionOf(lock)
    const project = await manifestToml(beside(manifestOf(path)))
    const copies = tablesAt(lock, 'package').flatMap(copyOf)
    const of = copiesOf(copies)
    const roots = project && rootsOf(wishesOf(project, manifestOf(path)), of)
    return { ecosystem: 'python', format: `pdm ${version}`, packages: installed(copies, of), roots }
  },
}

const manifestOf = (path: string): string => `${folderOf(path)}pyproject.toml`

const versionOf = (lock: Table): string => {
  const metadata = tableAt(lock, 'metadata')
  const version = textAt(metadata, 'lock_version')
  if (version === null) throw new UnreadableLock('it names no version of its format')
  if (!/^[34](?:\.\d{1,3}){0,2}$/.test(version)) throw new UnreadableLock(`its version is ${version.slice(0, 12)}: known are 3 and 4`)
  return version
}

/** A package with an extra has an entry of its own, of the same name and version. */
const copyOf = (table: Table): Copy | [] => {
  const name = textAt(table, 'name')
  if (name === null) return []
  const version = textAt(table, 'version')
  const local = ['git', 'hg', 'svn', 'path'].some((key) => table[key] !== undefined) || table.editable === true
  return {
    id: `${pyName(name)}@${version ?? ''}`,
    name: pyName(name),
    version: local ? null : version,
    dev: Array.isArray(table.groups) ? areDevGroups(textsOf(table.groups)) : null,
    wishes: textsOf(table.dependencies).flatMap((text) => parseRequirement(text) ?? []),
  }
}
