/** How a language writes comments, by a file's name. */
type Style = 'hash' | 'slash' | 'none'

const SLASH = /\.(?:[cm]?[jt]sx?|vue|svelte|astro|go|rs|java|kts?|scala|groovy|php|cs|swift)$/
const NONE = /\.(?:json|html?|erb|eex|heex|haml|slim|xml|properties)$/
/** Longer lines are data: they are left as they are. */
const MAX_LINE = 4000

const styleOf = (path: string): Style => (SLASH.test(path) ? 'slash' : NONE.test(path) ? 'none' : 'hash')

/**
 * The lines of a text without its comments and docstrings, each at its place. Where quotes confuse it, a comment stays
 * rather than code goes: a quote ends with its line.
 */
export const withoutComments = (path: string, text: string): string[] => {
  const lines = text.split('\n')
  const style = styleOf(path)
  if (style === 'none') return lines
  return style === 'slash' ? blankSlash(lines) : blankHash(lines)
}

const blankSlash = (lines: readonly string[]): string[] => {
  let inside = false
  return lines.map((line) => {
    if (line.length > MAX_LINE) return line
    let rest = line
    if (inside) {
      const end = line.indexOf('*/')
      if (end === -1) return ''
      inside = false
      rest = ' '.repeat(end + 2) + line.slice(end + 2)
    }
    const cut = rest.includes('/') ? slashComment(rest) : null
    if (cut === null) return rest
    if (rest[cut + 1] === '/') return rest.slice(0, cut)
    const end = rest.indexOf('*/', cut + 2)
    if (end !== -1) return rest.slice(0, cut) + ' '.repeat(end + 2 - cut) + rest.slice(end + 2)
    inside = true
    return rest.slice(0, cut)
  })
}

/** Where the first comment of a line starts: outside quotes, and no part of an address or a glob. */
const slashComment = (line: string): number | null => {
  let quote = ''
  for (let i = 0; i < line.length; i++) {
    const char = line[i]!
    if (quote !== '') {
      if (char === '\\') i++
      else if (char === quote) quote = ''
    } else if (char === '"' || char === "'" || char === '`') quote = char
    else if (char === '/' && line[i + 1] === '/' && line[i - 1] !== ':') return i
    else if (char === '/' && line[i + 1] === '*' && (i === 0 || /[\s;,({]/.test(line[i - 1]!))) return i
  }
  return null
}

const blankHash = (lines: readonly string[]): string[] => {
  let triple = ''
  let document = false
  return lines.map((line) => {
    if (line.length > MAX_LINE) return line
    if (triple !== '') {
      const end = line.indexOf(triple)
      const blank = document
      if (end !== -1) triple = ''
      return blank ? '' : line
    }
    const open = /"""|'''/.exec(line)
    const hash = line.includes('#') ? hashComment(line) : null
    if (open && (hash === null || open.index < hash)) {
      document = /^\s*(?:[rbuf]{0,2}|@\w+\s+(?:~S)?)$/i.test(line.slice(0, open.index))
      if (line.indexOf(open[0], open.index + 3) === -1) triple = open[0]
      return document ? '' : line
    }
    return hash === null ? line : line.slice(0, hash)
  })
}

/** Where a `#` comment starts; `#!` of a script and `#{…}` of a text are none. */
const hashComment = (line: string): number | null => {
  let quote = ''
  for (let i = 0; i < line.length; i++) {
    const char = line[i]!
    if (quote !== '') {
      if (char === '\\') i++
      else if (char === quote) quote = ''
    } else if (char === '"' || char === "'") quote = char
    else if (char === '#' && line[i + 1] !== '!' && (i === 0 || /\s/.test(line[i - 1]!))) return i
  }
  return null
}
