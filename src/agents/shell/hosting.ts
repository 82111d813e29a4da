import { readGh } from '../push/read-gh.ts'
import { readPush } from '../push/read-push.ts'
import { CLEAR, type Reading, type World } from '../reading.ts'
import type { Program } from './program.ts'
import { HOLE, note, type Shell } from './shell.ts'

/** What the readers of pushes may look at: from the folder the shell stands in, with what the line set. */
const worldOf = (shell: Shell): World => {
  const set = [...shell.vars].filter(([name]) => /^(?:GIT|GH|GITHUB)_/.test(name)).map(([name, values]) => [name, values[0]?.[0]] as const)
  return { ...shell.world, cwd: shell.cwd ?? shell.world.cwd, env: { ...shell.world.env, ...Object.fromEntries(set) } }
}

/** The branch that is checked out, however it is asked for. */
const BRANCH = /^(?:branch --show-current|rev-parse --abbrev-ref HEAD|symbolic-ref --short HEAD|symbolic-ref HEAD)$/

const pushWords = (args: readonly string[]): string[] => args.filter((word) => !word.includes(HOLE))

/** A push whose branch is made at run time may reach any of them: it is as opaque as a push of all is a deploy. */
const readHoled = (shell: Shell, args: readonly string[], world: World): Reading => {
  const at = args.indexOf('push')
  if (at < 0) return readPush(pushWords(args), world, shell.readLine)
  const all = readPush([...pushWords(args.slice(0, at)), 'push', '--all'], world, shell.readLine)
  return all.verdict === 'clear'
    ? CLEAR
    : { ...all, verdict: 'opaque', command: 'git push …', because: 'which branch is pushed is made at run time' }
}

const git: Program = (shell, args) => {
  if (BRANCH.test(args.join(' '))) return 'HEAD\n'
  const world = worldOf(shell)
  note(shell, args.some((word) => word.includes(HOLE)) ? readHoled(shell, args, world) : readPush(args, world, shell.readLine))
  return HOLE
}

const gh: Program = (shell, args) => {
  note(shell, readGh(args, worldOf(shell)))
  return HOLE
}

/** What sends code to where it may be deployed. */
export const HOSTING: readonly (readonly [string, Program])[] = [
  ['git', git],
  ['gh', gh],
]
