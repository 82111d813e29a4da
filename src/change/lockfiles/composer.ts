import { type Table, tableAt, tablesAt, textAt } from '../fly-file.ts'
import { type Copy, copiesOf, installed, type RootWish, rootsOf, type Wish } from './copies.ts'
import { type LockReader, UnreadableLock } from './lock.ts'
import { baseOf } from './nearby.ts'
import { jsonTable, manifestJson } from './tables.ts'

/** composer.lock. A package may stand for others: `laravel/framework` replaces every `illuminate/*`. */
export const composer: LockReader = {
  reads: (path) => baseOf(path) === 'composer.lock',
  beside: (path) => [manifestOf(path)],
  read: (path, text, beside) => {
    const lock = jsonTable(text)
    if (!Array.isArray(lock.packages)) throw new UnreadableLock('it lists no packages')
    const tables: [Table, boolean][] = [
      ...tablesAt(lock, 'packages').map((table): [Table, boolean] => [table, false]),
      ...tablesAt(lock, 'packages-dev').map((table): [Table, boolean] => [table, true]),
    ]
    const copies = tables.flatMap(([table, dev]) => copyOf(table, dev))
    const of = copiesOf([...copies, ...tables.flatMap(([table]) => standIns(table))])
    const manifest = manifestJson(beside(manifestOf(path)))
    const wishes = manifest && [
      ...rootWishes(manifest, 'require', false, manifestOf(path)),
      ...rootWishes(manifest, 'require-dev', true, manifestOf(path)),
    ]
    const format = `composer ${textAt(lock, 'plugin-api-version') ?? '1'}`
    return { ecosystem: 'php', format, packages: installed(copies, of), roots: wishes && rootsOf(wishes, of) }
  },
}

const manifestOf = (path: string): string => path.replace(/\.lock$/, '.json')

const nameOf = (table: Table): string | null => textAt(table, 'name')?.toLowerCase() ?? null

/** `dev-main` and `2.x-dev` are branches, and say no version. */
const copyOf = (table: Table, dev: boolean): Copy | [] => {
  const name = nameOf(table)
  const version = textAt(table, 'version')
  if (name === null || version === null) return []
  const branch = version.startsWith('dev-') || version.endsWith('-dev')
  const local = textAt(tableAt(table, 'dist'), 'type') === 'path'
  return { id: idOf(name), name, version: branch || local ? null : version, dev, wishes: wishesIn(table, 'require') }
}

/** Only one copy of a package can be installed. */
const idOf = (name: string): string => name

/** Names that a package answers for. */
const standIns = (table: Table): { id: string; name: string }[] => {
  const id = nameOf(table)
  if (id === null) return []
  return ['replace', 'provide'].flatMap((key) =>
    Object.keys(tableAt(table, key)).map((name) => ({ id: idOf(id), name: name.toLowerCase() })),
  )
}

/** Without PHP itself, its extensions and Composer's own interfaces: they have no vendor. */
const wishesIn = (table: Table, key: string): Wish[] =>
  Object.entries(tableAt(table, key)).flatMap(([name, range]) =>
    name.includes('/') && typeof range === 'string' ? { name: name.toLowerCase(), constraint: range } : [],
  )

const rootWishes = (manifest: Table, key: string, dev: boolean, from: string): RootWish[] =>
  wishesIn(manifest, key).map((wish) => ({ ...wish, dev, from }))
