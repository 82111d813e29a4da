import type { FileChange } from '../../model.ts'
import { areaOf } from '../area.ts'
import { isDevScript, roleOf, scriptOf } from '../env/role.ts'
import type { Glimpse } from '../sight.ts'
import { type LoaderLine, loaderLinesOf } from './loader-line.ts'
import type { Loader } from './loaders.ts'

/** Who runs a loader line: production, a tool beside it, nobody any more (its file or script went as a whole), or only developers. */
type Runs = 'production' | 'tool' | 'nothing' | 'development'

/** Without one word that all their lines hold, or not of a process. */
const WORDLESS = new Set(['dotenv gem', 'COPY', 'source', 'export', 'BaseSettings'])

/** A text by which other calls of a loader are found, or null. */
export const wordOf = ({ name }: Loader): string | null => (WORDLESS.has(name) ? null : name)

/** Who runs the file of a loader line. */
export const runsOf = (sight: Glimpse, line: LoaderLine): Runs => {
  const change = sight.change.files.find((file) => file.path === line.file || file.from === line.file)
  const text = textOf(change, line.n)
  if (/(?:^|\/)package\.json$/.test(line.file)) return runsScript(sight, change, text)
  if (line.loader.name === 'dotenv gem' && inDevelopmentGroup(sight, change, line)) return 'development'
  if (onlyInDevelopment(sight, change, line)) return 'development'
  if (roleOf(line.file) === 'tool') return namedByDeploy(sight, line.file) ? 'production' : 'tool'
  return change?.status === 'D' && !hadImporters(sight, line.file) ? 'nothing' : 'production'
}

const textOf = (change: FileChange | undefined, n: number): string =>
  [...(change?.removed ?? []), ...(change?.added ?? [])].find((line) => line.n === n)?.text ?? ''

/** A script of a package.json: one for developers, one that went as a whole, or one of production. */
const runsScript = (sight: Glimpse, change: FileChange | undefined, text: string): Runs => {
  const script = scriptOf(text)
  if (script === null || change === undefined) return 'production'
  if (isDevScript(script)) return 'development'
  const kept = change.added.some((line) => scriptOf(line.text) === script) || !change.removed.some((line) => scriptOf(line.text) === script)
  return kept || change.status === 'D'
    ? 'production'
    : /^start/.test(script) && sight.text('candidate', change.path) === null
      ? 'production'
      : 'nothing'
}

/** A condition that leaves production out. */
const DEVELOPMENT =
  /\b(?:Rails\.env\.(?:development|test|local)\?|NODE_ENV\s*!==?\s*["'`]production|NODE_ENV\s*===?\s*["'`](?:development|test)|(?:not|!)\s*(?:is_?prod(?:uction)?\b|isProd)|is_?(?:dev|local)\w*|%w\[development test\])/i

/** Does the line, or a block that opens just above it, say that this is for development? */
const onlyInDevelopment = (sight: Glimpse, change: FileChange | undefined, line: LoaderLine): boolean => {
  const texts = [sight.text('base', change?.from ?? line.file), sight.text('candidate', line.file)]
  const own = textOf(change, line.n)
  const lines = texts.map((text) => text?.split('\n') ?? []).find((one) => one[line.n - 1] === own && own !== '') ?? [own]
  const at = lines.length === 1 ? 0 : line.n - 1
  return lines
    .slice(Math.max(0, at - 2), at + 1)
    .some((text, i, all) => DEVELOPMENT.test(text) && (i === all.length - 1 || /(?:[{:]|then|do|\?)\s*$|^\s*if\b/.test(text)))
}

/** Is the gem's line in a Bundler group that production leaves out? */
const inDevelopmentGroup = (sight: Glimpse, change: FileChange | undefined, line: LoaderLine): boolean => {
  const lines = [sight.text('base', change?.from ?? line.file), sight.text('candidate', line.file)].map((text) => text?.split('\n') ?? [])
  const own = textOf(change, line.n)
  if (/\bgroups?(?:\s*:|:)/.test(own)) return !own.includes('production')
  const side = lines.find((one) => one[line.n - 1] === own && own !== '') ?? []
  const group = side.slice(0, line.n - 1).findLast((text) => /^(?:group\b.*\bdo|end)\s*$/.test(text))
  return group?.startsWith('group') === true && !group.includes('production')
}

/** Is a tool's file named where production starts things? */
const namedByDeploy = (sight: Glimpse, path: string): boolean =>
  sight
    .mentions(path.slice(path.lastIndexOf('/') + 1))
    .some((one) => areaOf(one.path) === 'infra' || /(?:^|\/)(?:Procfile|entrypoint[^/]*|start\.sh)$/.test(one.path))

const stemOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/(?:\.d)?\.\w+$/, '')

/** A line that imports a module of this stem. */
const importing = (stem: string): RegExp =>
  new RegExp(`(?:import|from|require\\w*|use|mod|include)\\b.{0,200}(?<![\\w-])${stem.replace(/[^\w-]/g, '.')}(?![\\w-])`)

/** Did a file that stays stop importing the one that went? */
const hadImporters = (sight: Glimpse, path: string): boolean => {
  if (areaOf(path) === 'infra') return false
  const pattern = importing(stemOf(path))
  return sight.change.files.some(
    (file) => file.status !== 'D' && file.removed.some(({ text }) => text.length <= 2000 && pattern.test(text)),
  )
}

/** Does the candidate's file import the other one? */
export const importsOf = (sight: Glimpse, file: string, other: string): boolean => {
  const pattern = importing(stemOf(other))
  return (sight.text('candidate', file) ?? '').split('\n').some((text) => text.length <= 2000 && pattern.test(text))
}

/** Other places of the candidate that load the same, and run in production. */
export const stillLoadedIn = (sight: Glimpse, line: LoaderLine): LoaderLine[] => {
  const word = wordOf(line.loader)
  if (word === null) return []
  return sight
    .mentions(word)
    .filter(({ path }) => path !== line.file && roleOf(path) === 'production')
    .flatMap(({ path, line: n, text }) => loaderLinesOf(path, [{ n, text }]))
    .filter((other) => other.loader.world === line.loader.world && other.argument === line.argument)
}
