import { type Next, withFlags } from '../errors.ts'
import { quote } from '../words.ts'
import { type Line, line } from './reporter.ts'

const PLACEHOLDERS: Readonly<Record<string, string>> = {
  '--path': 'GLOB',
  '--evidence-run': 'COMMAND',
  '--to': 'vN',
  '--image': 'REF',
  '--base': 'COMMIT',
  '--for': 'DURATION',
}
const placeholder = (flag: string): string => PLACEHOLDERS[flag] ?? (/^--(?:accept|override|because)\b/.test(flag) ? 'REASON' : 'TEXT')

/** A next command as one types it; text that it needs stands as TEXT or REASON. */
export const typed = (next: Next): string =>
  withFlags(
    next.argv,
    (next.needs ?? []).map((flag) => `${flag}=${placeholder(flag)}`),
  )
    .map(quote)
    .join(' ')

const COLUMN = 44

/** Commands with what each does, one under the other. */
export const nextLines = (nexts: readonly Next[]): Line[] => {
  const commands = nexts.map(typed)
  const width = Math.min(COLUMN, Math.max(0, ...commands.map((command) => command.length)))
  return nexts.map((next, i) => line(`  ${(commands[i] ?? '').padEnd(width)}   ${next.says}`))
}
