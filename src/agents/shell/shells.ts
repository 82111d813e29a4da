import { readCode } from './inline-code.ts'
import { afterOptions, optionValue } from './options.ts'
import { type Program, under } from './program.ts'
import { runCode, runScript } from './scripts.ts'
import { deeper, HOLE, noteUnreadable, type Shell } from './shell.ts'

const fromStdin = (shell: Shell, stdin: string | null, name: string, positional: readonly string[]): string => {
  if (stdin === null) return ''
  if (stdin.replace(/\s+$/, '') === HOLE) {
    noteUnreadable(shell, ['…', '|', name], 'what the shell gets is made at run time')
    return HOLE
  }
  return shell.text(stdin, name, positional)
}

/** `sh -c TEXT`, `sh FILE`, or a shell that reads its input. */
const shellProgram: Program = (shell, args, stdin, name) => {
  const flagged = args.findIndex((word) => /^[-+][A-Za-z]*c[A-Za-z]*$/.test(word) && !word.startsWith('--'))
  const operand = args.findIndex(
    (word, i) => !/^[-+]/.test(word) && !/^[-+][A-Za-z]*[oO]$|^--(?:rcfile|init-file)$/.test(args[i - 1] ?? ''),
  )
  if (flagged >= 0 && (operand < 0 || flagged < operand)) {
    const [text = '', zero, ...positional] = afterOptions(args.slice(flagged + 1), 'o O')
    if (zero !== undefined) shell.vars.set('0', [[zero]])
    return shell.text(text, `${name} -c`, positional, stdin)
  }
  // `-n` only looks whether it is well-formed.
  if (args.some((word, i) => (operand < 0 || i < operand) && /^-[a-zA-Z]*n|^--(?:help|version)$/.test(word))) return HOLE
  if (operand < 0 || args.some((word, i) => i < operand && /^-[A-Za-z]*s/.test(word)))
    return fromStdin(shell, stdin, name, operand < 0 ? [] : args.slice(operand))
  if (args[operand] === '/dev/stdin' && stdin !== null) return fromStdin(shell, stdin, name, args.slice(operand + 1))
  return runScript(shell, args[operand]!, args.slice(operand + 1), stdin)
}

/** Options after which code follows in the line, and others that take a word. */
const CODE: Readonly<Record<string, readonly [string, string]>> = {
  python: ['c', 'm W X'],
  node: ['e -eval p --print pe', 'r require import loader conditions C experimental-loader env-file test-reporter test-name-pattern'],
  ruby: ['e', 'r I C'],
  perl: ['e E', 'I M'],
  php: ['r', 'd f'],
  osascript: ['e', 'l'],
  awk: ['', 'F v f'],
}

const languageOf = (name: string): string =>
  /^(?:pypy|python)/.test(name) ? 'python' : /awk$/.test(name) ? 'awk' : /^(?:node|deno|bun|tsx|ts-node|zx)/.test(name) ? 'node' : name

const inline = (args: readonly string[], letters: string): string[] =>
  args.flatMap((word, i) => {
    const told = letters
      .split(' ')
      .some((letter) => letter !== '' && (word === `-${letter}` || (/^-\w+$/.test(word) && letter.length === 1 && word.endsWith(letter))))
    const equal = /^--(?:eval|print)=(?<code>.*)$/s.exec(word)?.groups?.code
    return equal !== undefined ? [equal] : told ? [args[i + 1] ?? ''] : []
  })

/** An interpreter: code in its arguments, in a file, or in what it reads. */
const interpreter: Program = (shell, args, stdin, name) => {
  const task = languageOf(name) === 'node' ? optionValue(args, '', '--run') : null
  if (task !== null) return shell.run(['npm', 'run', task], stdin)
  const [letters = '', values = ''] = CODE[languageOf(name)] ?? []
  const codes = inline(args, letters)
  if (codes.length > 0) for (const code of codes) deeper(shell, `${name} -${letters[0]}`, undefined, () => readCode(shell, code, 'inline'))
  else {
    const [file] = afterOptions(args, values)
    if (file !== undefined && file !== '-' && !args.includes('-m')) runCode(shell, file)
    else if (stdin !== null && !args.includes('-m')) deeper(shell, name, undefined, () => readCode(shell, stdin, 'inline'))
  }
  return HOLE
}

