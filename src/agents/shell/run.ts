import { globMatches } from '../fly/commands.ts'
import { body } from './walk.ts'
import { BUILTINS } from './builtins.ts'
import { PROGRAMS } from './programs.ts'
import { runFile } from './scripts.ts'
import { HOLE, isOver, LIMITS, noteUnreadable, type Shell } from './shell.ts'

/** The name of a program without its folder, as the system finds it. */
export const nameOf = (word: string): string => {
  const name = word.slice(word.lastIndexOf('/') + 1)
  return /\.exe$/i.test(name) ? name.slice(0, -4).toLowerCase() : name
}

const times = (shell: Shell, name: string): number => shell.running.filter((one) => one === name).length

const call = (shell: Shell, name: string, args: readonly string[], act: () => string): string => {
  if (times(shell, name) >= LIMITS.calls || shell.running.length >= LIMITS.depth) return HOLE
  const positional = shell.positional
  shell.running.push(name)
  shell.positional = args
  const told = act()
  shell.running.pop()
  shell.positional = positional
  return told
}

const named = (shell: Shell, name: string, args: readonly string[], stdin: string | null): (() => string) | null => {
  const alias = shell.aliases.get(name)
  if (alias !== undefined && times(shell, name) === 0)
    return () => call(shell, name, args, () => shell.text(`${alias} "$@"`, `alias ${name.slice(0, 40)}`, args, stdin))
  const code = shell.functions.get(name)
  return code === undefined ? null : () => call(shell, name, args, () => body(shell, code, stdin))
}

const atRunTime = (shell: Shell, argv: readonly string[], stdin: string | null): string => {
  // A variable nobody set is no word at all: what follows it is the command.
  if (argv[0] === HOLE && argv.length > 1) shell.run(argv.slice(1), stdin)
  noteUnreadable(shell, argv, 'which program runs is made at run time')
  return HOLE
}

/**
 * Runs the finished words of one command: an alias, a function, a builtin, a program that matters, a file.
 * @returns what it prints as far as that is known; a hole for any other program
 */
export const run = (shell: Shell, argv: readonly string[], stdin: string | null): string => {
  shell.left.steps -= 1 + (argv.length >> 6)
  if (isOver(shell)) return HOLE
  const [word, ...args] = argv
  if (word === undefined || word === '') return ''
  const own = named(shell, word, args, stdin)
  if (own) return own()
  const name = nameOf(word)
  if (name.includes(HOLE)) return atRunTime(shell, argv, stdin)
  const known = BUILTINS.get(word) ?? PROGRAMS.get(name) ?? glob(name)
  if (known) return known(shell, args, stdin, name)
  return word.includes('/') ? runFile(shell, word, args, stdin) : HOLE
}

/** `/usr/bin/fl?`: the program it may stand for. */
const glob = (name: string) => {
  if (!/[*?[]/.test(name)) return undefined
  return globMatches(name, 'fly') || globMatches(name, 'flyctl') ? PROGRAMS.get('fly') : undefined
}
