import type { Ref } from './event.ts'
import type { Repository } from './repository.ts'

/** A tag that is not there yet looks like one. */
const VERSION = /^v?\d+(?:\.\d+)*(?:[-+.\w]*)$/

const kindOf = (full: string): Ref | null =>
  full.startsWith('refs/heads/')
    ? { kind: 'branch', name: full.slice(11) }
    : full.startsWith('refs/tags/')
      ? { kind: 'tag', name: full.slice(10) }
      : null

/** The whole name of what a word on the left stands for; null where it stands for a commit only, or nothing known. */
const sourceOf = (word: string, repository: Repository): string | null => {
  if (word === 'HEAD' || word === '@') return repository.branch === null ? null : `refs/heads/${repository.branch}`
  if (word.startsWith('refs/')) return word
  const found = [`refs/tags/${word}`, `refs/heads/${word}`, `refs/${word}`].filter((ref) => repository.hasRef(ref))
  // Git refuses what is both a tag and a branch; the branch is the one that may deploy.
  return found.includes(`refs/heads/${word}`) ? `refs/heads/${word}` : (found[0] ?? null)
}

/** The whole name of what a word on the right becomes on the host. */
const targetOf = (word: string, source: string | null): string => {
  if (word.startsWith('refs/')) return word
  if (/^(?:heads|tags)\//.test(word)) return `refs/${word}`
  return `refs/${source?.startsWith('refs/tags/') ? 'tags' : 'heads'}/${word}`
}

const star = (pattern: string, name: string): string | null => {
  const [before = '', after = ''] = pattern.split('*')
  const fits = name.startsWith(before) && name.endsWith(after) && name.length >= before.length + after.length
  return fits ? name.slice(before.length, name.length - after.length) : null
}

/** `refs/heads/*:refs/heads/*` over what is here. */
const spread = (from: string, to: string, repository: Repository): Ref[] =>
  (['heads', 'tags'] as const)
    .filter((folder) => `refs/${folder}/`.startsWith(from.split('*')[0]!) || from.startsWith(`refs/${folder}/`))
    .flatMap((folder) => repository.refs(folder).map((name) => `refs/${folder}/${name}`))
    .flatMap((full) => {
      const middle = star(from, full)
      return middle === null ? [] : (kindOf(to.replace('*', () => middle)) ?? [])
    })

const branch = (name: string): Ref => ({ kind: 'branch', name })

/** All branches here: `--all`, or those of which the remote has one by the name (`:`). */
export const branchesHere = (repository: Repository): Ref[] => [
  ...repository.refs('heads').map(branch),
  ...(repository.more ? [{ kind: 'branch', name: null } as const] : []),
]

/** Branches that both sides have, as far as this clone remembers the other; all where it remembers none. */
export const matching = (repository: Repository, remote: string): Ref[] => {
  const there = new Set(repository.refs(`remotes/${remote}`))
  return branchesHere(repository).filter((one) => there.size === 0 || one.name === null || there.has(one.name))
}

/**
 * What one refspec changes on the remote, deletions left out.
 * @param remote by name, for settings of it that map names
 */
export const readRefspec = (refspec: string, remote: string, repository: Repository): Ref[] => {
  const bare = refspec.replace(/^\+/, '')
  if (bare.startsWith('^')) return []
  if (bare === ':') return matching(repository, remote)
  const at = bare.indexOf(':')
  const [from, to] = at < 0 ? [bare, ''] : [bare.slice(0, at), bare.slice(at + 1)]
  if (from === '') return []
  if (from.includes('*')) return spread(from, to || from, repository)
  const source = sourceOf(from, repository)
  if (to !== '') return found(targetOf(to, source))
  return alone(from, source, remote, repository)
}

const found = (full: string): Ref[] => {
  const ref = kindOf(full)
  return ref ? [ref] : []
}

/** A name without a colon goes where the settings say, else to its own name. */
const alone = (word: string, source: string | null, remote: string, repository: Repository): Ref[] => {
  if (source === null && /^(?:HEAD|@)$/.test(word)) return repository.unclear ? [{ kind: 'branch', name: null }] : []
  const full = source ?? targetOf(word, null)
  const mapped = mapping(full, remote, repository)
  if (mapped !== null) return found(mapped)
  // A tag that is made earlier in the same line is not here yet.
  return source === null && !word.startsWith('refs/') && VERSION.test(word) ? [branch(word), { kind: 'tag', name: word }] : found(full)
}

const mapping = (full: string, remote: string, repository: Repository): string | null => {
  for (const refspec of repository.config.all(`remote.${remote}.push`)) {
    const [from = '', to] = refspec.replace(/^\+/, '').split(':')
    const middle = star(from.includes('*') ? from : `${from}*`, full)
    if (to !== undefined && to !== '' && middle !== null && (from.includes('*') || middle === '')) return to.replace('*', () => middle)
  }
  const name = full.startsWith('refs/heads/') ? full.slice(11) : null
  return name !== null && repository.config.get('push.default') === 'upstream' ? repository.config.get(`branch.${name}.merge`) : null
}
