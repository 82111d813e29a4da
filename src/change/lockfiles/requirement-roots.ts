import type { CopiesOf, RootWish } from './copies.ts'
import { isDevGroup } from './dev-group.ts'
import type { Beside } from './lock.ts'
import { baseOf, folderOf, within } from './nearby.ts'
import { pyName } from './pep508.ts'
import { wishesOf } from './pyproject.ts'
import { type Line, type Requirements, requirementsOf } from './requirement-lines.ts'
import { manifestToml } from './tables.ts'

/** Only for tests and development? By its name, or its folder's: requirements/tests.txt, docs/requirements.txt. */
export const isDevFile = (path: string): boolean => {
  const folder = baseOf(folderOf(path).slice(0, -1))
  return path.startsWith('.github/') || isDevGroup(baseOf(path)) || (folder !== 'requirements' && isDevGroup(folder))
}

/** A file that a requirements file was made from. */
interface Source {
  name: string
  /** Where it may lie: comments have paths relative to where the tool ran. */
  paths: string[]
}

const FILE = /^-r\s+(\S+)$|\((pyproject\.toml|setup\.(?:py|cfg))\b[^()]*\)$/

const fileOf = (via: string): string | null => {
  const match = FILE.exec(via)
  return match?.[1] ?? match?.[2] ?? null
}

/** Files that the comments name; without comments, those that are called alike. */
export const sourcesOf = (path: string, { lines, by, annotated, hashed }: Requirements): Source[] => {
  const alike = by !== null || hashed ? [baseOf(path).replace(/txt$/, 'in'), 'pyproject.toml'] : []
  const names = annotated ? lines.flatMap(({ via }) => via.flatMap((one) => fileOf(one) ?? [])) : alike
  const own = new Set(lines.map(({ name }) => name))
  if (annotated && lines.some(({ via }) => via.some((one) => isProject(one) && !own.has(pyName(one))))) names.push('pyproject.toml')
  const paths = (name: string) => foldersOf(path).flatMap((folder) => within(folder, name) ?? [])
  return [...new Set(names)].slice(0, MOST).map((name) => ({ name, paths: paths(name) }))
}

const MOST = 100

/** A name, which may be the project's own. */
const isProject = (via: string): boolean => !via.startsWith('-') && fileOf(via) === null

/** The folder of a path and those above it. */
const foldersOf = (path: string): string[] => {
  const folder = folderOf(path)
  return folder === '' ? [''] : [folder, ...foldersOf(folder.slice(0, -1))]
}

/** What the project asks for; null where nothing says it. */
export const requirementRoots = async (path: string, file: Requirements, of: CopiesOf, beside: Beside): Promise<RootWish[] | null> => {
  if (!file.annotated && file.by === null && !file.hashed) return file.lines.map((line) => ({ ...line, dev: isDevFile(path), from: path }))
  const sources = new Map<string, Read>()
  for (const { name, paths } of sourcesOf(path, file)) sources.set(name, await readSource(name, paths, beside))
  if (file.annotated) return file.lines.flatMap((line) => rootOf(line, path, of, sources))
  const found = [...sources.values()].find(({ wishes }) => wishes.length > 0)
  return found?.wishes.map((wish) => ({ ...wish, dev: wish.dev || isDevFile(path) })) ?? null
}

interface Read {
  path: string
  wishes: RootWish[]
}

const readSource = async (name: string, paths: readonly string[], beside: Beside): Promise<Read> => {
  const path = paths.find((one) => beside(one) !== null)
  const text = path === undefined ? null : beside(path)
  if (path === undefined || text === null) return { path: name, wishes: [] }
  if (path.endsWith('.toml')) return { path, wishes: wishesOf((await manifestToml(text)) ?? {}, path) }
  return { path, wishes: requirementsOf(text).lines.map((line) => ({ ...line, dev: isDevFile(path), from: path })) }
}

/**
 * Asked for by a file, by the project's own name, which is none of the packages (`uv export`), or by nobody (pip-compile before 5). Another compiled file
 * asks for all of its packages: it only counts where no package does.
 */
const rootOf = (line: Line, path: string, of: CopiesOf, sources: ReadonlyMap<string, Read>): RootWish | [] => {
  const packages = line.via.filter((one) => of(pyName(one)).length > 0)
  const files = line.via.flatMap((one) => fileOf(one) ?? []).filter((one) => packages.length === 0 || !one.endsWith('.txt'))
  const project = line.via.some((one) => isProject(one) && !packages.includes(one))
  if (files.length === 0 && !project && line.via.length > 0) return []
  const read = [...files, ...(project ? ['pyproject.toml'] : [])].flatMap((one) => sources.get(one) ?? [])
  const wish = read.flatMap(({ wishes }) => wishes).find(({ name }) => name === line.name)
  const dev = isDevFile(path) || (files.length > 0 && !project && files.every(isDevFile))
  return { name: line.name, constraint: wish?.constraint ?? null, dev: dev || wish?.dev === true, from: read[0]?.path ?? path }
}
