import { COMMANDS } from './all-commands.ts'
import type { Command } from './command.ts'
import { type Flag, GLOBAL } from './flags.ts'
import { HELP_MORE } from './help-more.ts'

const WIDTH = 100

const INTRO = `safe-deploy stands in front of fly deploy. A failed deploy is the last one that ships until
somebody rolled back, wrote down what went wrong, or proved that what serves is good.

  STOP     may anything be deployed now?    halted, somebody deploying, too many tries, frozen
  READ     what was working, what changed?  the change since the last known good, findings
  ISOLATE  is this one change, only that?   protected lines, a failed change coming back
  TEST     does it work here, by itself?    env files the app loads itself, smoke commands
  DEPLOY   once, and is it really running?  intent, fly deploy, truth, probes, known good or halt
`

const EXITS = `Exit codes
  0 done    10 findings not answered    11 env, smoke or test finding    12 refused: halted, frozen
  13 a person is needed    14 another deploy runs or won    20 deploy failed, halted
  21 deployed, but a probe failed, halted    22 outcome unknown or not recorded, halted
  64 usage or config    69 platform, fly or ledger not reachable    70 a bug
`

const TITLES: readonly (readonly [Command['group'], string])[] = [
  ['deploy', 'Deploy'],
  ['look', 'Look'],
  ['ways out', 'Ways out of a halt, and stops by hand'],
  ['set up', 'Set up and try'],
  ['more', 'More'],
]

/** Text cut into lines of at most `width`, all but the first indented. */
const wrap = (text: string, indent: number, width = WIDTH): string => {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1] ?? ''
    const room = width - indent
    if (last !== '' && last.length + 1 + word.length > room) lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
  }
  return lines.join(`\n${' '.repeat(indent)}`)
}

const row = (left: string, right: string, column: number): string =>
  left.length + 4 > column ? `  ${left}\n${' '.repeat(column)}${wrap(right, column)}` : `  ${left.padEnd(column - 2)}${wrap(right, column)}`

const group = (name: Command['group'], title: string): string => {
  const built = COMMANDS.filter((command) => command.group === name && !command.unbuilt)
  return [title, ...built.map((command) => row(command.name, command.says, 18)), ''].join('\n')
}

const unbuiltLine = (): string => {
  const names = COMMANDS.filter((command) => command.unbuilt).map((command) => command.name)
  return `  ${wrap(`Known, not in this version: ${names.join(', ')}`, 2)}\n`
}

/** The text of `safe-deploy --help`. */
export const mainHelp = (): string =>
  [
    INTRO,
    ...TITLES.map(([name, title]) => (name === 'more' ? `${group(name, title).trimEnd()}\n${unbuiltLine()}` : group(name, title))),
    `Flags of every command\n${GLOBAL.map(flagRow).join('\n')}\n`,
    EXITS,
    'safe-deploy COMMAND --help says what a command changes, its flags and examples.\n',
  ].join('\n')

const flagRow = (flag: Flag): string => {
  const value = flag.kind === 'maybe' ? `[=${flag.value}]` : flag.value ? `=${flag.value}` : ''
  return row(`--${flag.name}${value}`, flag.says, 30)
}

/** The text of `safe-deploy COMMAND --help`. */
export const commandHelp = (command: Command): string => {
  const flags = command.flags.length > 0 ? ' [FLAGS]' : ''
  return [
    `safe-deploy ${command.name}${flags}${command.takes ? ` ${command.takes}` : ''}`,
    `  ${wrap(command.says, 2)}\n`,
    `${wrap(command.unbuilt ? 'Known, but not built in this version; it answers with exit 64.' : command.changes, 0)}\n`,
    ...(command.flags.length > 0 ? [`Flags\n${command.flags.map(flagRow).join('\n')}\n`] : []),
    `Flags of every command\n${GLOBAL.map(flagRow).join('\n')}\n`,
    ...(command.examples.length > 0 ? [`Examples\n${command.examples.map((one) => `  ${one}`).join('\n')}\n`] : []),
    ...(HELP_MORE[command.name] ? [`${HELP_MORE[command.name]?.join('\n')}\n`] : []),
  ].join('\n')
}
