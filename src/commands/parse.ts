import { nearest } from '../config/nearest.ts'
import { type GuardError, next, refuse } from '../errors.ts'
import type { Command } from './command.ts'
import { type Flag, type Flags, GLOBAL } from './flags.ts'
import { FIRST } from './table.ts'

/** The command line, read. */
export interface Line {
  command: Command
  flags: Flags
  args: string[]
  /** What stood behind `--`. */
  rest: string[]
  /** The words as given, without the command's own name. */
  words: string[]
}

/** Which command a line names, and what is left for it. */
export interface Picked {
  command: Command | null
  /** The word that named no command. */
  unknown: string | null
  words: string[]
  rest: string[]
  help: boolean
  /** `--app=` and `--config=` as given: what is printed to be typed next has to name them as well. */
  globals: string[]
}

const HELP = new Set(['--help', '-h'])

/** Where the command's own word stands: behind nothing but global flags. A line that begins with another flag is a `deploy`. */
const indexOfCommand = (words: readonly string[]): number => {
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? ''
    if (!word.startsWith('-')) return i
    const flag = GLOBAL.find((one) => `--${one.name}` === word.split('=')[0])
    if (!flag) return -1
    if (flag?.kind === 'text' && !word.includes('=')) i += 1
  }
  return -1
}

const named = (commands: readonly Command[], first: string, second: string | undefined): Command | undefined =>
  commands.find((one) => one.name === `${first} ${second}`) ?? commands.find((one) => one.name === first)

/** Finds the command of a line; a line without one is `deploy`. What is seldom typed loads for lines that nothing else fits. */
export const pick = async (argv: readonly string[]): Promise<Picked> => {
  const picked = pickFrom(argv, FIRST)
  return picked.unknown === null ? picked : pickFrom(argv, (await import('./all-commands.ts')).COMMANDS)
}

const pickFrom = (argv: readonly string[], commands: readonly Command[]): Picked => {
  const end = argv.indexOf('--')
  const words = end < 0 ? [...argv] : argv.slice(0, end)
  const rest = end < 0 ? [] : argv.slice(end + 1)
  const help = words[0] === 'help' || words.some((word) => HELP.has(word))
  const own = (words[0] === 'help' ? words.slice(1) : words).filter((word) => !HELP.has(word))
  const shared = { rest, help, globals: globalsOf(own) }
  const at = indexOfCommand(own)
  if (at < 0) return { command: help && own.every((word) => word === '--json') ? null : deploy(), unknown: null, words: own, ...shared }
  const command = named(commands, own[at] ?? '', own[at + 1])
  if (!command) return { command: null, unknown: unknownOf(own, at, commands), words: own, ...shared }
  const used = command.name.split(' ').length
  return { command, unknown: null, words: [...own.slice(0, at), ...own.slice(at + used)], ...shared }
}

const globalsOf = (words: readonly string[]): string[] =>
  ['--app', '--config'].flatMap((name) => {
    const at = words.findIndex((word) => word === name || word.startsWith(`${name}=`))
    const word = words[at]
    if (word === undefined) return []
    const value = word === name ? words[at + 1] : word.slice(name.length + 1)
    return value === undefined ? [] : [`${name}=${value}`]
  })

const deploy = (): Command => FIRST[0] as Command

/** `ledger lgo`: the second word is the one that is wrong. */
const unknownOf = (words: readonly string[], at: number, commands: readonly Command[]): string =>
  commands.some(({ name }) => name.startsWith(`${words[at]} `)) ? [words[at], words[at + 1]].filter(Boolean).join(' ') : (words[at] ?? '')

/** The refusal for a word that names no command. */
const unknownCommand = async (word: string): Promise<GuardError> => {
  const { COMMANDS } = await import('./all-commands.ts')
  const below = COMMANDS.filter((one) => one.name.startsWith(`${word.split(' ')[0]} `))
  const meant = nearest(
    word,
    COMMANDS.map((one) => one.name),
  )
  return refuse('USAGE', {
    what: `There is no command ${JSON.stringify(word)}.`,
    why: below.length > 0 ? [`known: ${below.map((one) => one.name).join(', ')}`] : [],
    next: [
      ...(meant ? [next('probably meant', ['safe-deploy', ...meant.split(' ')])] : []),
      next('all commands', ['safe-deploy', '--help']),
    ],
  })
}

/** All flags a command knows, the global ones last. */
export const flagsOf = (command: Command): readonly Flag[] => [...command.flags, ...GLOBAL]

/**
 * Reads the plain forms of a command's words: `--switch`, `--name=value`, `--name value`.
 * @returns null for everything else: an unknown flag, a missing value, a word too many; the full parser then says what is wrong
 */
export const parsePlain = (command: Command, words: readonly string[]): { flags: Flags; args: string[] } | null => {
  const known = new Map(flagsOf(command).map((flag) => [`--${flag.name}`, flag]))
  const flags: Record<string, true | string | string[]> = {}
  const args: string[] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? ''
    if (!word.startsWith('-')) {
      args.push(word)
      continue
    }
    const equals = word.indexOf('=')
    const flag = known.get(equals < 0 ? word : word.slice(0, equals))
    if (!flag) return null
    const inline = equals < 0 ? undefined : word.slice(equals + 1)
    const taken = valueFor(flag, inline, words[i + 1])
    if (taken === null) return null
    if (taken.value !== true && flag.kind === 'texts') flags[flag.name] = [...((flags[flag.name] as string[]) ?? []), taken.value]
    else flags[flag.name] = taken.value
    i += taken.skip
  }
  return args.length > (command.most ?? 0) ? null : { flags, args }
}

const valueFor = (flag: Flag, inline: string | undefined, following: string | undefined): { value: true | string; skip: number } | null => {
  if (flag.kind === 'switch') return inline === undefined ? { value: true, skip: 0 } : null
  if (inline !== undefined) return { value: inline, skip: 0 }
  const free = following !== undefined && !following.startsWith('-')
  if (flag.kind === 'maybe') return free ? null : { value: true, skip: 0 }
  return free ? { value: following, skip: 1 } : null
}

/**
 * Reads the whole line: plain forms at once, everything else with the full parser.
 * @throws USAGE (64) for a word, flag or value that this command does not know
 */
export const read = async ({ command, unknown, words, rest }: Picked): Promise<Line> => {
  if (!command) throw await unknownCommand(unknown ?? '')
  if (command.unbuilt) return { command, flags: {}, args: [], rest, words }
  if (rest.length > 0 && !command.rest) throw nothingForFly(command, rest)
  const plain = parsePlain(command, words) ?? (await import('./parse-hard.ts')).parseHard(command, words)
  return { command, ...plain, rest, words }
}

const nothingForFly = (command: Command, rest: readonly string[]): GuardError =>
  refuse('USAGE', {
    what: `safe-deploy ${command.name} hands nothing to fly; left over behind --: ${rest.join(' ')}`,
    next: [next('its flags and examples', ['safe-deploy', ...command.name.split(' '), '--help'])],
  })
