import { join } from 'node:path'
import { readText } from '../adapters/files.ts'
import { makeProcesses } from '../adapters/processes.ts'
import { makeRepoFiles } from '../adapters/repo-files.ts'
import { CANARY, canaryFor } from '../agents/hosts/canary.ts'
import { HOSTS, type Host } from '../agents/hosts/host.ts'
import { commandsOf } from '../agents/install/commands-of.ts'
import { type Answer, isDenied, withoutAnswer } from '../agents/install/denied.ts'
import { disabledBy } from '../agents/install/disabled.ts'
import { hookPart } from '../agents/install/parts.ts'
import { type Act, hostsSeen, installedIn, planInstall } from '../agents/install/plan-install.ts'
import { disciplineQuestions } from '../checklist/discipline.ts'
import type { RepoFiles } from '../ports.ts'
import type { Call } from './call.ts'
import type { AgentsLook, HookLook } from './doctor-agents.ts'

/** Longer than the launcher waits for its program. */
const CANARY_MS = 12_000
const MOST_BYTES = 1024 * 1024

/** What stands in the repository for agents' hosts; each hook that is installed is started as its host would, and told of a deploy. */
export const lookAtHooks = async (call: Call, root: string): Promise<AgentsLook> => {
  const files = makeRepoFiles(root)
  const record = installedIn(files)
  const installed = record?.hosts ?? HOSTS.filter((host) => holdsOurs(files, host))
  const { acts } = planInstall(files, installed, disciplineQuestions())
  const hooks = await Promise.all(installed.map((host) => lookAtHook(call, { root, files, acts, host })))
  const paths = hooks.map(({ path }) => path)
  return {
    hooks,
    others: installed.length === 0 ? [] : acts.filter(({ path, state }) => !paths.includes(path) && state !== 'current'),
    unguarded: hostsSeen(files).filter((host) => !installed.includes(host)),
  }
}

const textOf = (files: RepoFiles, path: string): string | null => {
  const seen = files.look(path)
  return seen.kind === 'file' ? seen.text : null
}

/** Without a record: by what the file shows. */
const holdsOurs = (files: RepoFiles, host: Host): boolean => {
  const part = hookPart(host)
  const text = textOf(files, part.path)
  if (text === null) return false
  const left = part.remove(text, null)
  return 'damaged' in left || left.text !== undefined
}

interface At {
  root: string
  files: RepoFiles
  acts: readonly Act[]
  host: Host
}

const lookAtHook = async (call: Call, { root, files, acts, host }: At): Promise<HookLook> => {
  const { path } = hookPart(host)
  const act = acts.find((one) => one.path === path)
  const home = call.env.HOME
  const read = (file: string): string | null => {
    if (!file.startsWith('~/')) return textOf(files, file)
    const found = home ? readText(join(home, file.slice(2)), MOST_BYTES) : null
    return found?.ok ? found.text : null
  }
  const commands = commandsOf(host, textOf(files, path) ?? '', root)
  const tried = act?.there ? await Promise.all(commands.map((argv) => tryCommand(call, { argv, root, host }))) : []
  return {
    host,
    path,
    state: act?.state ?? 'missing',
    note: act?.note ?? null,
    disabledBy: disabledBy(host, read),
    denies: tried.length > 0 && tried.every(({ denies }) => denies),
    refusesAll: tried.find(({ refusesAll }) => refusesAll !== null)?.refusesAll ?? null,
  }
}

interface Started {
  argv: string[]
  root: string
  host: Host
}

/** Tells a hook of a deploy, and then of something harmless: one that refuses that as well has no guard behind it. */
const tryCommand = async (call: Call, started: Started): Promise<{ denies: boolean; refusesAll: string | null }> => {
  const canary = canaryFor(started.host, started.root)
  const answer = await ask(call, started, canary)
  const denies = isDenied(started.host, answer)
  const why = denies ? withoutAnswer(answer) : null
  if (!denies || why !== null) return { denies, refusesAll: why }
  const harmless = await ask(call, started, canary.replace(CANARY, 'ls'))
  return { denies, refusesAll: isDenied(started.host, harmless) ? lineOf(harmless) : null }
}

const lineOf = ({ stdout, stderr }: Answer): string => (stderr.trim() || stdout.trim()).split('\n')[0]?.slice(0, 160) ?? ''

const ask = async (call: Call, { argv, root }: Started, input: string): Promise<Answer> => {
  const env = Object.entries({ ...call.env, CLAUDE_PROJECT_DIR: root }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  )
  return makeProcesses(call.mask).capture({
    argv,
    cwd: root,
    env: Object.fromEntries(env),
    input,
    timeoutMs: CANARY_MS,
    maxBytes: MOST_BYTES,
  })
}
