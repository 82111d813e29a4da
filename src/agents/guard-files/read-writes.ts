import { CLEAR, type Reading } from '../reading.ts'
import { holdsGuarded, isGuarded } from './guarded.ts'
import { type Simple, simpleCommands } from './simple-commands.ts'

const WRAPPERS = new Set(['sudo', 'doas', 'env', 'command', 'exec', 'nohup', 'time', 'nice', 'builtin', 'then', 'do', 'else', '!'])
const SHELLS = new Set(['bash', 'sh', 'zsh', 'dash'])
const REMOVE = new Set(['rm', 'rmdir', 'unlink', 'shred', 'mv', 'trash'])
const WRITE = new Set(['tee', 'truncate', 'chmod', 'chown', 'chattr', 'patch', 'ed', 'ex'])
/** Only what stands last is written. */
const COPY = new Set(['cp', 'install', 'ln', 'rsync'])
const GIT = new Set(['checkout', 'restore', 'rm', 'mv'])
const MOST_NESTED = 3

/** Files of the guard that a tool of the host is about to write. */
export const readFileTool = (paths: readonly string[], cwd: string): Reading => {
  const hit = paths.find((path) => isGuarded(path, cwd))
  return hit === undefined ? CLEAR : guardRead(`write ${hit}`)
}

/** Files of the guard that a shell line removes or writes, where it names them as they are. What programs do by themselves is not seen. */
export const readWrites = (line: string, cwd: string, depth = 0): Reading => {
  let here = cwd
  for (const simple of simpleCommands(line)) {
    const { name, args } = commandOf(simple)
    if (name === 'cd' && args[0]) here = /^[/~]/.test(args[0]) ? args[0] : `${here}/${args[0]}`
    const target = simple.to.find((path) => isGuarded(path, here))
    if (target !== undefined) return guardRead(`… > ${target}`)
    const hit = written(name, args, here)
    if (hit !== undefined) return guardRead(`${name} ${hit}`)
    const inner = depth < MOST_NESTED && SHELLS.has(name) ? args[args.findIndex((arg) => /^-[a-z]*c$/.test(arg)) + 1] : undefined
    if (inner !== undefined && args.some((arg) => /^-[a-z]*c$/.test(arg))) {
      const read = readWrites(inner, here, depth + 1)
      if (read !== CLEAR) return { ...read, through: [`${name} -c`, ...read.through] }
    }
  }
  return CLEAR
}

const commandOf = ({ words }: Simple): { name: string; args: string[] } => {
  const at = words.findIndex((word) => !WRAPPERS.has(word) && !/^[A-Za-z_]\w*=/.test(word) && !word.startsWith('-'))
  return at < 0 ? { name: '', args: [] } : { name: (words[at] ?? '').split('/').pop() ?? '', args: words.slice(at + 1) }
}

/** The first file of the guard that a command changes. */
const written = (name: string, args: readonly string[], cwd: string): string | undefined => {
  const files = args.filter((arg) => !arg.startsWith('-'))
  const guarded = (path: string): boolean => isGuarded(path, cwd)
  if (REMOVE.has(name)) return files.find((path) => holdsGuarded(path, cwd))
  if (WRITE.has(name)) return files.find(guarded)
  if (COPY.has(name)) return files.slice(-1).find(guarded)
  if (name === 'dd') return args.flatMap((arg) => (arg.startsWith('of=') ? [arg.slice(3)] : [])).find(guarded)
  if (name === 'sed' || name === 'perl') return args.some((arg) => /^(?:-[a-z]*i|--in-place)/.test(arg)) ? files.find(guarded) : undefined
  return name === 'git' && args.some((arg) => GIT.has(arg)) ? files.find(guarded) : undefined
}

const guardRead = (command: string): Reading => ({
  verdict: 'deploy',
  way: 'guard-files',
  command: command.slice(0, 120),
  through: [],
  because: "it changes the guard's own files",
})
