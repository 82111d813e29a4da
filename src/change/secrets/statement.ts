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

/** Reads the subjects of the commits that touch one of these files, or of all where none is known to (a long range, work in no commit). */
export const statementOf = (sight: Pick<Sight, 'change' | 'commitFiles'>, paths: readonly string[]): Statement => {
  const { change, commitFiles } = sight
  const touching = change.commits.filter(({ oid }) => commitFiles.get(oid)?.some((file) => paths.includes(file)))
  const commits = touching.length > 0 ? touching : change.commits
  const speaking = commits.filter(({ subject }) => SPEAKS.test(subject) || SPEAKS.test(subject.toLowerCase()))
  if (speaking.length === 0) return 'nothing'
  if (speaking.some(({ subject }) => REMOVES.test(subject) && !/^revert\b/i.test(subject))) return 'removal'
  const files = touching.length > 0 ? commits.flatMap(({ oid }) => commitFiles.get(oid) ?? []) : change.files.map(({ path }) => path)
  return files.some((file) => ['code', 'migration', 'infra', 'deps'].includes(areaOf(file)) && !paths.includes(file))
    ? 'with code'
    : 'alone'
}
