import { pick } from './commands/parse.ts'
import { COMMANDS } from './commands/table.ts'

/** Entry: argv → command → exit code. Help is text; everything else loads behind it. */
export const main = async (process: NodeJS.Process): Promise<void> => {
  const picked = pick(process.argv.slice(2))
  if (picked.help && picked.unknown === null) {
    const { commandHelp, mainHelp } = await import('./commands/help.ts')
    const json = picked.words.includes('--json')
    // Who reads only the first lines closes the pipe; that is no failure.
    process.stdout.on('error', () => {})
    process.stdout.write(
      json ? `${JSON.stringify({ v: 1, type: 'help', commands: COMMANDS })}\n` : picked.command ? commandHelp(picked.command) : mainHelp(),
    )
    return
  }
  const { invoke } = await import('./invoke.ts')
  process.exitCode = await invoke(process, picked)
}
