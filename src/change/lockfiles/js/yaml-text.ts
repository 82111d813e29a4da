import { advance, type Lines, refuse, restOf, step } from './yaml-lines.ts'
import { fold } from './yaml-quoted.ts'

/** What no plain text begins with or contains: an indicator, a mapping inside, a comment that cannot be told. */
const NOT_PLAIN = /^(?:[&*!|>%@`"'{}[\],#]|[-?:](?:\s|$))|:(?:\s|$)/

/** A text without quotes, which goes on in lines that are indented deeper. */
export const readPlain = (lines: Lines, parent: number): string => {
  const first = plainLine(lines)
  advance(lines)
  return lines.indent > parent ? readOn(lines, parent, first) : first
}

/** The rest of a text whose first line is known, from the second on. */
export const readOn = (lines: Lines, parent: number, first: string): string => {
  const parts = [first]
  while (lines.indent > parent) {
    if (lines.commented) refuse(lines.text, lines.at)
    for (let n = 0; n < lines.gap; n++) parts.push('')
    parts.push(plainLine(lines))
    advance(lines)
  }
  return fold(parts)
}

const plainLine = (lines: Lines): string => {
  const rest = restOf(lines)
  const comment = rest.indexOf(' #')
  const plain = comment === -1 ? rest : rest.slice(0, comment).trimEnd()
  return NOT_PLAIN.test(plain) ? refuse(lines.text, lines.start) : plain
}

/** A text after `|` (as it stands) or `>` (folded): its indent is that of its first line that says something. */
export const readBlockText = (lines: Lines, parent: number): string => {
  const [, style, digit, chomp] = /^([|>])(\d?)([+-]?)$/.exec(restOf(lines)) ?? refuse(lines.text, lines.start)
  const body = blockLines(lines, parent, digit ? Math.max(parent, 0) + Number(digit) : 0)
  const kept = body.length - trailing(body)
  const text = style === '|' ? body.slice(0, kept).join('\n') : foldBlock(body.slice(0, kept))
  if (chomp === '-') return text
  return chomp === '+' ? text + '\n'.repeat(body.length - kept + (kept > 0 ? 1 : 0)) : kept > 0 ? `${text}\n` : text
}

const blockLines = (lines: Lines, parent: number, given: number): string[] => {
  const body: string[] = []
  let indent = given
  for (;;) {
    const [back, more] = [lines.next, lines.next < lines.text.length]
    if (more) step(lines)
    const empty = lines.start === lines.end
    if (more && !empty && indent === 0 && lines.indent > parent) indent = lines.indent
    if (!more || (!empty && (indent === 0 || lines.indent < indent))) {
      lines.next = back
      advance(lines)
      return body
    }
    body.push(empty ? '' : lines.text.slice(lines.at + indent, lines.text[lines.next - 2] === '\r' ? lines.next - 2 : contentEnd(lines)))
  }
}

/** Spaces at a line's end belong to a block's text. */
const contentEnd = (lines: Lines): number => (lines.text[lines.next - 1] === '\n' ? lines.next - 1 : lines.next)

const trailing = (body: readonly string[]): number => {
  let count = 0
  while (count < body.length && body[body.length - 1 - count] === '') count++
  return count
}

/** Lines that are indented deeper keep their breaks. */
const foldBlock = (body: readonly string[]): string => (body.some((line) => line.startsWith(' ')) ? body.join('\n') : fold(body))
