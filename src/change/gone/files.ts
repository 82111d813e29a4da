import type { Change } from '../../model.ts'
import { isQuiet } from '../area.ts'
import { VENDORED } from './readers.ts'

/** A file that is not where it was. */
export interface Gone {
  path: string
  /** Where it is now; null where it was deleted. */
  to: string | null
  /** It stands for all files of a folder of which none is left. */
  folder?: true
}

/** Pictures, fonts and media: a bundler hashes them, or a page lacks one. */
const ASSET =
  /\.(?:png|jpe?g|gif|svg|ico|webp|avif|bmp|woff2?|ttf|otf|eot|mp[34]|webm|mov|ogg|wav|pdf|css|scss|sass|less|styl|psd|sketch)$/i

/** Every file that a change deletes or moves and that something may read when it runs: no tests, documents, assets, or what tools wrote. */
export const goneFiles = (change: Change): Gone[] =>
  change.files.flatMap(({ status, path, from, generated }): Gone[] => {
    const gone = status === 'D' ? path : status === 'R' ? from : undefined
    if (!gone || generated || ASSET.test(gone) || VENDORED.test(gone) || (isQuiet(gone) && !isText(gone))) return []
    return [{ path: gone, to: status === 'R' ? path : null }]
  })

/** Texts are quiet where they change; where they go, something may lack its word list. */
const isText = (path: string): boolean => /\.txt$/.test(path) && !isQuiet(path.replace(/\.txt$/, ''))

/** `deleted`, or where it went. */
export const howGone = ({ to }: Gone): string => (to === null ? 'deleted' : `renamed to ${to}`)

export const nameOfPath = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

export const folderOf = (path: string): string => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '')

/** The folder of a path and all above it, the repository's root (`''`) last. */
export const foldersUp = (path: string): string[] => {
  const folders: string[] = []
  for (let at = folderOf(path); at !== ''; at = folderOf(at)) folders.push(at)
  return [...folders, '']
}
