import { FlyError } from './fail.ts'

/** One flag as pflag knows it. `optional` takes a value only as `--name=value` and is `true` when bare. */
export interface Flag {
  name: string
  short?: string
  also?: readonly string[]
  kind: 'bool' | 'string' | 'list' | 'int' | 'float' | 'optional'
}

export interface Parsed {
  args: string[]
  /** Values in the order given, by canonical flag name. */
  flags: ReadonlyMap<string, readonly string[]>
}

const find = (flags: readonly Flag[], name: string): Flag | undefined =>
  flags.find((flag) => flag.name === name || flag.also?.includes(name))
const findShort = (flags: readonly Flag[], short: string): Flag | undefined => flags.find((flag) => flag.short === short)
const takesNext = (flag: Flag | undefined): boolean => flag === undefined || (flag.kind !== 'bool' && flag.kind !== 'optional')

/** Does this word swallow the next one while cobra looks for the subcommand? An unknown flag does. */
const swallows = (word: string, flags: readonly Flag[]): boolean => {
  if (!word.startsWith('-') || word.includes('=')) return false
  if (word.startsWith('--')) return takesNext(find(flags, word.slice(2)))
  return word.length === 2 && takesNext(findShort(flags, word.slice(1)))
}

/** Index of the first word that can be a subcommand, or -1. Cobra's `stripFlags`: `fly -a x deploy` finds `deploy`, `fly --detach deploy` does not. */
export const subcommandIndex = (argv: readonly string[], flags: readonly Flag[]): number => {
  for (let i = 0; i < argv.length; i += 1) {
    const word = argv[i]!
    if (word === '--') return -1
    if (swallows(word, flags)) i += 1
    else if (word !== '' && !word.startsWith('-')) return i
  }
  return -1
}

const BOOLS = new Set(['1', 't', 'T', 'TRUE', 'true', 'True', '0', 'f', 'F', 'FALSE', 'false', 'False'])

const problem = (flag: Flag, value: string): string | null => {
  if (flag.kind === 'bool' && !BOOLS.has(value)) return `strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`
  if (flag.kind === 'int' && !/^[+-]?\d+$/.test(value)) return `strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`
  if (flag.kind === 'float' && !Number.isFinite(Number(value === '' ? 'x' : value)))
    return `strconv.ParseFloat: parsing ${JSON.stringify(value)}: invalid syntax`
  return null
}

const label = (flag: Flag): string => (flag.short ? `-${flag.short}, --${flag.name}` : `--${flag.name}`)

const store = (into: Map<string, string[]>, flag: Flag, value: string): void => {
  const wrong = problem(flag, value)
  if (wrong) throw new FlyError(`invalid argument ${JSON.stringify(value)} for "${label(flag)}" flag: ${wrong}`)
  const values = flag.kind === 'list' ? [...(into.get(flag.name) ?? []), value] : [value]
  into.set(flag.name, values)
}

/** Reads one `--long` word; returns how many further words it used. */
const long = (word: string, next: string | undefined, flags: readonly Flag[], into: Map<string, string[]>): number => {
  const eq = word.indexOf('=')
  const name = word.slice(2, eq < 0 ? undefined : eq)
  const flag = find(flags, name)
  if (!flag) throw new FlyError(`unknown flag: --${name}`)
  if (eq >= 0) store(into, flag, word.slice(eq + 1))
  else if (!takesNext(flag)) store(into, flag, 'true')
  else if (next === undefined) throw new FlyError(`flag needs an argument: --${name}`)
  else store(into, flag, next)
  return eq < 0 && takesNext(flag) ? 1 : 0
}

/** The value of a short flag: the rest of its word, or the next word. */
const shortValue = (word: string, rest: string, letter: string, next: string | undefined): { text: string; used: number } => {
  if (rest !== '') return { text: rest.replace(/^=/, ''), used: 0 }
  if (next === undefined) throw new FlyError(`flag needs an argument: '${letter}' in ${word}`)
  return { text: next, used: 1 }
}

/** Reads one `-abc` word; returns how many further words it used. */
const short = (word: string, next: string | undefined, flags: readonly Flag[], into: Map<string, string[]>): number => {
  for (let i = 1; i < word.length; i += 1) {
    const letter = word[i]!
    const flag = findShort(flags, letter)
    const rest = word.slice(i + 1)
    if (!flag) throw new FlyError(`unknown shorthand flag: '${letter}' in ${word}`)
    if (takesNext(flag) || rest.startsWith('=')) {
      const { text, used } = shortValue(word, rest, letter, next)
      store(into, flag, text)
      return used
    }
    store(into, flag, 'true')
  }
  return 0
}

/** Flags anywhere among the arguments, `--` ends them. Throws pflag's messages for what it does not know. */
export const parseFlags = (argv: readonly string[], flags: readonly Flag[]): Parsed => {
  const args: string[] = []
  const into = new Map<string, string[]>()
  for (let i = 0; i < argv.length; i += 1) {
    const word = argv[i]!
    if (word === '--') return { args: [...args, ...argv.slice(i + 1)], flags: into }
    if (word.startsWith('--')) i += long(word, argv[i + 1], flags, into)
    else if (word.startsWith('-') && word.length > 1) i += short(word, argv[i + 1], flags, into)
    else args.push(word)
  }
  return { args, flags: into }
}

/** The last value of a flag, or undefined. */
export const value = (parsed: Parsed, name: string): string | undefined => parsed.flags.get(name)?.at(-1)

/** Is a boolean flag set to something true? `otherwise` when not given. */
export const isOn = (parsed: Parsed, name: string, otherwise = false): boolean => {
  const given = value(parsed, name)
  return given === undefined ? otherwise : /^(1|t|true)$/i.test(given)
}

/** All values of a list flag. Slices may be given as `a,b`. */
export const values = (parsed: Parsed, name: string): readonly string[] => parsed.flags.get(name) ?? []
export const slice = (parsed: Parsed, name: string): string[] =>
  values(parsed, name)
    .flatMap((one) => one.split(','))
    .filter((one) => one !== '')
