import type { Redirection } from 'unbash'
import { fileAt, pathOf } from './files.ts'
import { HOLE, type Shell } from './shell.ts'
import type { Words } from './words.ts'

const herePart = (shell: Shell, words: Words, one: Redirection): string | null => {
  if (one.type === 'HereString') return one.target ? `${words.one(shell, one.target)}\n` : ''
  if (one.type === 'HereDoc')
    return !one.delimiter?.quoted && /[$`\\]/.test(one.body.text) ? words.parts(shell, one.body.parts ?? []) : dedented(one)
  if (one.operator !== '<' || !one.target) return null
  const path = words.one(shell, one.target)
  return path === '/dev/null' ? '' : (fileAt(shell, path) ?? HOLE)
}

const dedented = (one: Extract<Redirection, { type: 'HereDoc' }>): string =>
  one.operator === '<<-' ? one.body.text.replace(/^\t+/gm, '') : one.body.text

/** What a command reads, as its redirections say: the last one holds. Null where they say nothing. */
export const stdinOf = (shell: Shell, words: Words, redirects: readonly Redirection[]): string | null =>
  redirects.reduce<string | null>((before, one) => herePart(shell, words, one) ?? before, null)

/** Keeps output that goes into a file, so that a script which the line writes can be read again. Returns what is still printed. */
export const keepOutput = (shell: Shell, words: Words, redirects: readonly Redirection[], output: string): string => {
  let rest = output
  for (const one of redirects) {
    if (one.type !== 'Redirect' || !one.target) continue
    const target = words.one(shell, one.target)
    if (!/^(?:>|>>|>\||&>|&>>)$/.test(one.operator) || (one.descriptor?.type === 'FileDescriptor' && one.descriptor.value !== 1)) continue
    const path = pathOf(shell, target)
    if (path === null || target.startsWith('/dev/')) continue
    shell.files.set(path, (one.operator.endsWith('>>') ? (fileAt(shell, target) ?? '') : '') + output)
    rest = ''
  }
  return rest
}
