import type { Function as ShellFunction } from 'unbash'
import { CLEAR, type Reading, type World } from '../reading.ts'

/** Stands in a text for what only the run knows: the output of a program, a variable nobody set. A private character, and one a shell reads as a plain one. */
export const HOLE = '\uE000'

/** How much one line may make us read; hostile ones ask for more. */
export const LIMITS = {
  steps: 6_000,
  chars: 4_000_000,
  bytes: 1_500_000,
  files: 64,
  depth: 24,
  calls: 4,
  alternatives: 4,
  words: 24,
  text: 65_536,
} as const

/** Where the reading of a line stands: what the shell would know at this point, and what was found so far. */
export interface Shell {
  world: World
  /** Null after a `cd` to nobody knows where. */
  cwd: string | null
  /** Each with all that it may hold, the likeliest first: more than one where a condition decides. */
  vars: Map<string, readonly (readonly string[])[]>
  aliases: Map<string, string>
  functions: Map<string, ShellFunction['body']>
  /** Functions and aliases that are being run, so that one which calls itself ends. */
  running: string[]
  /** What the line itself has written, by path. */
  files: Map<string, string>
  /** What was read from the disk, by path. */
  disk: Map<string, string | null>
  positional: readonly string[]
  stdin: string | null
  /** Which of a variable's values is tried. */
  choice: number
  /** The most values any variable had that was asked for. */
  widest: number
  /** Inside how many conditions. */
  maybe: number
  through: string[]
  left: { steps: number; chars: number; bytes: number; files: number }
  depth: number
  /** Inside how many scripts from the disk that name neither fly nor a deploy: what they make at run time is their own affair. */
  harmless: number
  found: Reading
  /** Something in it is no shell this reader understands. */
  broken: boolean
  /** Reads the shell lines of aliases and of pipelines' jobs. */
  readLine: (line: string, world: World) => Reading
  /** Runs the finished words of a command, aliases and functions among them; tells what they print, as far as that is known. */
  call: (argv: readonly string[], stdin: string | null) => string
  /** Runs a program or a builtin, as what stands in front of another does: no alias and no function is asked. */
  run: (argv: readonly string[], stdin: string | null) => string
  /** Runs shell text, in a shell of its own that knows what this one knows. `label` says where the text was found. */
  text: (text: string, label: string | null, positional?: readonly string[], stdin?: string | null) => string
}

export const openShell = (world: World, parts: Pick<Shell, 'call' | 'run' | 'text' | 'readLine'>): Shell => ({
  world,
  cwd: world.cwd,
  vars: new Map(),
  aliases: new Map(),
  functions: new Map(),
  running: [],
  files: new Map(),
  disk: new Map(),
  positional: [],
  stdin: null,
  choice: 0,
  widest: 1,
  maybe: 0,
  through: [],
  left: { steps: LIMITS.steps, chars: LIMITS.chars, bytes: LIMITS.bytes, files: LIMITS.files },
  depth: 0,
  harmless: 0,
  found: CLEAR,
  broken: false,
  ...parts,
})

/** A deploy ends the search; so does a line that asks for too much. */
export const isOver = (shell: Shell): boolean => shell.found.verdict === 'deploy' || shell.left.steps <= 0

/** Keeps the worst that was found, the first of its kind. */
export const note = (shell: Shell, reading: Reading): void => {
  if (reading.verdict === 'clear' || shell.found.verdict === 'deploy') return
  if (reading.verdict === 'opaque' && shell.found.verdict === 'opaque') return
  shell.found = { ...reading, through: [...shell.through.slice(0, 8), ...reading.through] }
}

const SECRET = /^(?<name>-{0,2}[\w.-]{1,40}=).+$/s

/** Words as a person would type them, without values that may be secret. */
const shown = (argv: readonly string[]): string =>
  argv
    .slice(0, 8)
    .map((word) => word.replace(SECRET, '$<name>…').replaceAll(HOLE, '…'))
    .map((word) => (word.length > 40 ? `${word.slice(0, 39)}…` : word))
    .join(' ')
    .slice(0, 120)

/** Notes that what runs cannot be read. */
export const noteUnreadable = (shell: Shell, argv: readonly string[], because: string): void =>
  note(shell, { verdict: 'opaque', way: 'unreadable', command: shown(argv), through: [], because })

/** Goes one level deeper, named `label` where it is worth telling; not below the limit. */
export const deeper = <T>(shell: Shell, label: string | null, otherwise: T, act: () => T): T => {
  if (shell.depth >= LIMITS.depth) {
    noteUnreadable(shell, [label ?? '…'], 'it is nested too deep to be read')
    return otherwise
  }
  shell.depth += 1
  if (label !== null) shell.through.push(label)
  const told = act()
  if (label !== null) shell.through.pop()
  shell.depth -= 1
  return told
}

/** What lies under a name: the line's own variables, then those of the process. Undefined where nobody set it. */
export const lookUp = (shell: Shell, name: string): readonly string[] | undefined => {
  const values = shell.vars.get(name)
  if (values === undefined) {
    const value = shell.world.env[name]
    return value === undefined ? undefined : [value]
  }
  shell.widest = Math.max(shell.widest, values.length)
  return values[Math.min(shell.choice, values.length - 1)]
}

/** Sets a variable; under a condition what it held before stays possible. */
export const assign = (shell: Shell, name: string, value: readonly string[]): void => {
  const before = shell.maybe > 0 ? (shell.vars.get(name) ?? []) : []
  shell.vars.set(name, [value, ...before].slice(0, LIMITS.alternatives))
}

/** Counts what expansions make: a line that doubles a text again and again asks for too much. */
export const charge = (shell: Shell, texts: readonly string[]): readonly string[] => {
  for (const text of texts) shell.left.chars -= text.length
  shell.left.steps = shell.left.chars < 0 ? 0 : shell.left.steps - 1
  return shell.left.chars < 0 ? [HOLE] : texts
}

/** Text is cut where nobody could read it anyway. */
export const bounded = (text: string): string => (text.length > LIMITS.text ? `${text.slice(0, LIMITS.text)}${HOLE}` : text)
