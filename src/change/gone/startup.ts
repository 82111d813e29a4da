import { joinPath } from '../paths.ts'
import type { Glimpse, Mention } from '../sight.ts'
import { folderOf, type Gone } from './files.ts'
import { readerAt } from './readers.ts'

/** Files that start, build or release that are read through, of a change that moves many files. */
const MAX_FILES = 120
const MAX_LINES = 3_000
const MAX_LINE = 1_000
/** A cheap look at the name first: large trees have few of them. */
const LIKELY =
  /(?:Dockerfile|Containerfile|Procfile|compose|fly|\.sh$|package\.json$|entrypoint|render\.yaml|\.kamal\/|deploy|start|release|crontab|supervisor|nginx|\.service$)/
const WORD = /[\w.@~/+-]*\w[\w.@~/+-]*/g

/** What starts, builds or releases: read as a whole where too many files went to look each of them up. */
export const startupFiles = ({ listing }: Glimpse): string[] => {
  const found: string[] = []
  for (const path of listing.keys()) {
    if (found.length >= MAX_FILES) break
    if (!LIKELY.test(path) || path.includes('node_modules/')) continue
    if (readerAt(path) === 'deploy' || /(?:^|\/)package\.json$|\.sh$/.test(path)) found.push(path)
  }
  return found
}

/** Lines of them that may name one of the files that went, with the file. */
export const namedAtStart = (gone: readonly Gone[], sight: Glimpse): [Gone, Mention][] => {
  const byPath = new Map(gone.map((one) => [one.path, one]))
  return startupFiles(sight).flatMap((path) =>
    (sight.text('candidate', path) ?? '').split('\n', MAX_LINES).flatMap((whole, i) => {
      const text = whole.slice(0, MAX_LINE)
      const named = new Set([...text.matchAll(WORD)].flatMap(([word]) => meant(word, path, sight).flatMap((one) => byPath.get(one) ?? [])))
      return [...named].map((one): [Gone, Mention] => [one, { path, line: i + 1, text }])
    }),
  )
}

/** Paths that a word in this file may mean: from the root, from its folder, from the build context, or as a module. */
const meant = (word: string, reader: string, { build }: Glimpse): string[] => {
  const plain = word.replace(/^\/\w[\w-]*\//, '')
  const module = /^\w+(?:\.\w+)+$/.test(word) ? [`${word.replaceAll('.', '/')}.py`] : []
  return [word, plain, joinPath(folderOf(reader), word), joinPath(build.dir, word), ...module].map((one) => joinPath(one))
}
