import { joinPath } from '../paths.ts'
import { folderOf, foldersUp, nameOfPath } from './files.ts'
import type { Token } from './tokens.ts'

/** How surely a word names a file: by its path, by the end of its path, or by its name alone. */
export type Naming = 'path' | 'tail' | 'name'

/** Names that say nothing without their folder. */
const COMMON =
  /^(?:index|main|app|application|server|client|worker|utils?|helpers?|common|config|configs?|settings?|constants?|types?|models?|schema|routes?|router|urls|views?|base|core|default|defaults|data|init|__init__|__main__|mod|lib|setup|test|tests|run|start|build|deploy|install|readme|package|project|manifest|styles?|layout|page|error|loading|template|tsconfig|dockerfile|makefile|procfile|compose|docker-compose|values|chart|variables|outputs|versions|provider|tasks|handlers|script|scripts|env|db|database|cache|log|logger|logging|auth|user|users|home|admin|api|en|meta|info|state|store|list|item|form|show|edit|new|update|create|delete)(?:\.[\w.]+)?$/i

/** Does this file's name alone tell it from others? */
export const isDistinct = (path: string): boolean => {
  const name = nameOfPath(path)
  return !COMMON.test(name) && name.length >= 6 && /[._-]/.test(name.slice(1))
}

/** Folders of an image in which the repository usually lies. */
const IMAGE_ROOT = /^\/(?:app|rails|code|usr\/src\/app|src|srv|workspace|opt\/app|var\/www\/html|home\/\w+\/app)\//

/** The candidate's files, as names are looked up in them. */
export interface Tree {
  has: (path: string) => boolean
  /** Is there a file, or a folder, whose path ends in this? */
  hasTail: (tail: string) => boolean
  /** Folders from which a path may be meant, beside the reader's own: the build context. */
  roots: readonly string[]
  /** Names that more than one of the files that went had. */
  twins: ReadonlySet<string>
}

/**
 * Does this word, in that file, name the file that went? Null where it names another, or where something that is still there
 * answers to it.
 */
export const namingOf = (token: Token, reader: string, gone: string, tree: Tree): Naming | null => {
  const inImage = token.text.replace(IMAGE_ROOT, '')
  const text = inImage.replace(/^\/+/, '')
  const climbs = /^(?:\.\.\/)+/.exec(text)?.[0] ?? ''
  const tail = text.slice(climbs.length).replace(/^[@~]\//, '')
  if (tail === '' || foldersUp(reader).some((folder) => tree.has(joinPath(folder, tail)))) return null
  const rooted = token.text.startsWith('/') && inImage === token.text && !token.open
  if (rooted) return text.endsWith(`/${gone}`) && gone.includes('/') ? 'tail' : text === gone && gone.includes('/') ? 'path' : null
  if (!token.open && pathsOf(text, climbs, reader, tree).includes(gone))
    return text.includes('/') || isDistinct(gone) ? 'path' : common(reader, gone)
  if (gone !== tail && !gone.endsWith(`/${tail}`)) return null
  if (tree.hasTail(tail)) return null
  if (tail.includes('/')) return 'tail'
  return isDistinct(gone) && !tree.twins.has(tail) ? 'name' : null
}

const pathsOf = (text: string, climbs: string, reader: string, tree: Tree): string[] => {
  const beside = climb(folderOf(reader), climbs, text)
  return [...(beside === null ? [] : [beside]), ...(climbs ? [] : [text, ...tree.roots.map((root) => joinPath(root, text))])]
}

/** A path that climbs over the root names nothing. */
const climb = (folder: string, climbs: string, text: string): string | null =>
  climbs.length / 3 > (folder === '' ? 0 : folder.split('/').length) ? null : joinPath(folder, text)

/** `main.py` names the file of that name only to what lies beside it. */
const common = (reader: string, gone: string): Naming | null => (folderOf(reader) === folderOf(gone) ? 'path' : null)
