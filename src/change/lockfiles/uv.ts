import { type Table, tableAt, tablesAt, textAt } from '../fly-file.ts'
import { type Copy, copiesOf, installed, rootsOf } from './copies.ts'
import { type LockReader, UnreadableLock } from './lock.ts'
import { baseOf } from './nearby.ts'
import { pyName } from './pep508.ts'
import { tomlTable } from './tables.ts'
import { uvId, uvWish } from './uv-entry.ts'
import { uvProject } from './uv-project.ts'

/** uv.lock 1. Ranges are only recorded for what the project itself asks for; so nothing beside it has to be read. */
export const uv: LockReader = {
  reads: (path) => baseOf(path) === 'uv.lock',
  beside: () => [],
  read: async (path, text) => {
    const lock = await tomlTable(text)
    if (lock.version !== 1) throw new UnreadableLock(`its version is ${String(lock.version).slice(0, 12)}: known is 1`)
    const tables = tablesAt(lock, 'package')
    const { members, wishes } = uvProject(path, lock, tables)
    const copies = tables.flatMap((table) => copyOf(table, members.has(table)))
    const of = copiesOf(copies)
    const format = `uv 1${typeof lock.revision === 'number' ? `.${lock.revision}` : ''}`
    return { ecosystem: 'python', format, packages: installed(copies, of), roots: wishes && rootsOf(wishes, of) }
  },
}

/** What a member of the workspace asks for are wishes of the project. */
const copyOf = (table: Table, member: boolean): Copy | [] => {
  const name = textAt(table, 'name')
  if (name === null) return []
  const source = tableAt(table, 'source')
  const version = source.registry === undefined && source.url === undefined ? null : textAt(table, 'version')
  const extras = Object.keys(tableAt(table, 'optional-dependencies')).flatMap((extra) =>
    tablesAt(tableAt(table, 'optional-dependencies'), extra),
  )
  const wishes = member ? [] : [...tablesAt(table, 'dependencies'), ...extras]
  return { id: uvId(table), name: pyName(name), version, dev: null, wishes: wishes.flatMap(uvWish) }
}
