/** A command of a line, as far as it can be seen without a shell: its words, and the files that its output goes to. */
export interface Simple {
  words: string[]
  to: string[]
}

const HERE = /<<-?\s*(['"]?)([\w.-]+)\1/g
const TOKEN = /\\\r?\n|&?\d*>[>|]?&?|[;&|\n(){}]|#[^\n]*|(?:\\.|'[^']*'|"(?:\\.|[^"\\])*"|[^\s;&|(){}<>'"\\])+|[<'"\\]/g
const PART = /\\(.)|'([^']*)'|"((?:\\.|[^"\\])*)"|([^\\'"]+)/gs

/** A word without its quotes. */
const unquoted = (word: string): string =>
  word.replace(PART, (_, escaped, single, double, bare) => escaped ?? single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? bare)

/** A line without what its here-documents hold: that is text. */
const withoutDocuments = (line: string): string => {
  if (!line.includes('<<')) return line
  const kept: string[] = []
  const ends: string[] = []
  for (const text of line.split('\n')) {
    if (ends.length > 0) {
      if (text.trim() === ends[0]) ends.shift()
      continue
    }
    kept.push(text)
    for (const [, , end] of text.matchAll(HERE)) if (end) ends.push(end)
  }
  return kept.join('\n')
}

/**
 * Cuts a line into simple commands. No shell: nothing is expanded, and what stands in quotes is a word. For files that are named as they are.
 * @returns the commands in the order of the line
 */
export const simpleCommands = (line: string): Simple[] => {
  const found: Simple[] = [{ words: [], to: [] }]
  let redirected = false
  for (const [token] of withoutDocuments(line).matchAll(TOKEN)) {
    const here = found[found.length - 1] as Simple
    if (/^&?\d*>/.test(token)) redirected = !token.endsWith('&')
    else if (/^[;&|\n(){}]$/.test(token)) found.push({ words: [], to: [] })
    else if (/^(?:#|\\\r?\n|[<'"\\]$)/.test(token)) continue
    else {
      here[redirected ? 'to' : 'words'].push(unquoted(token))
      redirected = false
    }
  }
  return found.filter(({ words, to }) => words.length + to.length > 0)
}
