import { globMatches } from '../fly/commands.ts'
import { BUILTINS } from './builtins.ts'
import { PROGRAMS } from './programs.ts'
import { runFile } from './scripts.ts'
import { HOLE, isOver, LIMITS, noteUnreadable, type Shell } from './shell.ts'
import { body } from './walk.ts'

/** The name of a program without its folder, as the system finds it. */
const nameOf = (word: string): string => {
  const name = word.slice(word.lastIndexOf('/') + 1)
  return /\.exe$/i.test(name) ? name.slice(0, -4).toLowerCase() : name
}

const times = (shell: Shell, name: string): number => shell.running.filter((one) => one === name).length

const inside = (shell: Shell, name: string, args: readonly string[], act: () => string): string => {
  if (times(shell, name) >= LIMITS.calls || shell.running.length >= LIMITS.depth) return HOLE
  const positional = shell.positional
  shell.running.push(name)
  shell.positional = args
  const told = act()
  shell.running.pop()
  shell.positional = positional
  return told
}

/** What runs under the name of an alias or a function; null where there is none. */
const named = (shell: Shell, name: string, args: readonly string[], stdin: string | null): (() => string) | null => {
  const alias = shell.aliases.get(name)
  const mark = `${name}=${alias}`
  if (alias !== undefined && times(shell, mark) === 0)
    return () => inside(shell, mark, args, () => shell.text(`${alias} "$@"`, `alias ${name.slice(0, 40)}`, args, stdin))
  const code = shell.functions.get(name)
  return code === undefined ? null : () => inside(shell, name, args, () => body(shell, code, stdin))
}

/** Words without what only the run knows: a variable nobody set is nothing at all. */
const withoutHoles = (argv: readonly string[]): string[] => argv.map((word) => word.replaceAll(HOLE, '')).filter((word) => word !== '')

const atRunTime = (shell: Shell, argv: readonly string[], stdin: string | null): string => {
  // `$x = y` sets a variable in PowerShell.
  const sets = argv[1] === '='
  const rest = withoutHoles(sets ? argv.slice(2) : argv)
  if (rest.length > 0) shell.call(rest, stdin)
  if (shell.harmless === 0 && !sets) noteUnreadable(shell, argv, 'which program runs is made at run time')
  return HOLE
}

/** A program whose name is one of several lines; a real one has none. */
const eachLine = (shell: Shell, word: string, args: readonly string[], stdin: string | null): string => {
  const names = word.split('\n').filter(Boolean).slice(0, LIMITS.alternatives)
  for (const name of names) run(shell, [name, ...args], stdin)
  return HOLE
}

/** Runs the finished words of a command: an alias, a function, or what `run` finds. */
export const call = (shell: Shell, argv: readonly string[], stdin: string | null): string => {
  const [word, ...args] = argv
  if (isOver(shell) || word === undefined) return HOLE
  return (named(shell, word, args, stdin) ?? (() => run(shell, argv, stdin)))()
}

/**
 * Runs finished words: a builtin, a program that matters, a file.
 * @returns what it prints as far as that is known; a hole for any other program
 */
export const run = (shell: Shell, argv: readonly string[], stdin: string | null): string => {
  shell.left.steps -= 1 + (argv.length >> 6)
  if (isOver(shell)) return HOLE
  const [word, ...args] = argv
  if (word === undefined || word === '') return ''
  // `$(command -v fly || command -v flyctl)`: either may have told its name.
  if (word.includes('\n')) return eachLine(shell, word, args, stdin)
  const name = nameOf(word)
  if (name.includes(HOLE)) return atRunTime(shell, argv, stdin)
  const known = BUILTINS.get(word) ?? PROGRAMS.get(name) ?? glob(name)
  if (known) return known(shell, args, stdin, name)
  return word.includes('/') ? runFile(shell, word, args, stdin) : HOLE
}

/** `/usr/bin/fl?`: the program it may stand for. */
const glob = (name: string) => {
  if (name.length > 64 || !/[*?[]/.test(name)) return undefined
  return globMatches(name, 'fly') || globMatches(name, 'flyctl') ? PROGRAMS.get('fly') : undefined
}
