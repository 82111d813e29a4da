/**
 * Whether a line is worth a parser at all. It is looked at letter by letter: false only for plain commands of programs that run nothing else, so
 * that `readCommand` would surely call the line clear. Imports nothing: the fastest path of the hook loads this and no more.
 */

/** Programs that neither deploy nor run others, whatever their words. */
const HARMLESS = new Set(
  (
    'ls cat head tail grep egrep fgrep zgrep ag ack wc sort uniq cut tr diff cmp comm paste join nl tac rev fold expand column echo printf pwd mkdir rmdir rm cp mv ' +
    'touch ln chmod chown stat file du df date cal uname whoami id hostname uptime ps pgrep pkill kill killall lsof free which whereis type sleep true ' +
    'false test basename dirname realpath readlink seq yes tee md5sum sha1sum sha256sum shasum b2sum cksum base64 xxd hexdump od strings jq yq tree ' +
    'gzip gunzip zcat bzip2 xz zip unzip curl wget http ping dig nslookup host ss netstat ifconfig psql redis-cli sqlite3 mysql pg_dump ' +
    'tsc biome prettier eslint vitest jest pytest ruff mypy black pip pip3 cargo rustc rustfmt go gofmt dotnet mvn terraform code clear exit ' +
    'open xdg-open printenv cd sed rg'
  ).split(' '),
)
/** Fly's own API; curl may also read its words from a file. */
const API = /^-(?:K|-config)|machines\.dev|fly\.io|_api\.internal/
/** Words of these run others after all. */
const UNLESS: Readonly<Record<string, RegExp>> = {
  go: /^(?:run|generate|tool)$|^-(?:exec|toolexec)/,
  cargo: /^(?:run|r|make|xtask|x|[+].*|watch|binstall)$|^--config/,
  find: /^-(?:exec|ok)/,
  // A script of sed's may run lines, GNU's `e`; that of rg a filter.
  sed: /^-f|^--file|fly/,
  // Each has a word that hands a line to a shell.
  sqlite3: /fly/,
  psql: /fly/,
  zip: /fly/,
  rg: /^--(?:pre|hostname-bin)/,
  curl: API,
  wget: API,
  http: API,
  mvn: /exec|fly|deploy/,
  dotnet: /^(?:run|msbuild|tool|exec)$/,
  terraform: /^(?:apply|destroy|console|import)$/,
  docker: /^(?:run|exec|compose|create|container)$/,
}
/** Commands of git that reach no other repository and run no line of their words. */
const GIT = new Set(
  'status diff log show add commit checkout switch branch init remote config fetch pull blame ls-files ls-tree rev-parse rev-list shortlog describe grep tag reflog restore stash reset rm mv clean merge-base cat-file'.split(
    ' ',
  ),
)
/** A word with something in it that only the run fills in. */
const UNSURE = '\uE001'

/** Is the command harmless, given its words? */
const isHarmless = (words: readonly string[]): boolean => {
  const [name = '', ...rest] = words
  if (name === '') return words.length === 0
  if (name === 'git')
    return (
      GIT.has(rest[0] ?? '') &&
      !rest.some((word) => /^-(?:O|-open|x|-ext|-exec|-upload|-receive|c)/.test(word) || (/^[-\uE001]/.test(word) && word.includes(UNSURE)))
    )
  if (name === 'find') return !rest.some((word) => UNLESS.find!.test(word) || word.includes(UNSURE))
  if (name === 'docker') return /^(?:ps|images|logs|inspect|version|info|stats|port|top)$/.test(rest[0] ?? '')
  if (name === 'fly' || name === 'flyctl')
    return /^(?:status|logs|version|releases|doctor)$/.test(rest[0] ?? '') && !rest.some((word) => word.includes(UNSURE))
  if (!HARMLESS.has(name)) return false
  const unless = UNLESS[name]
  return unless === undefined || !rest.some((word) => unless.test(word) || word.includes(UNSURE))
}

