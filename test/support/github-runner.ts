/** What a runner of GitHub Actions reads of a step, by the rules of its own source (ActionCommand.cs, FileCommandManager.cs). */

interface Command {
  name: string
  properties: Record<string, string>
  text: string
}

const NAMES =
  'add-mask|add-matcher|remove-matcher|debug|error|warning|notice|set-output|save-state|set-env|add-path|group|endgroup|echo|stop-commands'
const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu

const undo = (text: string, marks: readonly (readonly [string, string])[]): string =>
  marks.reduce((all, [written, meant]) => all.replaceAll(written, meant), text)
const DATA = [
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%25', '%'],
] as const
const PROPERTY = [
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%3A', ':'],
  ['%2C', ','],
  ['%25', '%'],
] as const

/** The commands in a log: `::name a=b::text` at the beginning of a line, or `##[name]text` anywhere in it. */
export const commandsIn = (log: string): Command[] =>
  log.split(/\r?\n|\r/).flatMap((line): Command[] => {
    const seen = line.replace(UNSEEN, '')
    const [, name = '', given = '', text = ''] = new RegExp(`^\\s*::(${NAMES})(?: ([^]*?))?::([^]*)$`).exec(seen) ?? []
    if (name !== '') return [{ name, text: undo(text, DATA), properties: propertiesIn(given) }]
    const [, old = ''] = new RegExp(`##\\[(${NAMES})[ \\]]`).exec(seen) ?? []
    return old === '' ? [] : [{ name: old, text: 'an old command', properties: { old: 'yes' } }]
  })

const propertiesIn = (given: string): Record<string, string> =>
  Object.fromEntries(
    given
      .split(',')
      .filter((pair) => pair.includes('='))
      .map((pair) => [pair.slice(0, pair.indexOf('=')), undo(pair.slice(pair.indexOf('=') + 1), PROPERTY)]),
  )

/** The outputs that a file sets, `name=value` or `name<<delimiter`. @throws where one has no end */
export const outputsIn = (text: string): Record<string, string> => {
  const lines = text.split(/\r\n|\n|\r/)
  const found: Record<string, string> = {}
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    if (line === '') continue
    const [equals, heredoc] = [line.indexOf('='), line.indexOf('<<')]
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      found[line.slice(0, equals)] = line.slice(equals + 1)
      continue
    }
    const delimiter = line.slice(heredoc + 2)
    const end = lines.indexOf(delimiter, at + 1)
    if (heredoc <= 0 || end < 0) throw new Error(`an output without an end: ${line}`)
    found[line.slice(0, heredoc)] = lines.slice(at + 1, end).join('\n')
    at = end
  }
  return found
}
