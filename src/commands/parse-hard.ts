import { Command as Commander, CommanderError, Option } from 'commander'
import { nearest } from '../config/nearest.ts'
import { type GuardError, next, refuse } from '../errors.ts'
import type { Command } from './command.ts'
import type { Flag, Flags } from './flags.ts'
import { flagsOf } from './parse.ts'

const optionOf = (flag: Flag): Option => {
  const value = flag.kind === 'switch' ? '' : flag.kind === 'maybe' ? ' [value]' : ' <value>'
  const option = new Option(`--${flag.name}${value}`)
  return flag.kind === 'texts' ? option.argParser((one: string, before: string[] | undefined) => [...(before ?? []), one]) : option
}

const silent = { writeOut: () => {}, writeErr: () => {} }

/**
 * Reads a command's words with everything a command line may hold; the authority where the plain parser gives up.
 * @throws USAGE naming the flag, the nearest known one and a command that works
 */
export const parseHard = (command: Command, words: readonly string[]): { flags: Flags; args: string[] } => {
  const commander = new Commander(command.name)
    .exitOverride()
    .configureOutput(silent)
    .helpOption(false)
    .allowExcessArguments()
    .argument('[words...]')
  const flags = flagsOf(command)
  for (const flag of flags) commander.addOption(optionOf(flag))
  const given: Record<string, true | string | readonly string[]> = {}
  for (const flag of flags) {
    commander.on(`option:${flag.name}`, () => {
      const value = commander.getOptionValue(optionOf(flag).attributeName())
      // The library takes `--no-x` for the negation of `--x`; here it is a switch of its own.
      given[flag.name] = value === false ? true : value
    })
  }
  try {
    commander.parse([...words], { from: 'user' })
  } catch (error) {
    throw error instanceof CommanderError ? usage(command, error) : error
  }
  const extra = commander.args.slice(command.most ?? 0)
  if (extra.length > 0) throw tooMany(command, extra)
  return { flags: given, args: commander.args }
}

const usage = (command: Command, error: CommanderError): GuardError => {
  const word = /'(--?[^'=\s]+)/.exec(error.message)?.[1] ?? ''
  const names = flagsOf(command).map((flag) => `--${flag.name}`)
  const flag = flagsOf(command).find((one) => `--${one.name}` === word)
  if (flag?.value) {
    return refuse('USAGE', {
      what: `${word} takes a value: ${word}=${flag.value}`,
      why: [flag.says],
      next: [next('with it', ['safe-deploy', ...command.name.split(' ')], [word]), help(command)],
    })
  }
  const meant = nearest(word, names)
  return refuse('USAGE', {
    what: flag ? `${word} takes no value.` : `safe-deploy ${command.name} has no flag ${word}.`,
    why: [...(meant && !flag ? [`probably meant: ${meant}`] : []), ...(command.rest ? ['flags for fly stand behind --'] : [])],
    next: [help(command)],
  })
}

const tooMany = (command: Command, extra: readonly string[]): GuardError =>
  refuse('USAGE', {
    what: `safe-deploy ${command.name} takes ${command.most ? `${command.most} argument` : 'no arguments'}; left over: ${extra.join(' ')}`,
    why: command.rest ? ['arguments for fly stand behind --'] : [],
    next: [help(command)],
  })

const help = (command: Command) => next('its flags and examples', ['safe-deploy', ...command.name.split(' '), '--help'])
