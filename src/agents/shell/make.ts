import { fileAt, isThere, pathOf, within } from './files.ts'
import { type Program, under } from './program.ts'
import { charge, HOLE, isOver, noteUnreadable, type Shell } from './shell.ts'

interface Rule {
  needs: string[]
  lines: string[]
}
interface Makefile {
  rules: Map<string, Rule>
  vars: Map<string, string>
  /** The first target of all. */
  goal: string | null
}

const ASSIGN = /^(?:export\s+|override\s+)?(?<name>[\w.-]+)\s*(?<how>[:?+!]{0,3}=)\s*(?<value>.*)$/
const RULE = /^(?<targets>[^\t#=][^#=]*?)\s*::?(?!=)\s*(?<needs>[^;]*)(?:;(?<line>.*))?$/

const variable = (make: Makefile, groups: Record<string, string | undefined>): void => {
  const { name = '', how = '', value = '' } = groups
  const before = make.vars.get(name)
  if (how === '?=' && before !== undefined) return
  make.vars.set(name, how === '+=' && before !== undefined ? `${before} ${value}` : value)
}

const rule = (make: Makefile, groups: Record<string, string | undefined>): Rule[] => {
  const needs = fill(make, (groups.needs ?? '').replace(/\|/g, ' '))
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 64)
  return fill(make, groups.targets ?? '')
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 64)
    .map((target) => {
      const found = make.rules.get(target) ?? { needs: [], lines: [] }
      found.needs = [...new Set([...found.needs, ...needs])].slice(0, 256)
      if (groups.line) found.lines.push(groups.line)
      make.rules.set(target, found)
      if (make.goal === null && !/^\.|%/.test(target)) make.goal = target
      return found
    })
}

/** `$(NAME)` filled in, `$$` made one: what the shell gets. A `$(shell …)` stays a substitution. */
const fill = (make: Makefile, text: string, depth = 0): string =>
  text.length > 16_384
    ? text
    : text
        .replace(/\$(?:\$|[({](?<name>[\w.-]+)[)}]|\(shell (?<code>[^()]*)\)|(?<short>[@<^*?]))/g, (all, name, code, short) => {
          if (all === '$$') return '$'
          if (code !== undefined) return `$(${code})`
          if (short !== undefined) return 'x'
          const value = name === 'MAKE' ? 'make' : make.vars.get(name)
          return value === undefined
            ? /^[\w.-]+$/.test(name)
              ? `\${${name.replace(/\W/g, '_')}}`
              : all
            : depth < 8
              ? fill(make, value, depth + 1)
              : value
        })
        .slice(0, 65_536)

/** Files that a makefile takes in. */
const included = (shell: Shell, make: Makefile, line: string, depth: number): void => {
  const files = /^-?s?include\s+(?<files>.*)$/.exec(line)?.groups?.files
  if (files === undefined || depth >= 4) return
  for (const file of fill(make, files).split(/\s+/).slice(0, 8)) readMakefile(shell, fileAt(shell, file) ?? '', make, depth + 1)
}

/** What one line at the margin is; the rules it opens, the ones before where it says nothing. */
const margin = (shell: Shell, make: Makefile, line: string, open: Rule[], depth: number): Rule[] => {
  included(shell, make, line, depth)
  const assigned = ASSIGN.exec(line)?.groups
  if (assigned) variable(make, assigned)
  const ruled = assigned ? undefined : RULE.exec(line)?.groups
  return assigned ? [] : ruled ? rule(make, ruled) : open
}

/** Reads targets, prerequisites, recipes and variables, without running anything. Included files are read too, four deep. */
const readMakefile = (shell: Shell, text: string, into?: Makefile, depth = 0): Makefile => {
  const make: Makefile = into ?? { rules: new Map(), vars: new Map(), goal: null }
  let open: Rule[] = []
  for (const line of text.replace(/\\\r?\n/g, ' ').split(/\r?\n/)) {
    if (line.startsWith('\t')) for (const one of open) one.lines.push(line.slice(1))
    else open = margin(shell, make, line, open, depth)
  }
  return make
}

