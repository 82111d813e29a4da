import { appendFileSync, renameSync, statSync } from 'node:fs'
import { files } from './home.ts'
import type { Machine } from './state.ts'

const LIMIT_BYTES = 4 * 1024 * 1024
const LONGEST_LINE = 16 * 1024

/** A writer of one stream into a machine's log. Text comes in pieces; lines come out as `fly logs` prints them. The file is cut off when it grows too big. */
export const openLog = (home: string, machine: Machine, who: 'app' | 'runner'): ((text: string) => void) => {
  const file = files.log(home, machine.id)
  let partial = ''
  return (text) => {
    const lines = (partial + text).split('\n')
    partial = (lines.pop() ?? '').slice(-LONGEST_LINE)
    const at = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
    const out = lines.map((line) => `${at} ${who}[${machine.id}] ${machine.region} [info]${line}\n`).join('')
    try {
      if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LIMIT_BYTES) renameSync(file, `${file}.old`)
      if (out !== '') appendFileSync(file, out, { mode: 0o600 })
    } catch {}
  }
}
