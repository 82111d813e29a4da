import { basename, delimiter, join } from 'node:path'

type Env = Readonly<Record<string, string | undefined>>

/** A shell to start: a file to write first, the arguments and the environment. */
export interface ShellPlan {
  argv: string[]
  env: Record<string, string | undefined>
  file: { path: string; text: string } | null
}

/** With these the real fly could deploy, should a start-up file put it in front after all. */
const TOKENS = ['FLY_API_TOKEN', 'FLY_ACCESS_TOKEN']

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/**
 * How to open the user's shell with `bin` first on PATH. A start-up file may put another fly in front (flyctl's installer writes such a
 * line), so PATH is said again after it has run.
 * @param room a private folder for the file
 */
export const shellPlan = (env: Env, bin: string, home: string, room: string): ShellPlan => {
  const shell = env.SHELL || '/bin/sh'
  const inside: Record<string, string | undefined> = {
    ...env,
    PATH: `${bin}${delimiter}${env.PATH ?? ''}`,
    POCKET_FLY_HOME: home,
    SAFE_DEPLOY_SANDBOX: '1',
  }
  for (const name of TOKENS) delete inside[name]
  const first = `PATH=${quoted(bin)}:"$PATH"; export PATH\n`
  const after = (own: string) => `[ -f ${own} ] && . ${own}\n${first}`
  switch (basename(shell)) {
    case 'bash': {
      const path = join(room, 'bashrc')
      return { argv: [shell, '--rcfile', path, '-i'], env: inside, file: { path, text: `${after('~/.bashrc')}PS1="(sandbox) $PS1"\n` } }
    }
    case 'zsh': {
      const own = `${quoted(env.ZDOTDIR ?? env.HOME ?? '')}/.zshrc`
      return {
        argv: [shell, '-i'],
        env: { ...inside, ZDOTDIR: room },
        file: { path: join(room, '.zshrc'), text: `${after(own)}PROMPT="(sandbox) $PROMPT"\n` },
      }
    }
    case 'fish':
      return { argv: [shell, '-i', '-C', `set -gx PATH ${quoted(bin)} $PATH`], env: inside, file: null }
    default: {
      const path = join(room, 'shrc')
      return { argv: [shell, '-i'], env: { ...inside, ENV: path }, file: { path, text: `${first}PS1="(sandbox) $ "\n` } }
    }
  }
}
