import { spawn, spawnSync } from 'node:child_process'
import { screenOf } from '../reporters/screen.ts'

/** util-linux `script` gives a program a terminal; where it is missing terminal tests are left out, and say so. */
export const hasTerminal = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') ?? false

export interface Shown {
  code: number | null
  /** Everything that was written, without colours and cursor movements; lines that were drawn over are all there. */
  written: string
  /** What stands on the screen at the end. */
  screen: string
}

/** An answer: when `waits` has appeared behind the last answer, `keys` are typed. */
export interface Key {
  waits: string
  keys: string
}

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`
const ESCAPES = /\u001b\[[0-9;?]*[A-Za-z]|\u001b[()][A-Z0-9]|\u001b[=>78]/g

const COLUMNS = 120
const LONGEST_MS = 120_000

/** Terminal output without what only moves or colours. */
const plainText = (text: string): string => text.replace(ESCAPES, '').replace(/\r+\n/g, '\n').replace(/\r/g, '\n')

/** Runs a program in a terminal and types answers as their questions appear. */
export const inTerminal = (
  argv: readonly string[],
  options: { cwd: string; env: Record<string, string>; keys: readonly Key[] },
): Promise<Shown> => {
  const line = `stty cols ${COLUMNS} rows 40 -echo; exec ${argv.map(quote).join(' ')}`
  const child = spawn('script', ['-qefc', line, '/dev/null'], { cwd: options.cwd, env: options.env, stdio: ['pipe', 'pipe', 'pipe'] })
  const seen = { text: '', from: 0, next: 0 }
  // A question that nobody foresaw would wait for ever.
  const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS)
  child.stdin.on('error', () => {})
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    seen.text += text
    const key = options.keys[seen.next]
    if (!key || !plainText(seen.text.slice(seen.from)).includes(key.waits)) return
    seen.from = seen.text.length
    seen.next += 1
    child.stdin.write(key.keys)
  })
  return new Promise((resolve) =>
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve({ code, written: plainText(seen.text), screen: screenOf(seen.text, COLUMNS) })
    }),
  )
}
