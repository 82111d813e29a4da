import { noteUnreadable, type Shell } from './shell.ts'

/** Names of calls that start a program, in Python, JavaScript, Ruby, Perl and PHP. */
const STARTS =
  /(?:\b(?:system|popen\w*|exec\w*|spawn\w*|fork|run|call|check_call|check_output|getoutput|getstatusoutput|execa\w*|execaCommand|shell_exec|passthru|proc_open|capture\w*|open3|sh|Command|Popen|shelljs|zx|shell|cmd|qx|fly|do shell script)\s*[({[]?|\$)[\s({['"`]*$/
/** Calls and statements that only say something. */
const SAYS =
  /\b(?:print\w*|puts|echo|console|log\w*|warn\w*|error|info|debug|raise|throw|die|fail|abort|write\w*|replace\w*|includes|startsWith|endswith|startswith|match|in|help|describe|it|test|assert\w*|expect|Error|Exception)\s*[\s({['"`]*$/i
const NAMES_FLY = /\bfly(?:ctl)?\b/
/** What hides a text from the reader. */
const HIDES = /b64decode|base64|fromCharCode|\bchr\(|atob\(|unhexlify|rot13|unpack\(|codecs\.decode/
const ANY_START =
  /\b(?:os\.system|subprocess|popen|child_process|exec(?:Sync|File\w*)?\(|spawn(?:Sync)?\(|system\s*[( ]|execa|shelljs|Open3|shell_exec|Bun\.\$|Deno\.Command|do shell script)/i

interface Literal {
  text: string
  from: number
  to: number
}

const CLOSED: Readonly<Record<string, string>> = { '"': '"', "'": "'", '`': '`' }

/** Skips a comment that begins at `i`; `i` where none does. */
const comment = (code: string, i: number): number => {
  const char = code[i]
  if (char === '#' && (i === 0 || /\s/.test(code[i - 1]!))) return endOfLine(code, i)
  if (char === '/' && code[i + 1] === '/' && code[i - 1] !== ':') return endOfLine(code, i)
  if (char === '/' && code[i + 1] === '*') return orEnd(code, code.indexOf('*/', i + 2) + 1)
  return i
}
const orEnd = (code: string, at: number): number => (at <= 0 ? code.length : at)
const endOfLine = (code: string, i: number): number => orEnd(code, code.indexOf('\n', i))

/** The texts in quotes, comments left out. A quote that does not close on its line is none, unless it is a backtick or a triple. */
const literals = (code: string): Literal[] => {
  const found: Literal[] = []
  for (let i = 0; i < code.length; i += 1) {
    const past = comment(code, i)
    if (past > i) {
      i = past
      continue
    }
    const quote = CLOSED[code[i]!]
    if (!quote) continue
    const triple = quote !== '`' && code.startsWith(quote.repeat(3), i)
    const to = closing(code, i, triple ? quote.repeat(3) : quote)
    if (to < 0) continue
    const width = triple ? 3 : 1
    found.push({ text: plain(code.slice(i + width, to)), from: i, to: to + width })
    i = to + width - 1
  }
  return found
}

const SIGNS: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }

/** A text as the program sees it. */
const plain = (text: string): string =>
  text.includes('\\')
    ? text.replace(/\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|([\s\S]))/g, (_all, hex, long, sign) =>
        sign === undefined ? String.fromCharCode(Number.parseInt(hex ?? long, 16)) : sign === '\n' ? '' : (SIGNS[sign] ?? sign),
      )
    : text

const closing = (code: string, from: number, mark: string): number => {
  const many = mark.length === 3 || mark === '`'
  for (let i = from + mark.length; i < code.length; i += 1) {
    if (code[i] === '\\') i += 1
    else if (code.startsWith(mark, i)) return i
    else if (!many && (code[i] === '\n' || i - from > 4_000)) return -1
  }
  return -1
}

/** Texts that follow each other in one list: `["fly", "deploy"]` is a command in pieces. */
const joined = (code: string, list: readonly Literal[], at: number): string => {
  const words = [list[at]!.text]
  for (let i = at + 1; i < list.length && i < at + 12; i += 1) {
    if (!/^[\s,[\]]*(?:\{\s*args\s*:\s*\[\s*)?$/.test(code.slice(list[i - 1]!.to, list[i]!.from))) break
    words.push(list[i]!.text)
  }
  // `execvp("fly", ["fly", "deploy"])` names the program twice.
  return words.slice(words[0] === words[1] ? 1 : 0).join(' ')
}

/** `%x(fly deploy)` of Ruby, `qx(fly deploy)` of Perl: a text in brackets that runs. */
const BRACKETED = /(?:%x|\bqx)\s?[({[|/!](?<text>[^)}\]|/!\n]{1,400})/g

const startsHere = (code: string, one: Literal): boolean => {
  const before = code.slice(Math.max(0, one.from - 48), one.from).replace(/\b(?:[fbru]{1,2})$/, '')
  if (SAYS.test(before)) return false
  return STARTS.test(before) || (code[one.from] === '`' && /(?:^|[\s=(;])$/.test(before))
}

/** Judges without running on: whether a text read as a shell line deploys. */
const deploys = (shell: Shell, text: string): boolean => {
  const { found, broken } = shell
  // What a template fills in by code of its own is nobody's to know; `${NAME}` may as well be the shell's.
  shell.text(text.replace(/[$#]\{(?=[^}]{0,200}[.(])[^}:]{0,200}\}|#\{[^}]{0,200}\}/g, 'x'), null)
  shell.broken = broken
  if (shell.found.verdict === 'deploy') return true
  shell.found = found
  return false
}

/** Typed code may hide or build what it runs. */
const readBuilt = (shell: Shell, code: string): void => {
  const starts = ANY_START.test(code)
  const hides = HIDES.test(code) && (starts || /\b(?:exec|eval)\(/.test(code))
  if (hides || (starts && builds(code))) noteUnreadable(shell, ['…'], 'the code builds what it runs')
}

/** A text that is a command of fly, and is not just said. */
const isKept = (code: string, one: Literal): boolean =>
  /^\s*fly(?:ctl)?(?:\s|$)/.test(one.text) && !SAYS.test(code.slice(Math.max(0, one.from - 40), one.from))

/**
 * Reads code of another language for commands in its texts: one handed to a call that starts programs is read as a shell line; one of fly that is
 * only kept in code which starts programs makes it opaque; one that is printed, or stands in a comment, is nothing.
 * @param kind whether a person typed it into the line, or it lies on the disk
 */
export const readCode = (shell: Shell, code: string, kind: 'inline' | 'file'): void => {
  const list = literals(code).slice(0, 1_000)
  for (const [at, one] of list.entries()) if (startsHere(code, one) && deploys(shell, joined(code, list, at))) return
  for (const { groups } of code.matchAll(BRACKETED)) if (deploys(shell, groups!.text!)) return
  const kept =
    NAMES_FLY.test(code) && ANY_START.test(code) && list.some((one, at) => isKept(code, one) && mayDeploy(shell, joined(code, list, at)))
  if (kept) noteUnreadable(shell, ['fly', '…'], 'the code holds a command of fly that changes production')
  else if (kind === 'inline') readBuilt(shell, code)
}

/** Pieces that are put together: `"f" + "ly"` handed to a call. */
const builds = (code: string): boolean =>
  /(?:system|popen|exec\w*|spawn\w*|run|call)\s*\(\s*(?:"[^"\n]{0,80}"|'[^'\n]{0,80}')\s*\+/.test(code)

const mayDeploy = (shell: Shell, text: string): boolean => {
  const before = shell.found
  const found = deploys(shell, text)
  shell.found = before
  return found
}
