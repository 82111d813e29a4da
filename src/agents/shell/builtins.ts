import { addSplit, closeFields, openFields } from './fields.ts'
import { pathOf } from './files.ts'
import { afterOptions } from './options.ts'
import { type Program, under } from './program.ts'
import { runScript } from './scripts.ts'
import { assign, HOLE, LIMITS, lookUp, noteUnreadable, type Shell } from './shell.ts'

const cd: Program = (shell, args) => {
  const to = args.filter((word) => !/^-[LPe@]+$/.test(word) && word !== '--')[0] ?? shell.world.env.HOME ?? ''
  shell.cwd = to === '-' ? null : pathOf(shell, to)
  return ''
}

const evaluate: Program = (shell, args, stdin) =>
  shell.text((args[0] === '--' ? args.slice(1) : args).join(' '), 'eval', shell.positional, stdin)

const source: Program = (shell, args, stdin) => {
  if (args[0] === '/dev/stdin' && stdin !== null) return shell.text(stdin, 'source', args.slice(1))
  return args[0] === undefined ? '' : runScript(shell, args[0], args.slice(1), null, true)
}

const trap: Program = (shell, args) => {
  const [text] = args.filter((word) => !/^-[lp]+$/.test(word) && word !== '--')
  return args.length > 1 && text && text !== '-' ? shell.text(text, 'trap') : ''
}

const alias: Program = (shell, args) => {
  for (const word of args) {
    const at = word.indexOf('=')
    if (at > 0) shell.aliases.set(word.slice(0, at), word.slice(at + 1))
  }
  return ''
}

/** `set -- fly deploy`: the words become "$@". `set -euo pipefail` leaves them as they are. */
const set: Program = (shell, args) => {
  const dashes = args.indexOf('--')
  const words = afterOptions(args, 'o')
  if (dashes >= 0 || words.length > 0) shell.positional = words
  return ''
}

const shift: Program = (shell, args) => {
  shell.positional = shell.positional.slice(Number(args[0] ?? 1) || 1)
  return ''
}

/** `export`, `declare`, `local`: their words set variables. */
const declare: Program = (shell, args) => {
  for (const word of args) {
    const at = word.indexOf('=')
    if (at > 0) assign(shell, word.slice(0, at).replace(/\+$/, ''), [word.slice(at + 1)])
  }
  return ''
}

const unset: Program = (shell, args) => {
  for (const name of args) {
    shell.vars.delete(name)
    shell.functions.delete(name)
  }
  return ''
}

const unalias: Program = (shell, args) => {
  for (const name of args) shell.aliases.delete(name)
  return ''
}

/** The lines that `read` may see are all tried. */
const lines = (stdin: string | null): string[] => {
  if (stdin === null) return [HOLE]
  const found = stdin.split('\n').filter((line) => line !== '')
  return found.length > LIMITS.alternatives ? [...found.slice(0, LIMITS.alternatives - 1), HOLE] : found
}

/** A line as `read` takes it apart. */
const fieldsOf = (shell: Shell, line: string): string[] => {
  const into = openFields()
  addSplit(into, line, lookUp(shell, 'IFS')?.[0] ?? ' \t')
  return closeFields(into)
}

const read: Program = (shell, args, stdin) => {
  const names = afterOptions(args, 'd n N t u i p')
  const array = args[args.findIndex((word) => /^-[rs]*a$/.test(word)) + 1]
  const rows = lines(stdin).map((line) => fieldsOf(shell, line))
  if (/^-[rs]*a$/.test(args[args.indexOf(array ?? '') - 1] ?? '')) shell.vars.set(array!, rows)
  const last = names.length - 1
  for (const [i, name] of (names.length > 0 ? names : ['REPLY']).entries())
    shell.vars.set(
      name,
      rows.map((row) => [i === last || last < 0 ? row.slice(i).join(' ') : (row[i] ?? '')]),
    )
  return ''
}

const mapfile: Program = (shell, args, stdin) => {
  const [name = 'MAPFILE'] = afterOptions(args, 'd n O s u C c')
  shell.vars.set(name, [lines(stdin)])
  return ''
}

/** `command -v fly` only asks; everything else runs. */
const command: Program = (shell, args, stdin) => {
  if (args.some((word, i) => i === 0 && /^-[pvV]*[vV]/.test(word))) return `${args[1] ?? ''}\n`
  return shell.run(afterOptions(args, ''), stdin)
}

const exec: Program = (shell, args, stdin) => shell.run(afterOptions(args, 'a'), stdin)

const readOnly = (shell: Shell, args: readonly string[]): string => {
  if (args.includes(HOLE)) noteUnreadable(shell, ['enable', ...args], 'a builtin is loaded at run time')
  return ''
}

export const BUILTINS: ReadonlyMap<string, Program> = new Map<string, Program>([
  ...under('cd pushd chdir', cd),
  ['eval', evaluate],
  ...under('source .', source),
  ['trap', trap],
  ['alias', alias],
  ['unalias', unalias],
  ['set', set],
  ['shift', shift],
  ...under('export declare local typeset readonly', declare),
  ['unset', unset],
  ['read', read],
  ...under('mapfile readarray', mapfile),
  ['command', command],
  ...under('builtin noglob nocorrect', (shell, args, stdin) => shell.run(afterOptions(args, ''), stdin)),
  ['exec', exec],
  ['enable', readOnly],
])
