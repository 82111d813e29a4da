import type { Reading } from '../agents/reading.ts'
import { next, refuse } from '../errors.ts'
import type { Emit } from '../events.ts'

/** What the hook makes of a line here and now. */
interface Explained {
  reading: Reading
  /** As far as this clone knows. */
  halted: boolean
  /** The words of the denial; null: the hook says nothing. */
  denial: string | null
}

export interface HookExplainSources {
  explain: (line: string) => Explained
  emit: Emit
}

/**
 * `safe-deploy hook explain 'COMMAND'`: how a line is read, and what an agent that runs it would be told.
 * @throws USAGE where no line is given
 */
export const hookExplain = ({ explain, emit }: HookExplainSources, line: string): number => {
  if (line.trim() === '') throw noLine()
  const { reading, halted, denial } = explain(line)
  emit({
    type: 'report',
    title: titleOf(reading),
    lines: linesOf(reading, denial),
    data: { ...reading, halted, hook: denial ? 'deny' : 'nothing', denial },
  })
  return 0
}

/**
 * `safe-deploy hook` behind a flag, as no host calls it. Every other call of it takes a path of its own, at the entry.
 * @throws USAGE always
 */
export const hookWithoutHost = (hosts: readonly string[]): never => {
  throw refuse('USAGE', {
    what: 'safe-deploy hook is called by the host of an agent, which it has to be told.',
    why: [`known: ${hosts.join(', ')}`],
    next: [
      next('how a command is read', ['safe-deploy', 'hook', 'explain', 'fly deploy']),
      next('what it takes', ['safe-deploy', 'hook', '--help']),
    ],
  })
}

const titleOf = ({ verdict, command }: Reading): string =>
  command === null ? `${verdict}: nothing here changes production` : `${verdict}: ${command}`

const linesOf = ({ verdict, way, through, because }: Reading, denial: string | null): string[] =>
  [
    ['rule', way ?? ''],
    ['through', through.join(' → ')],
    ['because', because],
    ['hook', hookSays(verdict, denial)],
    ['words', denial ?? ''],
  ].flatMap(([name = '', text]) => (text ? [`${name.padEnd(8)} ${text}`] : []))

const hookSays = (verdict: Reading['verdict'], denial: string | null): string => {
  if (denial) return 'denies it'
  return verdict === 'opaque' ? 'says nothing now; denies it while halted, and with --strict' : 'says nothing'
}

const noLine = (): Error =>
  refuse('USAGE', {
    what: 'safe-deploy hook explain takes the command line that is to be read, in quotes.',
    next: [next('for example', ['safe-deploy', 'hook', 'explain', 'fly deploy'])],
  })
