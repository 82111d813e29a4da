import { type DoubleQuotedChild, forEachChild, type ParsedScript, parse, type SyntaxNode, type Word, type WordPart } from 'unbash'
import { expandBraces } from './braces.ts'
import { addList, addSplit, addWhole, closeFields, type Fields, openFields } from './fields.ts'
import { expandParameter, held, isList } from './parameter.ts'
import { bounded, charge, deeper, HOLE, noteUnreadable, type Shell } from './shell.ts'

/** Runs a parsed script and tells what it prints. */
type Walk = (shell: Shell, script: ParsedScript, stdin: string | null) => string

const script = (shell: Shell, walk: Walk, parsed: ParsedScript | undefined, stdin: string | null): string => {
  if (!parsed) return ''
  return deeper(shell, null, HOLE, () => {
    const cwd = shell.cwd
    const told = walk(shell, parsed, stdin)
    shell.cwd = cwd
    return told
  })
}

/** Under which name the output of a `<(…)` is found again. */
const asFile = (shell: Shell, text: string): string => {
  const path = `/dev/fd/${63 + shell.files.size}`
  shell.files.set(path, text)
  return path
}

/** Sums and tests nest by themselves: each sign is a level. */
const DEEPEST = 200

/** The words that the source of a command becomes. */
export const wordReader = (walk: Walk) => {
  const separators = (shell: Shell): string => held(shell, 'IFS')?.[0] ?? ' \t\n'

  const output = (shell: Shell, parsed: ParsedScript | undefined): string => script(shell, walk, parsed, null).replace(/\n+$/, '')

  /** Scripts inside arithmetic and tests run as well. */
  const visit = (shell: Shell, node: SyntaxNode, depth = 0): void => {
    if (node.type === 'Word') fields(shell, node)
    else if ('script' in node) script(shell, walk, node.script as ParsedScript | undefined, null)
    else if (depth < DEEPEST) forEachChild(node, (child) => visit(shell, child, depth + 1))
    else noteUnreadable(shell, ['…'], 'it is nested too deep to be read')
  }

  const values = (shell: Shell, part: WordPart | DoubleQuotedChild): readonly string[] =>
    shell.left.steps <= 0 ? [HOLE] : charge(shell, known(shell, part))

  const known = (shell: Shell, part: WordPart | DoubleQuotedChild): readonly string[] => {
    if (part.type === 'ParameterExpansion') return deeper(shell, null, [HOLE], () => expandParameter(shell, part, one))
    if (part.type === 'CommandExpansion') return [output(shell, part.script)]
    if (part.type === 'ArithmeticExpansion') {
      visit(shell, part)
      return ['1']
    }
    const name = part.text.slice(1)
    return held(shell, name)?.slice(0, name === '@' || name === '*' ? undefined : 1) ?? [HOLE]
  }

  const several = (part: WordPart | DoubleQuotedChild): boolean =>
    part.type === 'SimpleExpansion' ? part.text === '$@' : part.type === 'ParameterExpansion' && isList(part)

  const quoted = (shell: Shell, into: Fields, parts: readonly DoubleQuotedChild[]): void => {
    // An empty "$@" is no word at all, an empty "" is one.
    if (!parts.some(several)) addWhole(into, '')
    for (const part of parts) {
      if (part.type === 'Literal') addWhole(into, part.value)
      else if (several(part)) addList(into, values(shell, part))
      else addWhole(into, values(shell, part).join(' '))
    }
  }

  const expansion = (shell: Shell, into: Fields, part: WordPart, at: string): void =>
    addSplit(into, bounded(values(shell, part).join(' ')), at)

  const substituted = (shell: Shell, part: Extract<WordPart, { type: 'ProcessSubstitution' }>): string =>
    asFile(shell, script(shell, walk, part.script, part.operator === '>' ? HOLE : null))

  const add = (shell: Shell, into: Fields, part: WordPart, at: string): void => {
    if (part.type === 'Literal' || part.type === 'SingleQuoted' || part.type === 'AnsiCQuoted') addWhole(into, part.value)
    else if (part.type === 'DoubleQuoted' || part.type === 'LocaleString') quoted(shell, into, part.parts)
    else if (part.type === 'ProcessSubstitution') addWhole(into, substituted(shell, part))
    else if (/Expansion$/.test(part.type) && part.type !== 'BraceExpansion') expansion(shell, into, part, at)
    else {
      if ('parts' in part) for (const child of part.parts ?? []) add(shell, openFields(), child, at)
      addWhole(into, part.text)
    }
  }

  const tilde = (shell: Shell, word: Word): string => {
    const home = shell.world.env.HOME
    return home && /^~(?:\/|$)/.test(word.text) ? home : '~'
  }

  const spread = (shell: Shell, word: Word, at: string): string[] => {
    const texts = expandBraces(word.text)
    shell.left.steps -= 1 + 3 * (texts?.length ?? 0) + (word.text.length >> 4)
    if (texts === null || shell.left.steps < 0) return [HOLE]
    if (texts.length === 1) return plain(shell, word, at)
    return texts.flatMap((text) => {
      const command = parse(`: ${text}`).commands[0]?.command
      const argument = command?.type === 'Command' ? command.args[0] : undefined
      return argument?.type === 'Word' ? plain(shell, argument, at) : []
    })
  }

  const plain = (shell: Shell, word: Word, at: string): string[] => {
    const parts = word.parts
    if (!parts) return [word.text[0] === '~' ? tilde(shell, word) + word.value.slice(1) : word.value]
    const into = openFields()
    for (const part of parts) add(shell, into, part, at)
    const found = closeFields(into)
    if (word.text[0] === '~' && found[0]?.[0] === '~') found[0] = tilde(shell, word) + found[0].slice(1)
    return found
  }

  /** All words that one word of the source becomes: none, one or many. */
  const fields = (shell: Shell, word: Word, at = separators(shell)): string[] =>
    word.parts?.some((part) => part.type === 'BraceExpansion') ? spread(shell, word, at) : plain(shell, word, at)

  /** The same where a shell does not split: in an assignment, a redirection, a `case`. */
  const one = (shell: Shell, word: Word): string => bounded(fields(shell, word, '').join(' '))

  return {
    fields,
    one,
    visit,
    parts: (shell: Shell, list: readonly WordPart[]): string => {
      const into = openFields()
      for (const part of list) part.type === 'Literal' ? addWhole(into, part.value) : addWhole(into, values(shell, part).join(' '))
      return bounded(closeFields(into).join(' '))
    },
  }
}

/** Reads the words of a command. */
export type Words = ReturnType<typeof wordReader>
