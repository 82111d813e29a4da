import { bun } from '../../../src/change/lockfiles/bun.ts'
import { type Edge, type Lock, type LockReader, UnreadableLock } from '../../../src/change/lockfiles/lock.ts'
import { npm } from '../../../src/change/lockfiles/npm.ts'
import { pnpm } from '../../../src/change/lockfiles/pnpm.ts'
import { yarn } from '../../../src/change/lockfiles/yarn.ts'

const READERS: readonly LockReader[] = [npm, pnpm, yarn, bun]

/** Reads the lockfile at a path among the files of one side, as the comparison does. */
export const readAmong = async (path: string, files: Readonly<Record<string, string>>): Promise<Lock> => {
  const reader = READERS.find((one) => one.reads(path))!
  const text = files[path]!
  const named = reader.beside(path, text, Object.keys(files)).filter((one) => Object.hasOwn(files, one))
  return reader.read(path, text, (one) => (named.includes(one) ? files[one]! : null), named)
}

/** Why a text is not read, and where; it fails where it is read. */
export const whyNot = async (path: string, text: string): Promise<string> => {
  try {
    await readAmong(path, { [path]: text })
  } catch (error) {
    if (error instanceof UnreadableLock) return error.line === null ? error.why : `${error.line}: ${error.why}`
    throw error
  }
  throw new Error('it was read')
}

/** `name ^1 → id`. */
const spoken = ({ name, constraint, to }: Edge): string => `${name} ${constraint ?? '?'} → ${to ?? 'nothing'}`

/** A lock in lines: each package with its edges, then what the project asks for. */
export const told = ({ packages, roots }: Lock): { packages: Record<string, string[]>; roots: string[] | null } => ({
  packages: Object.fromEntries(
    packages.map(({ id, name, version, dev, edges }) => [
      `${id}: ${name} ${version ?? 'of no version'}${dev === null ? '' : dev ? ', dev' : ', prod'}`,
      edges.map(spoken),
    ]),
  ),
  roots: roots?.map((root) => `${root.from}: ${root.dev ? 'dev ' : ''}${spoken(root)}`) ?? null,
})
