import { areaOf } from '../area.ts'
import type { Sight } from '../sight.ts'

/** Words by which a commit says that it is about secrets. */
const SPEAKS =
  /secret|credential|\bcreds?\b|\bkeys?\b|_key\b|api[ _-]?key|token|rotat|passw|passphrase|encrypt|decrypt|\bvault\b|\bsops\b|ejson|env(?:ironment)?[ _-]?var|\.env\b|certificate|\bcerts?\b|\bdsn\b|\b[A-Z][A-Z0-9]+_[A-Z0-9_]+\b/
/** Words by which it says that something goes. */
const REMOVES = /\b(?:remov|delet|drop|clean|unus|prun|purg|obsolet|reset|get rid|no longer)/i

/**
 * What the commits that touch a file say about it: `nothing`; `removal`, which nobody can check in a file that nobody can read; `alone`, a statement
 * with no code beside it; or `with code`.
 */
export type Statement = 'nothing' | 'removal' | 'alone' | 'with code'

/** Words that stand in the name of any key. */
const EVERYWHERE =
  /^(?:secrets?|keys?|data|config|kubernetes|apps?|production|staging|default|test|file|value|string|yaml|json|env|name|user|host|client|deploy|update|main|core|prod|encrypted|sops|ejson)$/

/** Words of a name, as one would say them. */
const wordsOf = (text: string): string[] =>
  text
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 2 && !EVERYWHERE.test(word))

/** Does a subject speak of these keys or this file, by a word of their names? `LaunchDarkly` speaks of `launch_darkly_sdk_key`. */
export const speaksOf = (sight: Pick<Sight, 'change' | 'commitFiles'>, path: string, keys: readonly string[]): boolean => {
  const words = new Set([...keys, path].flatMap(wordsOf))
  return commitsOf(sight, [path]).commits.some(({ subject }) => {
    const said = wordsOf(subject)
    const squeezed = said.join('')
    return said.some((word) => words.has(word)) || [...words].some((word) => word.length > 5 && squeezed.includes(word))
  })
}

/** Commits that touch one of these files; all where none is known to (a long range, work in no commit). */
const commitsOf = ({ change, commitFiles }: Pick<Sight, 'change' | 'commitFiles'>, paths: readonly string[]) => {
  const touching = change.commits.filter(({ oid }) => commitFiles.get(oid)?.some((file) => paths.includes(file)))
  return { commits: touching.length > 0 ? touching : change.commits, known: touching.length > 0 }
}

/** Reads the subjects of the commits that touch one of these files. */
export const statementOf = (sight: Pick<Sight, 'change' | 'commitFiles'>, paths: readonly string[]): Statement => {
  const { change, commitFiles } = sight
  const { commits, known } = commitsOf(sight, paths)
  const speaking = commits.filter(({ subject }) => SPEAKS.test(subject) || SPEAKS.test(subject.toLowerCase()))
  if (speaking.length === 0) return 'nothing'
  if (speaking.some(({ subject }) => REMOVES.test(subject) && !/^revert\b/i.test(subject))) return 'removal'
  const files = known ? commits.flatMap(({ oid }) => commitFiles.get(oid) ?? []) : change.files.map(({ path }) => path)
  return files.some((file) => ['code', 'migration', 'infra', 'deps'].includes(areaOf(file)) && !paths.includes(file))
    ? 'with code'
    : 'alone'
}
