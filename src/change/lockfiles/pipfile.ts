import { isTable, type Table, tableAt, textAt } from '../fly-file.ts'
import { type Copy, copiesOf, installed, rootsOf } from './copies.ts'
import { isDevGroup } from './dev-group.ts'
import { type LockReader, UnreadableLock } from './lock.ts'
import { baseOf } from './nearby.ts'
import { pyName } from './pep508.ts'
import { tabled } from './pyproject.ts'
import { jsonTable, manifestToml } from './tables.ts'

/** Pipfile.lock 6: it says what is installed, and not who asks for it. */
export const pipfile: LockReader = {
  reads: (path) => baseOf(path) === 'Pipfile.lock',
  beside: (path) => [manifestOf(path)],
  read: async (path, text, beside) => {
    const lock = jsonTable(text)
    const version = versionOf(lock)
    const manifest = await manifestToml(beside(manifestOf(path)))
    const copies = categoriesOf(lock, 'develop').flatMap(([table, dev]) =>
      Object.entries(table).flatMap(([name, value]) => copyOf(name, value, dev)),
    )
    const of = copiesOf(copies)
    const wishes = manifest && categoriesOf(manifest, 'dev-packages').flatMap(([table, dev]) => tabled(table, dev, manifestOf(path)))
    return { ecosystem: 'python', format: `pipfile ${version}`, packages: installed(copies, of), roots: wishes && rootsOf(wishes, of) }
  },
}

const manifestOf = (path: string): string => path.replace(/\.lock$/, '')

const versionOf = (lock: Table): string => {
  const version = tableAt(lock, '_meta')['pipfile-spec']
  if (version !== undefined && version !== 6) throw new UnreadableLock(`its version is ${String(version).slice(0, 12)}: known is 6`)
  if (!isTable(lock.default) && !isTable(lock.develop)) throw new UnreadableLock('it lists no packages')
  return String(version ?? 6)
}

/** Tables of packages, each for tests and development or not: one is, others are by their name. */
const categoriesOf = (table: Table, develop: string): [Table, boolean][] =>
  Object.entries(table).flatMap(([name, value]) =>
    isTable(value) && !NO_PACKAGES.has(name)
      ? [[value, name === develop || (name !== 'packages' && name !== 'default' && isDevGroup(name))]]
      : [],
  )

const NO_PACKAGES = new Set(['_meta', 'requires', 'scripts', 'pipenv', 'source'])

const copyOf = (name: string, value: unknown, dev: boolean): Copy | [] => {
  if (!isTable(value)) return []
  const version = textAt(value, 'version')?.replace(/^={2,3}\s*/, '') ?? null
  const local = value.git !== undefined || value.path !== undefined || value.editable === true
  return { id: `${pyName(name)}@${version ?? ''}`, name: pyName(name), version: local ? null : version, dev, wishes: [] }
}
