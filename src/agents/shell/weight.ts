/** The largest line that is read, and the largest part of it that is not merely quoted. */
export const LARGEST = { line: 4_000_000, weight: 65_536 } as const

const HEREDOC = /<<-?[ \t]*(['"]?)(\w+)\1/y

/** Where the text of a heredoc ends that begins at `i`; `i` where none does. */
const pastHeredoc = (line: string, i: number): number => {
  HEREDOC.lastIndex = i
  const found = HEREDOC.exec(line)
  if (!found) return i
  const from = line.indexOf('\n', i)
  const end = from < 0 ? -1 : line.indexOf(`\n${found[2]}`, from)
  // One whose text is filled in is as heavy as it is long.
  return end < 0 || (found[1] === '' && /[$`]/.test(line.slice(from, end))) ? i : end
}

/**
 * How many characters of a line a shell would have to read as commands: all but long quoted texts without substitutions, and heredocs.
 * Short lines are not looked at.
 */
export const weightOf = (line: string): number => {
  if (line.length <= LARGEST.weight) return line.length
  let weight = 0
  let heredocs = 8
  for (let i = 0; i < line.length && weight <= LARGEST.weight; i += 1) {
    const char = line[i]!
    weight += 1
    if (char === '\\') i += 1
    else if (char === "'") i = orSame(line.indexOf("'", i + 1), i)
    else if (char === '"') i = plainEnd(line, i)
    else if (char === '<' && line[i + 1] === '<' && heredocs > 0) {
      // One without an end is looked for through the whole line; a line of nothing else would take for ever.
      const past = pastHeredoc(line, i)
      heredocs -= past > i ? 0 : 1
      i = past
    }
  }
  return weight
}

const orSame = (at: number, i: number): number => (at < 0 ? i : at)

/** The end of a double-quoted text in which nothing is substituted. */
const plainEnd = (line: string, from: number): number => {
  for (let i = from + 1; i < line.length; i += 1) {
    const char = line[i]
    if (char === '"') return i
    if (char === '\\') i += 1
    else if (char === '`' || (char === '$' && line[i + 1] === '(')) return from
  }
  return from
}
