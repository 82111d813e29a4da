import { posix } from 'node:path'
import { isTable, type Table, tableAt, textAt } from '../fly-file.ts'
import { parseObject, tablesOf, textsOf } from './js/json.ts'
import { withoutTrailingCommas } from './js/jsonc.ts'
import { projectWishes, type Wish, wishesOf } from './js/manifest.ts'
import { comparable, openText, unknownVersion } from './js/open.ts'
import { readSpec } from './js/spec.ts'
import { folderOf, inFolder } from './js/workspaces.ts'
import { type Edge, type Installed, type Lock, type LockReader, type Root, UnreadableLock } from './lock.ts'

/** A package by its key: the names on the way down to it, `parent/child`. */
interface Copy {
  name: string
  version: string | null
  wishes: readonly Wish[]
}

/** bun.lock, which is JSON with trailing commas. Its older sibling bun.lockb is for bun alone. */
export const bun: LockReader = {
  reads: (path) => /^bun\.lockb?$/.test(posix.basename(path)),
  beside: () => [],
  read: (path, text) => {
    if (path.endsWith('b'))
      throw new UnreadableLock('it is binary and only bun reads it; `bun install --save-text-lockfile` makes a bun.lock of it')
    const lock = parseObject(withoutTrailingCommas(openText(text)))
    const version = lock.lockfileVersion
    if (version !== 0 && version !== 1) throw unknownVersion('lockfileVersion', version)
    return readLock(lock, `bun ${version}`, folderOf(path))
  },
}

const readLock = (lock: Table, format: string, at: string): Lock => {
  const copies = copiesOf(lock)
  const edge = (from: string, wish: Wish): Edge => {
    const to = wish.idle ? null : find(copies, from, wish.name)
    return {
      name: (to === null ? undefined : copies.get(to)?.name) ?? readSpec(wish.name, wish.spec).name,
      to,
      constraint: rangeOf(lock, wish),
    }
  }
  const packages = [...copies].map(
    ([id, { name, version, wishes }]): Installed => ({ id, name, version, edges: wishes.map((wish) => edge(id, wish)), dev: null }),
  )
  const roots = tablesOf(lock.workspaces).flatMap(([folder, workspace]): Root[] => {
    const from = inFolder(at, `${folder === '' ? '.' : folder}/package.json`)
    return projectWishes(workspace, listOf(workspace.optionalPeers)).map((wish) => ({
      ...edge(textAt(workspace, 'name') ?? '', wish),
      dev: wish.dev,
      from,
    }))
  })
  return { ecosystem: 'npm', format, packages, roots }
}

/** `"key": ["name@1.0.0", "registry", { … }, "hash"]`; what is no registry's has fewer parts, the table is the one among them. */
const copiesOf = (lock: Table): Map<string, Copy> => {
  const copies = new Map<string, Copy>()
  if (!isTable(lock.packages)) return copies
  for (const [key, entry] of Object.entries(lock.packages)) {
    const [self, about] = Array.isArray(entry) ? [entry[0], entry.find(isTable)] : [null, null]
    if (typeof self !== 'string') throw new UnreadableLock('a package in it is not written as bun writes it')
    copies.set(key, copyOf(key, self, about ?? {}))
  }
  return copies
}

/** A workspace asks for nothing here: it is one of those who ask. */
const copyOf = (key: string, self: string, about: Table): Copy => {
  const at = self.indexOf('@', 1)
  const reference = at === -1 ? '' : self.slice(at + 1)
  const wishes = reference.startsWith('workspace:') ? [] : wishesOf(about, listOf(about.optionalPeers))
  return { name: at === -1 ? key : self.slice(0, at), version: comparable(reference), wishes }
}

const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [])

/** A range, or the one that the catalog it names has. */
const rangeOf = (lock: Table, { name, spec }: Wish): string | null => {
  if (!spec.startsWith('catalog:')) return readSpec(name, spec).range
  const which = spec.slice('catalog:'.length)
  const catalog =
    which === '' || which === 'default'
      ? { ...tableAt(lock, 'catalogs', 'default'), ...tableAt(lock, 'catalog') }
      : tableAt(lock, 'catalogs', which)
  const range = new Map(textsOf(catalog)).get(name)
  return range === undefined ? null : readSpec(name, range).range
}

/** Keys below keys that are looked into at most. */
const HIGHEST = 64

/** The copy below the key itself, else below those it lies in, else at the top. */
const find = (copies: ReadonlyMap<string, Copy>, from: string, name: string): string | null => {
  let at = from
  for (let height = 0; height < HIGHEST && at !== ''; height++) {
    const key = `${at}/${name}`
    if (copies.has(key)) return key
    at = above(at)
  }
  return copies.has(name) ? name : null
}

/** `a/@b/c` lies in `a`, `@b/c` and `a` in nothing. */
const above = (key: string): string => {
  const last = key.lastIndexOf('/')
  const scope = key.lastIndexOf('/', last - 1)
  const start = key[scope + 1] === '@' ? scope : last
  return start <= 0 ? '' : key.slice(0, start)
}
