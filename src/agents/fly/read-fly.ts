import { CLEAR, type Reading, type Verdict } from '../reading.ts'
import { judgeFly, namedWords } from './commands.ts'
import { readWords, type Words } from './flags.ts'

/** Stands in a word for what only the run knows. */
const UNKNOWN = /[\uE000-\uE003]/g

/** The command without the words that flags nobody knows may have taken as values: each way fly might read it. */
const ways = ({ words, swallowed }: Words): string[][] => {
  const early = swallowed.filter((at) => at < words.length).slice(0, 3)
  const without = (all: readonly string[][], at: number): string[][] => all.map((one) => one.filter((word) => word !== words[at]))
  return early.reduce<string[][]>((all, at) => all.concat(without(all, at)), [words])
}

const RANK: Readonly<Record<Verdict, number>> = { clear: 0, opaque: 1, deploy: 2 }

/** Names in it are read where the words are certain; a word that is made at run time may be any command. */
const judged = (words: readonly string[]): Verdict => {
  const named = words.slice(0, namedWords(words))
  return named.some((word) => word.search(UNKNOWN) >= 0) ? 'opaque' : judgeFly(words)
}

const RELEASES = /^(?:deploy|launch|secrets? (?:set|unset|import|deploy))/
const because = (verdict: Verdict, name: string): string => {
  if (verdict === 'opaque') return 'it can change anything, and the line does not tell what it does'
  return RELEASES.test(name) ? 'it makes a release' : 'it changes production'
}

const typed = (name: string, app: string | null): string =>
  `fly ${name}${app === null ? '' : ` -a ${app}`}`.replace(UNKNOWN, '…').slice(0, 120)

/**
 * What a fly command would do to production.
 * @param args the words after `fly` or `flyctl`, finished; a star in one is a glob
 * @returns `deploy` for every command that changes production, `opaque` for those that can do anything (`machine exec`, `curl`, …) and for
 * commands nobody knows, else clear; the arguments of the command, which may be secret, are not in it
 */
export const readFly = (args: readonly string[]): Reading => {
  const read = readWords(args)
  if (read.help || read.words[0] === 'help') return CLEAR
  const found = ways(read)
    .map((words) => ({ words, verdict: judged(words) }))
    .reduce((bad, one) => (RANK[one.verdict] > RANK[bad.verdict] ? one : bad))
  if (found.verdict === 'clear') return CLEAR
  const name = found.words.slice(0, namedWords(found.words)).join(' ')
  if ((name === 'deploy' && read.stops.deploy) || (name === 'launch' && read.stops.launch)) return CLEAR
  return { verdict: found.verdict, way: 'fly', command: typed(name, read.app), through: [], because: because(found.verdict, name) }
}
