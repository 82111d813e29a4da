import { ownPackPaths } from '../../checklist/own-packs.ts'
import type { FileChange } from '../../model.ts'
import { type Detect, fact } from '../sight.ts'

/** Files that are the guard's own, whatever they hold. */
const OWN = /(?:^|\/)(?:safe-deploy\.ya?ml|\.safe-deploy[^/]*)(?:$|\/)/
/** Files of others that the guard's hooks live in: only lines that speak of it count. */
const HOSTS =
  /^(?:\.claude\/|\.agents\/|\.cursor\/|\.codex\/|\.gemini\/|\.opencode\/|\.windsurf\/|\.github\/(?:hooks|workflows)\/|\.husky\/|\.githooks\/)|(?:^|\/)(?:lefthook\.ya?ml|\.pre-commit-config\.yaml|\.mcp\.json|AGENTS\.md|CLAUDE\.md)$/
const HOW: Record<FileChange['status'], string> = { A: 'added', M: 'changed', D: 'removed', R: 'renamed', T: 'changed' }

/** The guard's own files, and the hooks that call it, touched by the change it judges. */
export const detectGuardFiles: Detect = (sight) => {
  const { change, settings } = sight
  const packs = new Set(ownPackPaths(sight))
  const isNamed = (path: string): boolean => path === settings.file || path === settings.acknowledge.signers
  return change.files.flatMap((file) => {
    const paths = [file.path, file.from ?? file.path]
    const own = paths.some((path) => OWN.test(path) || isNamed(path) || (packs.has(path) && settings.file !== null))
    const hook = paths.some((path) => HOSTS.test(path)) && [...file.added, ...file.removed].some(({ text }) => text.includes('safe-deploy'))
    return own || hook ? [fact('guard-changed', file.path, { file: file.path, how: HOW[file.status] }, file.path)] : []
  })
}