/** The rule of a target: its own, or a pattern's. */
const ruleOf = (make: Makefile, target: string): Rule | undefined =>
  make.rules.get(target) ??
  [...make.rules].find(([name]) => {
    const [before, after] = name.split('%')
    return after !== undefined && target.startsWith(before!) && target.endsWith(after)
  })?.[1]

const filledLines = (shell: Shell, make: Makefile, { lines }: Rule): string[] => {
  const told: string[] = []
  for (const line of lines) {
    if (shell.left.chars < 0) break
    const text = fill(make, line.replace(/^\s*[@+-]+/, ''))
    charge(shell, [text])
    told.push(text)
  }
  return told
}

const runTarget = (shell: Shell, make: Makefile, target: string, seen: Set<string>): void => {
  const found = ruleOf(make, target)
  if (!found || seen.has(target) || isOver(shell)) return
  seen.add(target)
  for (const need of found.needs) runTarget(shell, make, need, seen)
  // Lines of one recipe are read together: what one sets or writes, the next may use.
  const text = filledLines(shell, make, found).join('\n')
  if (text !== '') shell.text(text, `Makefile target ${target.slice(0, 60)}`)
}

const FLAGS = /^-(?:f|C|I|o|W|j|l)$|^--(?:file|makefile|directory|include-dir|old-file|what-if|eval)$/

interface Asked {
  file: string | null
  folders: string[]
  targets: string[]
  vars: [string, string][]
}

const asked = (args: readonly string[]): Asked => {
  const told: Asked = { file: null, folders: [], targets: [], vars: [] }
  for (let i = 0; i < args.length; i += 1) {
    const word = args[i]!
    const [option, glued] = /^--?[\w-]+=/.test(word)
      ? [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]
      : /^-[fC]./.test(word)
        ? [word.slice(0, 2), word.slice(2)]
        : [word, null]
    const value = glued ?? (FLAGS.test(option) && (!/^-[jl]$/.test(option) || /^\d/.test(args[i + 1] ?? '')) ? args[++i] : null)
    if (/^(?:-f|--file|--makefile)$/.test(option)) told.file = value ?? null
    else if (/^(?:-C|--directory)$/.test(option)) told.folders.push(value ?? '')
    else if (/^\w+[:+?]?=/.test(word)) told.vars.push([word.slice(0, word.search(/[:+?]?=/)), word.slice(word.indexOf('=') + 1)])
    else if (!word.startsWith('-')) told.targets.push(word)
  }
  return told
}

const make: Program = (shell, args) => {
  const want = asked(args)
  if (args.some((word) => /^(?:-n|--dry-run|--just-print|--recon|-q|--question|--help|--version|-v)$/.test(word))) return HOLE
  const folder = want.folders.reduce<string | null>(
    (at, one) => (at === null ? null : within(shell, at, () => pathOf(shell, one))),
    shell.cwd,
  )
  const mark = `make ${folder} ${want.targets.join(' ')}`
  if (shell.running.includes(mark) || shell.running.length > 16) return HOLE
  if (mark.includes(HOLE)) noteUnreadable(shell, ['make', ...args], 'which target is made is decided at run time')
  shell.running.push(mark)
  within(shell, folder, () => {
    const file = want.file ?? ['GNUmakefile', 'makefile', 'Makefile'].find((name) => isThere(shell, name))
    const text = file === undefined ? null : fileAt(shell, file)
    if (text === null) return
    charge(shell, [text])
    const read = readMakefile(shell, text)
    for (const [name, value] of want.vars) read.vars.set(name, value)
    const goal = read.vars.get('.DEFAULT_GOAL')?.trim() ?? read.goal
    const seen = new Set<string>()
    for (const target of want.targets.length > 0 ? want.targets : goal === null ? [] : [goal]) runTarget(shell, read, target, seen)
  })
  shell.running.pop()
  return HOLE
}

/** Make, by all of its names. */
export const MAKE: readonly (readonly [string, Program])[] = under('make gmake bmake remake colormake', make)
