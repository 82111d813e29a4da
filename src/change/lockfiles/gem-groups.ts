import type { Beside } from './lock.ts'
import { folderOf, within } from './nearby.ts'

/** Gemfiles that one may load in turn. */
const DEEP = 5
/** Lines of one call at most: `gem 'x',` goes on in the next. */
const LONG = 20

/**
 * The groups of each gem by the Gemfile's text. A Gemfile is code: it is never run, only the shapes that people write are known, and a gem of an unknown
 * shape is in no group, which counts as one that runs. `gemspec` and `eval_gemfile` are followed.
 * @param gemspecs those of the gems in the project's own folders
 * @param beside reads other files of the same side
 */
export const gemGroups = (manifest: string, gemspecs: readonly string[], beside: Beside): Map<string, string[]> => {
  const groups = new Map<string, string[]>()
  const add = (name: string, of: readonly string[]) => {
    const all = groups.get(name) ?? []
    all.push(...of.filter((one) => !all.includes(one)))
    groups.set(name, all)
  }
  const look = (path: string, deep: number, around: readonly string[]): void => {
    for (const call of callsOf(beside(path) ?? '', around)) {
      if (call.kind === 'gem') for (const name of call.names) add(name, call.groups)
      else if (call.kind === 'load' && deep > 0) look(within(folderOf(path), call.path) ?? '', deep - 1, call.groups)
      else if (call.kind === 'gemspec')
        for (const name of gemspecs.flatMap((one) => developmentOf(beside(one) ?? ''))) add(name, ['development'])
    }
  }
  look(manifest, DEEP, [])
  return groups
}

type Call =
  | { kind: 'gem'; names: readonly string[]; groups: string[] }
  | { kind: 'load'; path: string; groups: string[] }
  | { kind: 'gemspec' }

/** A block that is open: the groups it puts gems in, and the words it repeats itself for. */
interface Frame {
  groups: readonly string[]
  each: { name: string; words: readonly string[] } | null
}

const callsOf = (text: string, around: readonly string[]): Call[] => {
  const frames: Frame[] = []
  const calls: Call[] = []
  for (const line of statementsOf(text)) {
    const groups = [...around, ...frames.flatMap((frame) => frame.groups), ...groupsOf(line)]
    const gems = gemsOf(line, frames)
    const loaded = /^eval_gemfile\b.*["']([^"']+)["']/.exec(line)?.[1]
    if (gems.length > 0) calls.push({ kind: 'gem', names: gems, groups: groups.length > 0 ? groups : ['default'] })
    else if (loaded) calls.push({ kind: 'load', path: loaded, groups })
    else if (/^gemspec\b/.test(line)) calls.push({ kind: 'gemspec' })
    if (OPENS.test(line) && !/\bend\b[\s)]*$/.test(line)) frames.push({ groups: headOf(line), each: eachOf(line) })
    else if (/^(?:end\b|\}$)/.test(line)) frames.pop()
  }
  return calls
}

const OPENS =
  /\bdo\s*(?:\|[^|]*\|)?$|^(?:if|unless|case|while|until|for|begin|class|module|def)\b(?!.*\)\s=\s)|(?:^|[^=!<>])=\s*(?:if|unless|case|begin)\b|^group\b.*\{$/

/** Lines without comments, those that go on joined. */
const statementsOf = function* (text: string): Generator<string> {
  let open = ''
  let joined = 0
  let comment = false
  for (const raw of text.split('\n')) {
    if (raw.startsWith('__END__')) return
    if (raw.startsWith('=begin') || raw.startsWith('=end')) comment = raw.startsWith('=begin')
    if (comment || raw.startsWith('=end')) continue
    const line = raw
      .slice(0, 4000)
      .replace(/(?:^|\s)#(?!\{).*$/, '')
      .trim()
    if (line === '') continue
    open = open === '' ? line : `${open} ${line}`
    if (/[,\\([]$/.test(line) && ++joined < LONG) continue
    yield open
    open = ''
    joined = 0
  }
  if (open !== '') yield open
}

/** `gem 'x'`, and `gem name` for each of a list of words. */
const gemsOf = (line: string, frames: readonly Frame[]): readonly string[] => {
  const match = /^(?:group\b[^{]*\{\s*)?gem[\s(]+(?:["']([^"'#]+)["']|(\w+))/.exec(line)
  if (!match) return []
  return match[1] ? [match[1]] : (frames.find((frame) => frame.each?.name === match[2])?.each?.words ?? [])
}

/** `group: :test`, `groups: [:development, :test]`, `:group => 'x'`. */
const groupsOf = (line: string): string[] => {
  const value = /(?:\bgroups?:|:groups?\s*=>)\s*(\[[^\]]*\]|%[iIwW][[(][^\])]*[\])]|:\w+|["']\w+["'])/.exec(line)?.[1]
  return value ? symbolsOf(value) : headOf(line.includes('}') ? line : '')
}

/** Groups of `group :development, :test do`. */
const headOf = (line: string): string[] => (/^group\b/.test(line) ? symbolsOf(line.replace(/\{.*$/, '')) : [])

const symbolsOf = (text: string): string[] => {
  const words = /%[iIwW][[(]([^\])]*)/.exec(text)?.[1]
  if (words !== undefined) return words.split(/\s+/).filter(Boolean)
  return [...text.matchAll(/:(\w+)(?!\w|\s*=>)|["'](\w+)["']/g)].map((match) => match[1] ?? match[2] ?? '')
}

const eachOf = (line: string): Frame['each'] => {
  const match = /^(?:%[wW][[({<]([^\])}>]*)[\])}>]|\[([^\]]*)\])\.each do \|(\w+)\|/.exec(line)
  if (!match) return null
  const words =
    match[1] !== undefined
      ? match[1].split(/\s+/).filter(Boolean)
      : [...(match[2] ?? '').matchAll(/["']([^"']+)["']/g)].map((one) => one[1] ?? '')
  return { name: match[3] ?? '', words }
}

const developmentOf = (gemspec: string): string[] =>
  [...gemspec.matchAll(/add_development_dependency[ (]+["']([^"']+)["']/g)].map((match) => match[1] ?? '')
