import type { FileChange } from '../../model.ts'
import type { Sight } from '../sight.ts'
import type { Hit } from './hits.ts'
import { isPlaceholder } from './placeholder.ts'

/** A commit that says that a secret stood in the code. */
const SAYS = /hard[- ]?coded|leaked|exposed|committed|plain[- ]?text/i
const OF = /passw|secret|token|api[- _]?key|credential|\bkeys?\b/i
const LITERAL =
  /\b\w{0,40}(?:secret|passw(?:or)?d|token|api_?key|credential)\w{0,40}["'\]]{0,2}\s{0,10}(?:[:=]|=>)\s{0,10}["'`](?<v>[^"'`\s]{8,200})["'`]/gi

/**
 * Values of removed lines that a commit calls a hard-coded secret. Without those words "a text beside the word password" is nearly always something
 * else, so it is looked for nowhere else.
 */
export const spokenOf = (
  { change, commitFiles }: Pick<Sight, 'change' | 'commitFiles'>,
  files: readonly FileChange[],
): (readonly [string, Hit])[] => {
  const commits = change.commits.filter(({ subject }) => SAYS.test(subject) && OF.test(subject))
  if (commits.length === 0) return []
  const touched = new Set(commits.flatMap(({ oid }) => commitFiles.get(oid) ?? []))
  return files
    .filter(({ path }) => touched.has(path))
    .flatMap((file) => {
      const kept = new Set(file.added.flatMap(({ text }) => literalsOf(text)))
      return file.removed.flatMap(({ n, text }) =>
        literalsOf(text)
          .filter((value) => !kept.has(value))
          .map(
            (value) =>
              [
                file.path,
                { id: 'hard-coded', what: 'a hard-coded secret', kind: 'own', n, length: value.length, values: [value] },
              ] as const,
          ),
      )
    })
}

const literalsOf = (text: string): string[] =>
  text.length > 4_000 ? [] : [...text.matchAll(LITERAL)].flatMap(({ groups }) => (isPlaceholder(groups?.v ?? '') ? [] : [groups!.v!]))
