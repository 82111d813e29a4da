import { fileAt, isThere } from './files.ts'
import { readCode } from './inline-code.ts'
import { deeper, HOLE, noteUnreadable, type Shell } from './shell.ts'

const SHELL = /^(?:ba|z|da|k|mk|a|fi)?sh$|^r?bash$/
const INTERPRETER = /^#!\s*(?:\S*\/env\s+(?:-S\s+)?(?:\w+=\S*\s+)*)?(?<program>\S+)/

/** The guard itself, by whatever way it is started. */
export const isGuard = (path: string): boolean => /(?:^|\/)safe-deploy(?:\.[cm]?js)?$/.test(path)

/** Which program reads a script: by its first line, else by how it is named; `sh` where neither tells. */
const interpreterOf = (path: string, text: string): string => {
  const named = INTERPRETER.exec(text.slice(0, 200))?.groups?.program
  if (named) return named.slice(named.lastIndexOf('/') + 1)
  return /\.(?<ending>[cm]?[jt]sx?|py|rb|pl|php)$/.exec(path)?.groups?.ending ? 'node' : 'sh'
}

const label = (path: string): string => path.replaceAll(HOLE, '…').slice(-60)

/** What is sourced and is not there does nothing; a script that is run may be made before its turn comes. */
const missing = (shell: Shell, path: string, sourced = false): string => {
  if (path.includes(HOLE)) noteUnreadable(shell, ['sh', path], 'which script runs is made at run time')
  else if (isThere(shell, path)) noteUnreadable(shell, ['sh', path], 'the script is too large, or no text')
  else if (!sourced) noteUnreadable(shell, ['sh', path], 'the script is not there to be read')
  return HOLE
}

/** A script that calls itself ends here; one that was written anew does not. */
const markOf = (path: string, text: string): string => `file ${path}\n${text}`

/** Runs a file as shell source, whatever its first line says: `sh FILE`, `source FILE`. */
export const runScript = (shell: Shell, path: string, args: readonly string[], stdin: string | null = null, sourced = false): string => {
  if (isGuard(path)) return HOLE
  const text = fileAt(shell, path)
  if (text === null) return path === '/dev/null' ? '' : missing(shell, path, sourced)
  const mark = markOf(path, text)
  if (shell.running.includes(mark)) return HOLE
  shell.running.push(mark)
  const harmless = !path.startsWith('/dev/fd/') && !/fly|deploy/i.test(text) && !text.includes(HOLE)
  if (harmless) shell.harmless += 1
  const told = shell.text(text, path.startsWith('/dev/fd/') ? null : label(path), args, stdin)
  if (harmless) shell.harmless -= 1
  shell.running.pop()
  return told
}

/** Runs a file that is called by its path. One that is not there, or no text, is a program like any other. */
export const runFile = (shell: Shell, path: string, args: readonly string[], stdin: string | null): string => {
  if (isGuard(path)) return HOLE
  const text = fileAt(shell, path)
  if (text === null) return /\.(?:ba|z)?sh$/.test(path) ? missing(shell, path) : HOLE
  const interpreter = interpreterOf(path, text)
  if (SHELL.test(interpreter)) return runScript(shell, path, args, stdin)
  if (/^(?:make|just)$/.test(interpreter)) return shell.run([interpreter, '-f', path, ...args], stdin)
  deeper(shell, label(path), undefined, () => readCode(shell, text, 'file'))
  return HOLE
}

/** Reads a file of code in another language. */
export const runCode = (shell: Shell, path: string): void => {
  if (isGuard(path)) return
  const text = fileAt(shell, path)
  if (text !== null) deeper(shell, label(path), undefined, () => readCode(shell, text, 'file'))
}
