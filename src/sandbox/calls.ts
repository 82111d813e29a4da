import { appendFileSync } from 'node:fs'
import { files } from './home.ts'

const SECRET_FLAGS = new Set(['-e', '--env', '--build-secret', '--build-arg', '-t', '--access-token', '--file-literal', '--file-secret'])

const hideValue = (word: string): string => {
  const eq = word.indexOf('=')
  return eq < 0 ? '***' : `${word.slice(0, eq)}=***`
}

/** An argument list fit for a log: values of secrets, env and tokens are `***`, names stay. */
export const maskArgv = (argv: readonly string[]): string[] => {
  const setsSecrets = argv.includes('secrets')
  return argv.map((word, i) => {
    if (SECRET_FLAGS.has(argv[i - 1] ?? '')) return hideValue(word)
    const flag = /^(--[a-z-]+)=(.*)$/s.exec(word)
    if (flag && SECRET_FLAGS.has(flag[1]!)) return `${flag[1]}=${hideValue(flag[2]!)}`
    if (/^-[et]./.test(word) && !word.startsWith('--')) return `${word.slice(0, 2)}${hideValue(word.slice(2))}`
    return setsSecrets && /^[A-Za-z_]\w*=/.test(word) ? hideValue(word) : word
  })
}

/** Appends one line for this invocation, before anything else happens. */
export const recordCall = (home: string, argv: readonly string[], cwd: string): void => {
  const line = JSON.stringify({ at: new Date().toISOString(), argv: maskArgv(argv), cwd, pid: process.pid })
  appendFileSync(files.calls(home), `${line}\n`, { mode: 0o600 })
}
