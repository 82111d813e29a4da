import type { Assignment, Command } from 'unbash'
import { keepOutput, stdinOf } from './redirect.ts'
import { assign, bounded, isOver, type Shell } from './shell.ts'
import type { Words } from './words.ts'

/** Variables whose text some program runs. */
const RUN_BY_OTHERS =
  /^(?:GIT_(?:SSH_COMMAND|EXTERNAL_DIFF|EDITOR|SEQUENCE_EDITOR|PAGER|ASKPASS|PROXY_COMMAND)|EDITOR|VISUAL|PAGER|PROMPT_COMMAND)$/

/** What `NAME=value` among the words of a command becomes: `export A=1`, `alias d=…`. */
const argument = (shell: Shell, words: Words, one: Assignment): string => {
  if (one.value.type === 'Word') return `${one.name}=${words.one(shell, one.value)}`
  set(shell, words, one)
  return one.name
}

const setTo = (one: Assignment, before: readonly string[], values: readonly string[]): readonly string[] => {
  if (one.index && one.index.text !== '0') return [...before, ...values]
  if (!one.append) return values
  return one.value.type === 'Word' ? [bounded((before[0] ?? '') + values[0])] : [...before, ...values]
}

const set = (shell: Shell, words: Words, one: Assignment): void => {
  shell.left.steps -= 1
  if (isOver(shell)) return
  const values =
    one.value.type === 'Word'
      ? [words.one(shell, one.value)]
      : one.value.elements.flatMap((word) => words.fields(shell, word).map((text) => text.replace(/^\[[^\]]{0,99}\]=/, '')))
  if (one.index) words.fields(shell, one.index)
  const before = shell.vars.get(one.name)?.[0] ?? []
  assign(shell, one.name, setTo(one, before, values).slice(0, 256))
}

const assignments = (shell: Shell, words: Words, command: Command): void => {
  for (const one of command.prefix) {
    if (one.type !== 'Assignment') continue
    set(shell, words, one)
    const value = shell.vars.get(one.name)?.[0]?.[0]
    if (command.name && value && RUN_BY_OTHERS.test(one.name)) shell.text(value, one.name, ['…'])
  }
}

type Held = readonly [string, ReturnType<Shell['vars']['get']>]

/** `IFS=: read …` sets it for that command alone. */
const heldBefore = (shell: Shell, command: Command): Held[] =>
  command.prefix.flatMap((one) => (one.type === 'Assignment' ? [[one.name, shell.vars.get(one.name)] as const] : []))

const restore = (shell: Shell, before: readonly Held[]): void => {
  for (const [name, values] of before) values === undefined ? shell.vars.delete(name) : shell.vars.set(name, values)
}

/** Runs simple commands: words, variables, redirections. */
export const simpleRunner = (words: Words) => {
  const once = (shell: Shell, command: Command, argv: readonly string[], stdin: string | null): string => {
    const given = stdinOf(shell, words, command.redirects) ?? stdin
    return keepOutput(shell, words, command.redirects, argv.length > 0 ? shell.call(argv, given) : (given ?? ''))
  }

  const expanded = (shell: Shell, command: Command): string[] => [
    ...(command.name ? words.fields(shell, command.name) : []),
    ...command.args.flatMap((one) => (one.type === 'Word' ? words.fields(shell, one) : [argument(shell, words, one)])),
  ]

  return (shell: Shell, command: Command, stdin: string | null): string => {
    const outer = { choice: shell.choice, widest: shell.widest }
    shell.choice = 0
    shell.widest = 1
    const argv = expanded(shell, command)
    const before = command.name ? heldBefore(shell, command) : []
    assignments(shell, words, command)
    const told = once(shell, command, argv, stdin)
    // A variable that may hold one thing or another: the rest of them, each tried once.
    const widest = shell.widest
    for (shell.choice = 1; shell.choice < widest && !isOver(shell); shell.choice += 1) once(shell, command, expanded(shell, command), stdin)
    restore(shell, before)
    shell.choice = outer.choice
    shell.widest = Math.max(outer.widest, 1)
    return told
  }
}
