import { type Copy, copiesOf, installed, rootsOf, type Wish } from './copies.ts'
import { intact } from './intact.ts'
import { type LockReader, UnreadableLock } from './lock.ts'
import { mixProjects } from './mix-project.ts'
import { baseOf, nearby } from './nearby.ts'

/** mix.lock: an Elixir map, one dependency a line. */
export const mix: LockReader = {
  reads: (path) => baseOf(path) === 'mix.lock',
  beside: (path, _text, known) => nearby(path, known, /^mix\.exs$/),
  read: (path, text, beside) => {
    const entries = entriesOf(intact(text))
    const copies = entries.map(({ copy }) => copy)
    // Dependencies are asked for by the application's name, which is seldom another than the package's.
    const of = copiesOf([...copies, ...entries.map(({ copy, app }) => ({ id: copy.id, name: app }))])
    const names = new Map(entries.map(({ app, copy }) => [app, copy.name]))
    const wishes = mixProjects(path, names, beside)
    return { ecosystem: 'elixir', format: 'mix', packages: installed(copies, of), roots: wishes && rootsOf(wishes, of) }
  },
}

interface Entry {
  app: string
  copy: Copy
}

const ENTRY = /^\s*(?:%\{\s*)?(?:"([^"]{1,200})"|(\w{1,200})):\s*\{:(\w+),\s*(?::(\w+)|:?"([^"]*)")(?:,\s*"([^"]*)")?/

const entriesOf = (text: string): Entry[] => {
  const body = text.trimEnd()
  if (body !== '' && !body.startsWith('%{')) throw new UnreadableLock('it is not a map')
  if (body !== '' && !body.endsWith('}')) throw new UnreadableLock('it is cut short')
  return body.split('\n').flatMap(entryOf)
}

/** `"app": {:hex, :package, "1.2.3", …}`. What git gives has a commit, which is no version. */
const entryOf = (line: string): Entry | [] => {
  const match = ENTRY.exec(line)
  if (!match) return []
  const [, quoted, plain, scm, atom, text, version] = match
  const app = quoted ?? plain ?? ''
  const name = scm === 'hex' ? (atom ?? text ?? app) : app
  return {
    app,
    copy: { id: app, name, version: scm === 'hex' && version ? version : null, dev: null, wishes: wishesOf(line.slice(match[0].length)) },
  }
}

const WISH = /\{:(\w{1,200}), (?:"([^"]{0,500})"|nil), \[([^\]]{0,500})\]\}/g

/** An optional wish does not bring its package in; it only holds where that is there anyway. */
const wishesOf = (text: string): Wish[] =>
  [...text.matchAll(WISH)].map(([, app = '', range, options = '']) => ({
    name: /\bhex: :(\w+)/.exec(options)?.[1] ?? app,
    constraint: range ?? '>= 0.0.0',
    optional: /\boptional: true\b/.test(options),
  }))
