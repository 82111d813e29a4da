import type { AndOr, Case, CommandNode, For, If, ParsedScript, Pipeline, PipelineNode, Redirection, Select, Statement, While } from 'unbash'
import { keepOutput, stdinOf } from './redirect.ts'
import { assign, HOLE, isOver, LIMITS, type Shell } from './shell.ts'
import { simpleRunner } from './simple.ts'
import { wordReader } from './words.ts'

type Node = PipelineNode | AndOr | Extract<Statement['command'], { type: string }>

/** Everything under it may run or not. */
const maybe = <T>(shell: Shell, act: () => T): T => {
  shell.maybe += 1
  const told = act()
  shell.maybe -= 1
  return told
}

const joined = (texts: readonly string[]): string => texts.join('').slice(0, LIMITS.text)

/** Walks parsed shell source the way a shell would run it, both sides of every condition, and tells what it prints. */
export const walk = (shell: Shell, script: ParsedScript, stdin: string | null): string => {
  if (script.errors?.length) shell.broken = true
  return statements(shell, script.commands, stdin)
}

const words = wordReader(walk)
const simple = simpleRunner(words)

const statements = (shell: Shell, list: readonly Statement[], stdin: string | null): string => {
  const told: string[] = []
  for (const statement of list) {
    if (isOver(shell)) break
    told.push(node(shell, statement.command, stdin))
  }
  return joined(told)
}

const pipeline = (shell: Shell, { commands }: Pipeline, stdin: string | null): string =>
  commands.reduce<string | null>((input, command) => (isOver(shell) ? input : node(shell, command, input)), stdin) ?? ''

const andOr = (shell: Shell, { commands }: AndOr, stdin: string | null): string =>
  joined(
    commands.map((command, i) =>
      isOver(shell) ? '' : i === 0 ? node(shell, command, stdin) : maybe(shell, () => node(shell, command, stdin)),
    ),
  )

const condition = (shell: Shell, one: If, stdin: string | null): string => {
  const list = (part: { commands: readonly Statement[] } | undefined): string =>
    part ? maybe(shell, () => statements(shell, part.commands, stdin)) : ''
  return joined([
    list(one.clause),
    list(one.then),
    ...one.elif.flatMap((branch) => [list(branch.clause), list(branch.then)]),
    list(one.else),
  ])
}

/** The words of a loop, each number but the first two left out: they change nothing that is read. */
const rounds = (list: readonly string[]): string[] => {
  const numbers = list.filter((word) => /^\d+$/.test(word)).slice(0, 2)
  const kept = [...new Set([...numbers, ...list.filter((word) => !/^\d+$/.test(word))])]
  return kept.length > LIMITS.words ? [...kept.slice(0, LIMITS.words), HOLE] : kept
}

const loop = (shell: Shell, one: For | Select, stdin: string | null): string => {
  const list = one.wordlist ? one.wordlist.flatMap((word) => words.fields(shell, word)) : shell.positional
  const told = rounds(list).map((word) => {
    if (isOver(shell)) return ''
    assign(shell, one.name.value, [word])
    return statements(shell, one.body.commands, stdin)
  })
  return joined(told)
}

const repeat = (shell: Shell, one: While, stdin: string | null): string =>
  joined([statements(shell, one.clause.commands, stdin), maybe(shell, () => statements(shell, one.body.commands, stdin))])

const cases = (shell: Shell, one: Case, stdin: string | null): string => {
  words.fields(shell, one.word)
  return joined(
    one.items.map((item) => {
      for (const word of item.pattern) words.fields(shell, word)
      return maybe(shell, () => statements(shell, item.body.commands, stdin))
    }),
  )
}

const subshell = (shell: Shell, list: readonly Statement[], stdin: string | null): string => {
  const cwd = shell.cwd
  const told = statements(shell, list, stdin)
  shell.cwd = cwd
  return told
}

const redirected = (shell: Shell, command: CommandNode, redirects: readonly Redirection[], stdin: string | null): string =>
  keepOutput(shell, words, redirects, node(shell, command, stdinOf(shell, words, redirects) ?? stdin))

const node = (shell: Shell, one: Node, stdin: string | null): string => {
  shell.left.steps -= 1
  switch (one.type) {
    case 'Command':
      return simple(shell, one, stdin)
    case 'Pipeline':
      return pipeline(shell, one, stdin)
    case 'AndOr':
      return andOr(shell, one, stdin)
    case 'If':
      return condition(shell, one, stdin)
    case 'For':
    case 'Select':
      return loop(shell, one, stdin)
    case 'While':
      return repeat(shell, one, stdin)
    case 'Case':
      return cases(shell, one, stdin)
    case 'Subshell':
      return subshell(shell, one.body.commands, stdin)
    case 'BraceGroup':
      return statements(shell, one.body.commands, stdin)
    case 'Redirected':
      return redirected(shell, one.command, one.redirects, stdin)
    case 'Function':
      shell.functions.set(one.name.value, one.body)
      return ''
    case 'Coproc':
      return body(shell, one.body, stdin)
    case 'ArithmeticFor':
      words.visit(shell, one)
      return statements(shell, one.body.commands, stdin)
    default:
      words.visit(shell, one)
      return ''
  }
}

/** The body of a function or a coprocess. */
export const body = (shell: Shell, one: Node | { type: 'CompoundList'; commands: readonly Statement[] }, stdin: string | null): string =>
  one.type === 'CompoundList' ? statements(shell, one.commands, stdin) : node(shell, one, stdin)