/** The end of a double-quoted text from `i`, or -1 where something in it runs, or it does not end. */
const plainEnd = (line: string, i: number): number => {
  for (let at = i + 1; at < line.length; at += 1) {
    const char = line[at]!
    if (char === '"') return at
    if (char === '\\') at += 1
    else if (char === '`' || (char === '$' && /[({[]/.test(line[at + 1] ?? ''))) return -1
  }
  return -1
}

/** Where the reading of a line stands. */
interface Reading {
  words: string[]
  /** The word that is being read; null between two. */
  open: string | null
  /** How many more braces: each may stand for many words. */
  braces: number
  /** The next word is where something goes to, or comes from. */
  redirect: boolean
}

const closeWord = (reading: Reading): void => {
  if (reading.open !== null && !reading.redirect) reading.words.push(reading.open)
  if (reading.open !== null) reading.redirect = false
  reading.open = null
}

const add = (reading: Reading, text: string): void => {
  reading.open = (reading.open ?? '') + text
}

/** A quoted stretch from `i`: takes it in, tells where it ends; -1 where it matters. */
const quoted = (line: string, i: number, reading: Reading): number => {
  const end = line[i] === "'" ? line.indexOf("'", i + 1) : plainEnd(line, i)
  if (end < 0) return -1
  const inside = line.slice(i + 1, end)
  add(reading, line[i] === '"' && /[\\$]/.test(inside) ? UNSURE : inside)
  return end
}

/** One sign outside of quotes; tells where it ends, -1 where it matters. */
const sign = (line: string, i: number, reading: Reading): number => {
  const char = line[i]!
  const next = line[i + 1]
  if (char === "'" || char === '"') return quoted(line, i, reading)
  if (char === ' ' || char === '\t') return closed(i, reading)
  if (char === '$') return /[A-Za-z_?#!0-9]/.test(next ?? '') ? unsure(i, reading) : -1
  if (char === '\\') return next === undefined ? -1 : unsure(i + 1, reading)
  if (char === '<' || char === '>') return redirected(line, i, reading)
  if (char === '&' && next === '>') return redirected(line, i + 1, reading)
  if (char === '#' && reading.open === null) return comment(line, i)
  if (char === '{' && reading.braces-- <= 0) return -1
  if (/[{}*?[\]]/.test(char) || (char === '~' && reading.open === null)) return unsure(i, reading)
  if (/[`()\r]/.test(char)) return -1
  PLAIN.lastIndex = i
  const run = PLAIN.exec(line)?.[0] ?? char
  add(reading, run)
  return i + run.length - 1
}

/** Signs that stand for themselves wherever they stand. */
const PLAIN = /[A-Za-z0-9_.,:@%+=/-]+/y

const closed = (i: number, reading: Reading): number => {
  closeWord(reading)
  return i
}
const unsure = (i: number, reading: Reading): number => {
  add(reading, UNSURE)
  return i
}
const comment = (line: string, i: number): number => {
  const end = line.indexOf('\n', i)
  return (end < 0 ? line.length : end) - 1
}

/** `> file`, `2>&1`, `< file`; a heredoc and a `<(…)` matter. A number right before it belongs to it. */
const redirected = (line: string, i: number, reading: Reading): number => {
  if (reading.redirect || (line[i] === '<' && /[<(]/.test(line[i + 1] ?? '')) || line[i + 1] === '(') return -1
  if (reading.open !== null && /^\d+$/.test(reading.open)) reading.open = null
  closeWord(reading)
  const past = (line[i] === '>' ? /[>&|]/ : /[>&]/).test(line[i + 1] ?? '') ? i + 1 : i
  reading.redirect = true
  return past
}

/** How many signs end a command here: `;`, `&&`, the end of the line; 0 where none does. */
const endsHere = (line: string, i: number): number => {
  const [char, next] = [line[i], line[i + 1]]
  if (char === undefined || char === '\n' || char === ';') return 1
  if (char === '&') return next === '>' ? 0 : next === '&' ? 2 : 1
  return char === '|' ? (next === '|' || next === '&' ? 2 : 1) : 0
}

/** Longer ones are rare, and a line of a thousand commands is worth the parser. */
const MOST = 1_000
const LONGEST = 8_192

/**
 * Whether a shell line may do something to production.
 * @returns false only where it surely does nothing of the kind; true where it may, and where that would take a parser to tell
 */
export const mayMatter = (line: string): boolean => {
  if (line.length > LONGEST) return true
  const reading: Reading = { words: [], open: null, braces: 8, redirect: false }
  // Behind `&&` and `|` a command must follow: a line that breaks this is none that anybody can read.
  let joins = false
  for (let i = 0, left = MOST; i <= line.length; i += 1) {
    const signs = endsHere(line, i)
    if (signs === 0) {
      i = sign(line, i, reading)
      if (i < 0) return true
      continue
    }
    closeWord(reading)
    left -= 1
    const blank = reading.words.length === 0
    const last = i >= line.length
    if (reading.redirect || left < 0 || (blank && !(line[i] === '\n' || (last && !joins))) || !isHarmless(reading.words)) return true
    if (!blank || !joins) joins = signs === 2 || line[i] === '|'
    reading.words = []
    i += signs - 1
  }
  return false
}
