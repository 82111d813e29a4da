import type { ChangedLine } from '../../model.ts'
import { dotenvCalls } from '../env/dotenv-names.ts'
import { composeFiles } from './compose-files.ts'
import { isVariable, meantBy, plainPath, shown } from './loader-argument.ts'
import { LOADERS, type Loader } from './loaders.ts'

/** A line that loads an environment. */
export interface LoaderLine {
  file: string
  n: number
  loader: Loader
  /** File names in its argument, or its text without spaces; the loader's default where none is written. */
  argument: string
  /** The arguments of a call as they stand, in one spelling of quotes; `load_dotenv(BASE / '.env')` is not `load_dotenv()`. */
  spelled?: string
  /** Of a compose file: the service it is given to. */
  scope?: string
}

/** Lines that a call in brackets is followed over. */
const MAX_CALL = 12
const MAX_ARGUMENT = 2000
const MAX_SHOWN = 120
const COMMENT = /^\s*(?:#(?!!)|\/\/|\/?\*|--\s|<!--|;|%|rem\s)/i
/** What every line of a loader holds: one cheap look before the table is tried. */
const HINT = /env|credentials|BaseSettings|ConfigModule|spring\.config|source!/i
const COMPOSE_ITEM = /^\s*-\s+(?:path:\s*)?["']?([\w./${}-]*\.env[\w.-]*)["']?\s*$/

export const isCompose = (path: string): boolean => /(?:^|\/)[^/]*compose[^/]*\.ya?ml$/.test(path)

/**
 * The loader lines among one side of a file's change. Comments are none.
 * @param whole `lines` is all of the file: what stands around a line tells more about it
 */
export const loaderLinesOf = (file: string, lines: readonly ChangedLine[], whole = false): LoaderLine[] => {
  const compose = isCompose(file)
  if (compose && whole) return composeFiles(file, lines)
  const find = finder(file, lines)
  const found: LoaderLine[] = []
  let next = 0
  lines.forEach((line, i) => {
    // Lines inside a call belong to it: `dotenv_path=…` is not loaded a second time.
    if (i < next || line.text.length > 2000 || COMMENT.test(line.text)) return
    const item = compose ? COMPOSE_ITEM.exec(line.text) : null
    const loader = item ? COMPOSE_LOADER : find(line.text)
    if (!loader || (whole && isVariable(lines, i))) return
    const call = item ? null : afterMatch(loader, lines, i)
    const written = call ? argumentOf(loader, call.text) : item![1]!
    next = call?.next ?? i + 1
    // `env_file:` alone announces the list below it; the items speak for themselves.
    if (compose && written === '') return
    const spelled = call && loader.takes === 'arguments' ? { spelled: spelledOf(call.text) } : {}
    found.push({ file, n: line.n, loader, argument: whole ? meantBy(written, lines) : plainPath(written), ...spelled })
  })
  return found
}

const COMPOSE_LOADER = LOADERS.find((one) => one.world === 'compose')!
const DOTENV_LOADER = LOADERS.find((one) => one.name === 'dotenv')!

/** Finds a line's loader: one of the table, or a call by the name that the file gives dotenv's. */
const finder = (file: string, lines: readonly ChangedLine[]): ((text: string) => Loader | undefined) => {
  const calls = dotenvCalls(lines)
  const named = calls && { ...DOTENV_LOADER, pattern: calls }
  const loaders = LOADERS.filter((one) => belongs(one, file))
  return (text) => {
    // A name that the file gives dotenv's own call may be that of another loader (`loadEnv`).
    if (named && fits(named, text)) return named
    return HINT.test(text) ? loaders.find((one) => fits(one, text)) : undefined
  }
}

/** Compose has its own loaders, and `env_file = …` of a shell or a config is none. */
const belongs = (loader: Loader, file: string): boolean => {
  if (loader.world === 'compose') return isCompose(file)
  return loader.name !== 'env_file' || /\.(?:py|[cm]?[jt]s)$/.test(file)
}

const fits = (loader: Loader, text: string): boolean => {
  const match = loader.pattern.exec(text)
  return match !== null && !/(?:^|\s)(?:#|\/\/)\s/.test(text.slice(0, match.index))
}

/** What follows the match, over as many lines as its brackets stay open, and the first line after that. */
const afterMatch = (loader: Loader, lines: readonly ChangedLine[], i: number): { text: string; next: number } => {
  const first = lines[i]!
  const match = loader.pattern.exec(first.text)
  let text = first.text.slice(match ? match.index + match[0].length : 0)
  if (match?.[0].endsWith('(')) text = `(${text}`
  let k = 1
  for (; k <= MAX_CALL && openBrackets(text) > 0; k++) {
    const following = lines[i + k]
    if (!following || following.n !== first.n + k) break
    text += ` ${following.text.trim()}`
  }
  return { text, next: i + k }
}

const openBrackets = (text: string): number => {
  let open = 0
  for (const char of text) {
    if (char === '(' || char === '[' || char === '{') open++
    else if (char === ')' || char === ']' || char === '}') open--
  }
  return open
}

/** Without spaces and brackets, and in one spelling of quotes. */
const spelledOf = (after: string): string =>
  firstArgument(after.replace(/\s#\s.*$|\s\/\/\s.*$/, ''))
    .replace(/["'`]/g, '"')
    .replace(/\s/g, '')
    .replace(/,?[);]*$|^\(|(?<=")\.\//g, '')

const argumentOf = (loader: Loader, after: string): string => {
  if (loader.takes === 'nothing') return loader.fallback
  if (loader.takes === 'word') return /^\s*["']?([^\s"',;)]+)/.exec(after)?.[1] ?? loader.fallback
  if (loader.takes === 'shell') return /[\w./${}~-]*\.env[\w.-]*/.exec(after)?.[0] ?? loader.fallback
  if (/^\s*(?:if|unless|rescue|or|and|&&)\b/.test(after)) return loader.fallback
  const own = firstArgument(after.replace(/\s#\s.*$|\s\/\/\s.*$/, ''))
  const quoted = [...own.matchAll(/["'`]([^"'`]*)["'`]/g)]
    .map((match) => match[1]!)
    .filter((text) => text !== '' && !/^utf-?8$/i.test(text))
  if (quoted.length > 0) return quoted.map(shown).join(', ')
  const plain = own
    .replace(/[()[\]{}\s;]/g, '')
    .replace(/^(?:dotenv_path|path|override|verbose|encoding|quiet|debug|processEnv|system)[=:].*$/, '')
  return plain === '' || plain === 'find_dotenv' ? loader.fallback : plain.slice(0, MAX_SHOWN)
}

/** Up to the end of the call or value: its closing bracket, or a comma, space-separated word or comment outside brackets. */
const firstArgument = (text: string): string => {
  const start = text.trimStart().slice(0, MAX_ARGUMENT)
  let open = 0
  let quote = ''
  for (let i = 0; i < start.length; i++) {
    const char = start[i]!
    if (quote) {
      if (char === quote) quote = ''
    } else if (char === '"' || char === "'" || char === '`') quote = char
    else if ('([{'.includes(char)) open++
    else if (')]}'.includes(char)) {
      open--
      if (open < 0) return start.slice(0, i)
      // A value may go on after a bracket (`Path(x) / ".env"`); a call's own brackets end it.
      if (open === 0 && '([{'.includes(start[0]!)) return start.slice(0, i + 1)
    } else if (open === 0 && (char === ',' || (char === ' ' && !goesOn(start, i)))) return start.slice(0, i)
  }
  return start
}

/** Is the space at `i` beside an operator that joins paths or texts, or has a condition begun before it? */
const goesOn = (text: string, i: number): boolean =>
  /^\s+(?:[+/|?]|(?:if|else|or)\s)/.test(text.slice(i, i + 12)) ||
  /[+/|?:]\s*$/.test(text.slice(Math.max(0, i - 4), i)) ||
  /\s(?:if|\?)\s/.test(text.slice(0, i))
