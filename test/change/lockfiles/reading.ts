import type { Edge, Installed, Lock, LockReader, Root } from '../../../src/change/lockfiles/lock.ts'

/** Reads a lockfile among other files, and gives it only those it asked for. */
export const readAmong = async (reader: LockReader, path: string, files: Readonly<Record<string, string>>): Promise<Lock> => {
  const text = files[path] ?? ''
  const asked = new Set(reader.beside(path, text, Object.keys(files)))
  return reader.read(path, text, (other) => (asked.has(other) ? (files[other] ?? null) : null))
}

/** `name version`, for each copy. */
export const versionsIn = ({ packages }: Lock): string[] => packages.map(({ name, version }) => `${name} ${version}`)

/** `name to range`, for each wish of a package. */
export const edgesIn = ({ packages }: Lock, name: string): string[] =>
  packages.filter((one) => one.name === name).flatMap((one: Installed) => one.edges.map(edgeText))

/** `name to range`, those of the project, with `dev` where it is. */
export const rootsIn = ({ roots }: Lock): string[] | null => roots?.map((root: Root) => edgeText(root) + (root.dev ? ' dev' : '')) ?? null

const edgeText = ({ name, to, constraint }: Edge): string => `${name} → ${to} (${constraint})`