/** `awk 'BEGIN { system("…") }'`: its first word is the code. */
const awk: Program = (shell, args) => {
  const [code] = afterOptions(args, 'F v f')
  if (code && /system\s*\(|\|/.test(code)) deeper(shell, 'awk', undefined, () => readCode(shell, code, 'inline'))
  return HOLE
}

/** `sed '1e fly deploy'`, `sqlite3 db '.shell fly deploy'`, `psql -c '\\! fly deploy'`, `vim -c '!fly deploy'`: a line inside a word of their own language. */
const ESCAPES_TO_SHELL = /^(?:[\d,$ !]*e\s+|\.(?:shell|system)\s+|\\!\s*|\+?:?!)(?<line>.+)$/s
const escaping: Program = (shell, args) => {
  for (const word of args) {
    const line = word.length < 4_000 ? ESCAPES_TO_SHELL.exec(word)?.groups?.line : undefined
    if (line) shell.text(line, 'shell escape')
  }
  return HOLE
}

const expect: Program = (shell, args, stdin) => {
  const code = optionValue(args, 'c') ?? stdin ?? ''
  for (const [, line] of code.matchAll(/\b(?:spawn|exec|system)\s+([^;\n]*)/g)) shell.text(line!, 'expect')
  return HOLE
}

/** Texts of PowerShell are read as if a shell read them: simple lines are the same in both. */
const powershell: Program = (shell, args) => {
  const at = args.findIndex((word) => /^-{1,2}c(?:o(?:m(?:m(?:a(?:nd?)?)?)?)?)?$/i.test(word))
  if (args.some((word) => /^-e(?:nc?\w*|c)?$/i.test(word)))
    noteUnreadable(shell, ['pwsh', '-EncodedCommand', '…'], 'what the shell gets is encoded')
  else if (at >= 0)
    return shell.text(
      args
        .slice(at + 1)
        .join(' ')
        .replace(/^\s*&\s*/, ''),
      'pwsh -Command',
    )
  else if (args.length > 0 && !args.some((word) => /^-f/i.test(word)))
    return shell.text(args.filter((word) => !/^-/.test(word)).join(' '), 'pwsh')
  return HOLE
}

const commandPrompt: Program = (shell, args) => {
  const at = args.findIndex((word) => /^\/{1,2}[ck]$/i.test(word))
  return at < 0 ? HOLE : shell.text(args.slice(at + 1).join(' '), 'cmd /c')
}

/** `Start-Process fly -ArgumentList deploy` */
const startProcess: Program = (shell, args, stdin) =>
  shell.run(
    args
      .filter((word) => !/^[-/]/.test(word))
      .flatMap((word) => word.split(/[\s,]+/))
      .filter(Boolean),
    stdin,
  )

/** Runners whose tasks are code: their file is read where a task is named like a deploy. */
const tasks =
  (...files: string[]): Program =>
  (shell, args) => {
    if (args.some((word) => /deploy|release|ship|prod|launch|fly/i.test(word))) for (const file of files) runCode(shell, file)
    return HOLE
  }

/** Shells and interpreters. */
export const SHELLS: readonly (readonly [string, Program])[] = [
  ...under('sh bash zsh dash ksh mksh ash rbash fish csh tcsh nu xonsh elvish', shellProgram),
  ...under(
    'python python2 python3 python3.10 python3.11 python3.12 python3.13 python3.14 pypy pypy3 node nodejs tsx ts-node zx ruby perl php osascript',
    interpreter,
  ),
  ...under('awk gawk mawk nawk', awk),
  ['expect', expect],
  ...under('sed gsed sqlite3 psql vim vi nvim less', escaping),
  ...under('powershell pwsh', powershell),
  ['cmd', commandPrompt],
  ...under('rake', tasks('Rakefile', 'rakefile', 'Rakefile.rb')),
  ...under('fab invoke inv nox', tasks('fabfile.py', 'tasks.py', 'noxfile.py')),
  ...under('Start-Process saps start', startProcess),
  ...under('Invoke-Expression iex', (shell, args, stdin) =>
    shell.text(args.filter((word) => !/^-Command$/i.test(word)).join(' '), 'Invoke-Expression', [], stdin),
  ),
]
