import { pick } from './commands/parse.ts'

/** Entry: argv → command → exit code. Help is text; everything else loads behind it. */
export const main = async (process: NodeJS.Process): Promise<void> => {
  const picked = await pick(process.argv.slice(2))
  if (picked.help && picked.unknown === null) {
    const [{ commandHelp, mainHelp }, { COMMANDS }] = await Promise.all([
      import('./commands/help.ts'),
      import('./commands/all-commands.ts'),
    ])
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
