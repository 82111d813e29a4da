import { intact } from './intact.ts'
import { type Installed, type LockReader, type Root, UnreadableLock } from './lock.ts'
import { baseOf } from './nearby.ts'

/**
 * go.mod. Since Go 1.17 it lists every module of the build, but not who asks for which. A major above 1 is part of a module's path, and would never be a step
 * of one module: the name goes without it, so that `/v2` → `/v3` is one.
 */
export const goMod: LockReader = {
  reads: (path) => baseOf(path) === 'go.mod',
  beside: () => [],
  read: (path, text) => {
    const { requires, replaced, go } = directivesOf(intact(text))
    const packages = requires.map(({ module, version }): Installed => {
      const by = replaced.get(`${module} ${version}`) ?? replaced.get(module)
      return { id: module, name: goName(module), version: by === undefined ? version : by, edges: [], dev: null }
    })
    const direct = requires.filter(({ indirect }) => !indirect)
    const roots = direct.map(
      ({ module, version }): Root => ({ name: goName(module), to: module, constraint: plain(version), dev: false, from: path }),
    )
    return { ecosystem: 'go', format: `go.mod ${go}`.trim(), packages, roots }
  },
}

/** `github.com/a/b/v2` and `gopkg.in/b.v2` without the major. */
const goName = (module: string): string => module.replace(/^(gopkg\.in\/.*)\.v\d{1,9}(?:-unstable)?$/, '$1').replace(/\/v\d{1,9}$/, '')

const plain = (version: string): string => version.replace(/\+incompatible$/, '')

interface Require {
  module: string
  version: string
  indirect: boolean
}

interface Directives {
  /** Does it say which module it is of? Every go.mod does. */
  named: boolean
  requires: Require[]
  /** What is there instead: a version; null for a folder. By module, or by module and version. */
  replaced: Map<string, string | null>
  go: string
}

const directivesOf = (text: string): Directives => {
  const found: Directives = { named: false, requires: [], replaced: new Map(), go: '' }
  let block = ''
  for (const raw of text.split('\n')) {
    const [code = '', ...comment] = raw.slice(0, 4000).split('//')
    const words = (code.match(WORD) ?? []).map(unquoted)
    if (words.length === 0) continue
    if (words[0] === ')') block = ''
    else if (block === '' && words.at(-1) === '(') block = words[0] ?? ''
    else take(found, block === '' ? words : [block, ...words], comment.join('//').trim())
  }
  if (block !== '') throw new UnreadableLock('it ends within a block')
  if (!found.named) throw new UnreadableLock('it names no module')
  return found
}

const WORD = /"[^"]*"|`[^`]*`|[()]|[^\s()"`]+/g

const unquoted = (word: string): string => (/^["`]/.test(word) ? word.slice(1, -1) : word)

const take = (found: Directives, [directive, ...words]: readonly string[], comment: string): void => {
  if (directive === 'module') found.named = true
  if (directive === 'go') found.go = words[0] ?? ''
  if (directive === 'require' && words[0] && words[1]) {
    found.requires.push({ module: words[0], version: words[1], indirect: /^indirect(?:$|;)/.test(comment) })
  }
  if (directive !== 'replace') return
  const arrow = words.indexOf('=>')
  if (arrow > 0) found.replaced.set(words.slice(0, arrow).join(' '), words[arrow + 2] === undefined ? null : (words[arrow + 2] ?? ''))
}
