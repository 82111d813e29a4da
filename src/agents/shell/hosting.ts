import { dirname } from 'node:path'
import { afterGit } from '../push/after-git.ts'
import { readGh } from '../push/read-gh.ts'
import { readGlab } from '../push/read-glab.ts'
import { readPush } from '../push/read-push.ts'
import { CLEAR, type Reading, type World } from '../reading.ts'
import { type Program, under } from './program.ts'
import { HOLE, note, type Shell } from './shell.ts'

/** What the readers of pushes may look at: from the folder the shell stands in, with what the line set. */
const worldOf = (shell: Shell): World => {
  const set = [...shell.vars].filter(([name]) => /^(?:GIT|GH|GITHUB)_/.test(name)).map(([name, values]) => [name, values[0]?.[0]] as const)
  return { ...shell.world, cwd: shell.cwd ?? shell.world.cwd, env: { ...shell.world.env, ...Object.fromEntries(set) } }
}

/** The branch that is checked out, however it is asked for. */
const BRANCH = /^(?:branch --show-current|rev-parse --abbrev-ref HEAD|symbolic-ref --short HEAD|symbolic-ref HEAD)$/

/** The top of the work tree: the nearest folder at or above with a `.git`. */
const topOf = (shell: Shell): string => {
  if (shell.cwd === null) return HOLE
  for (let at = shell.cwd, left = 32; left > 0; at = dirname(at), left -= 1) if (shell.world.list(at).includes('.git')) return at
  return shell.cwd
}

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

/** Commands that are read at once; any other may be an alias, which takes git's config to tell. */
const PLAIN =
  /^(?:status|log|diff|add|commit|fetch|pull|checkout|switch|merge|show|branch|tag|remote|config|rev-parse|stash|clone|init|reset|restore)$/

/** Pipelines are read anew for each push: a line of hundreds asks for too much. */
const cost = (shell: Shell, args: readonly string[]): void => {
  shell.left.steps -= args.some((word) => /^(?:push|send-pack|subtree)$/.test(word)) ? 150 : PLAIN.test(args[0] ?? '') ? 1 : 30
}

const git: Program = (shell, args) => {
  cost(shell, args)
  if (BRANCH.test(args.join(' '))) return 'HEAD\n'
  if (args.join(' ') === 'rev-parse --show-toplevel') return `${topOf(shell)}\n`
  const world = worldOf(shell)
  note(shell, args.some((word) => word.includes(HOLE)) ? readHoled(shell, args, world) : readPush(args, world, shell.readLine))
  // What comes next runs on the branch that this one leaves.
  shell.world = { ...shell.world, read: afterGit(pushWords(args), world).read }
  return HOLE
}

const glab: Program = (shell, args) => {
  shell.left.steps -= 100
  note(shell, readGlab(args, worldOf(shell), shell.readLine))
  return HOLE
}

const gh: Program = (shell, args) => {
  shell.left.steps -= 100
  note(shell, readGh(args, worldOf(shell), shell.readLine))
  return HOLE
}

/** Hosts of fly's own APIs: what is written to them changes production past every command of fly. */
const FLY_API = /\bapi\.machines\.dev\b|\bapi\.fly\.io\b|_api\.internal\b/
const WRITES =
  /^(?:-X|--request|--method)$|^-X[A-Z]|^--(?:request|method)=|^-(?:d|F|T)|^--(?:data|json|form|upload-file)|^(?:POST|PUT|PATCH|DELETE)$/

const fetch: Program = (shell, args) => {
  if (args.some((word) => FLY_API.test(word)) && args.some((word, i) => WRITES.test(word) && !/^(?:GET|HEAD)$/.test(args[i + 1] ?? '')))
    note(shell, { verdict: 'opaque', way: 'fly', command: 'curl … (the API of fly)', through: [], because: "it writes to fly's API" })
  return HOLE
}

/** What sends code to where it may be deployed. */
export const HOSTING: readonly (readonly [string, Program])[] = [
  ['git', git],
  ['gh', gh],
  ['glab', glab],
  ...under('curl wget http https xh curlie', fetch),
]
