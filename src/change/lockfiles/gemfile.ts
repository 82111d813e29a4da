import { type Copy, copiesOf, installed, type RootWish, rootsOf, type Wish } from './copies.ts'
import { areDevGroups } from './dev-group.ts'
import { gemGroups } from './gem-groups.ts'
import { intact } from './intact.ts'
import { type Lock, type LockReader, UnreadableLock } from './lock.ts'
import { baseOf, folderOf, nearby, within } from './nearby.ts'

const NAME = /^(?:Gemfile(?:\.[\w.-]+)?\.lock|gems\.locked)$/
const MANIFEST = /^(?:Gemfile(?:[._-][\w.-]*)?|gems\.rb|[\w.-]+\.(?:gemspec|gemfile))$/

/** Bundler's lockfile; the groups are in the Gemfile, which is code and only looked at. */
export const gemfile: LockReader = {
  reads: (path) => NAME.test(baseOf(path)),
  beside: (path, _text, known) => nearby(path, known, MANIFEST).filter((one) => !NAME.test(baseOf(one))),
  read: (path, text, beside) => {
    const { copies, asked, bundler, own } = sectionsOf(intact(text))
    const manifest = manifestOf(path)
    const gemspecs = own.flatMap((one) => within(folderOf(path), `${one}.gemspec`) ?? [])
    const groups = gemGroups(manifest, gemspecs, beside)
    const wishes = asked.map((wish): RootWish => ({ ...wish, dev: areDevGroups(groups.get(wish.name) ?? []), from: manifest }))
    const of = copiesOf(copies)
    return {
      ecosystem: 'ruby',
      format: `bundler ${bundler}`.trim(),
      packages: installed(copies, of),
      roots: rootsOf(wishes, of),
    } satisfies Lock
  },
}

const manifestOf = (path: string): string => (path.endsWith('gems.locked') ? path.replace(/locked$/, 'rb') : path.replace(/\.lock$/, ''))

interface Sections {
  copies: Copy[]
  asked: Wish[]
  bundler: string
  /** Gems of the project's own folders: where, and by which name. */
  own: string[]
}

const SPEC = /^ {4}([^\s(]+)(?: \(([^)-]*)(?:-[^)]*)?\))?$/
const WISH = /^ {6}([^\s(]+)(?: \((.*)\))?$/
const ASKED = /^ {2}([^\s(!]+)(?: \((.*)\))?!?$/

/** What is indented by four under a source is a gem, by six what it asks for; Bundler itself reads it by these rules. */
const sectionsOf = (text: string): Sections => {
  let section = ''
  let remote = ''
  let last: (Copy & { wishes: Wish[] }) | null = null
  const found: Sections & { ended: boolean } = { copies: [], asked: [], bundler: '', own: [], ended: false }
  for (const raw of text.split('\n')) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    if (/^[A-Z]/.test(line)) {
      section = line
      last = null
      found.ended ||= line === 'DEPENDENCIES'
    } else if (section === 'DEPENDENCIES') found.asked.push(...wishOf(ASKED.exec(line)))
    else if (section === 'BUNDLED WITH') found.bundler ||= line.trim()
    else if (SOURCES.has(section)) {
      const spec = SPEC.exec(line)
      if (spec) {
        last = copyOf(spec, section)
        found.copies.push(last)
        if (section === 'PATH') found.own.push(`${remote}/${last.name}`)
      } else if (line.startsWith('  remote: ')) remote = line.slice('  remote: '.length)
      else last?.wishes.push(...wishOf(WISH.exec(line)))
    }
  }
  if (!found.ended) throw new UnreadableLock('it ends before its DEPENDENCIES')
  return found
}

const SOURCES = new Set(['GEM', 'GIT', 'PATH', 'PLUGIN SOURCE'])

/** The version ends where the platform begins: it has no dash itself. */
const copyOf = ([, name = '', version = '']: RegExpExecArray, section: string): Copy & { wishes: Wish[] } => ({
  id: `${name}@${version}`,
  name,
  version: section === 'GEM' && version !== '' ? version : null,
  dev: null,
  wishes: [],
})

/** No range means any version. */
const wishOf = (match: RegExpExecArray | null): Wish[] => (match?.[1] ? [{ name: match[1], constraint: match[2] ?? '>= 0' }] : [])
