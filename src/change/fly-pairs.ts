import { isQuiet } from './area.ts'
import { parseFly, type Table } from './fly-file.ts'
import type { Glimpse, Wants } from './sight.ts'

/** One of fly's configs on both sides; null where that side has none, or none that can be read. */
export interface FlyPair {
  file: string
  /** The config of this deploy: what is said of it needs no file name. */
  own: boolean
  before: Table | null
  after: Table | null
}

const NAME = /(?:^|\/)fly(?:[._-][\w.-]*)?\.toml$/

/**
 * The configs that a change is judged by: that of the deploy, and where two commits are judged, for which nobody says what is deployed, each one that
 * they differ in.
 */
const flyFiles = ({ build, change, judgesCommits }: Pick<Glimpse, 'build' | 'change' | 'judgesCommits'>): string[] => {
  const others = change.files.filter(({ path, status }) => judgesCommits && status !== 'D' && NAME.test(path) && !isQuiet(path))
  return [...new Set([...(build.config === null ? [] : [build.config]), ...others.map(({ path }) => path)])]
}

/** What a detector of fly's configs has to read. */
export const flyWants = (glimpse: Glimpse): Wants => ({
  texts: flyFiles(glimpse).flatMap((path) => [['base', oldPath(glimpse, path)] as const, ['candidate', path] as const]),
})

const oldPath = ({ change }: Pick<Glimpse, 'change'>, path: string): string => change.files.find((file) => file.path === path)?.from ?? path

/** Each config on both sides. */
export const flyPairs = (glimpse: Glimpse): Promise<FlyPair[]> =>
  Promise.all(
    flyFiles(glimpse).map(async (file) => ({
      file,
      own: file === glimpse.build.config,
      before: await tableOf(file, glimpse.text('base', oldPath(glimpse, file))),
      after: await tableOf(file, glimpse.text('candidate', file)),
    })),
  )

const tableOf = async (file: string, text: string | null): Promise<Table | null> => {
  const parsed = text === null ? null : await parseFly(file, text)
  return parsed?.ok ? parsed.table : null
}

/** A key of this deploy's config by itself, of another config with its file. */
export const subjectOf = ({ own, file }: Pick<FlyPair, 'own' | 'file'>, key: string): string => (own ? key : `${key} (${file})`)
