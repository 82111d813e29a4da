import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** One process as the system lists it. `session` is 0 where the system does not tell. `id` tells it from a later one with the same pid. */
interface Row {
  pid: number
  parent: number
  group: number
  session: number
  id: string
}

/** A process of a tree; `grouped`: a signal to the group reaches it. */
export interface Living {
  pid: number
  grouped: boolean
}

/** Everything that one child started, told apart from the rest of the machine. */
export interface Tree {
  /** The child's pid; it leads its own process group and session. */
  root: number
  /** Value of MARK in the child's environment, inherited by what it starts. */
  mark: string
}

/** Name of a variable in a child's environment: finds what left its group and was adopted by init. Nothing ever reads a meaning from it. */
export const MARK = 'SAFE_DEPLOY_CHILD'

/** A fresh value for MARK. */
export const newMark = (): string => randomBytes(12).toString('hex')

/** The fields after the program's name in parentheses, which may itself hold spaces and parentheses: proc(5). Zombies are gone already. */
const parseStat = (pid: number, stat: string): Row | null => {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (fields[0] === 'Z' || fields[0] === 'X') return null
  const [parent = 0, group = 0, session = 0] = fields.slice(1, 4).map(Number)
  return { pid, parent, group, session, id: `${pid}:${fields[19] ?? ''}` }
}

const readOr = (file: string): string => {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}

const fromProc = (): Row[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), stat: readOr(`/proc/${name}/stat`) }))
    .flatMap(({ pid, stat }) => (stat ? (parseStat(pid, stat) ?? []) : []))

const fromPs = (): Row[] =>
  (spawnSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat='], { encoding: 'utf8', timeout: 5000 }).stdout ?? '')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((cells) => cells.length === 4 && !cells[3]?.startsWith('Z'))
    .map(([pid, parent, group]) => ({ pid: Number(pid), parent: Number(parent), group: Number(group), session: 0, id: String(pid) }))

const table = (): Row[] => (existsSync('/proc/self/stat') ? fromProc() : fromPs())

const carries = (pid: number, mark: string): boolean => readOr(`/proc/${pid}/environ`).includes(`${MARK}=${mark}`)

/**
 * How far a tree reaches. `session`: its process group and session; who left both did so on purpose (a daemon, a platform's agent).
 * `all`: also its descendants, and whatever carries its mark (a read per process of the machine).
 */
export type Reach = 'session' | 'all'

const withDescendants = (rows: readonly Row[], roots: readonly Row[]): Row[] => {
  const found = new Set(roots)
  const pids = new Set(roots.map((row) => row.pid))
  for (let grew = true; grew; ) {
    const children = rows.filter((row) => !found.has(row) && pids.has(row.parent))
    for (const row of children) found.add(row)
    for (const row of children) pids.add(row.pid)
    grew = children.length > 0
  }
  return [...found]
}

/**
 * What of a tree is alive now, by id. Zombies are not.
 * @param before ids seen earlier, still of the tree although their parent is gone
 */
export const alive = ({ root, mark }: Tree, reach: Reach, before: ReadonlySet<string> = new Set()): Map<string, Living> => {
  const rows = table().filter((row) => row.pid !== process.pid)
  const inside = (row: Row) => row.pid === root || row.group === root || row.session === root || before.has(row.id)
  const found =
    reach === 'session'
      ? rows.filter(inside)
      : withDescendants(
          rows,
          rows.filter((row) => inside(row) || carries(row.pid, mark)),
        )
  return new Map(found.map((row) => [row.id, { pid: row.pid, grouped: row.group === root }]))
}

/** Sends a signal to the group in one call, so that a fork in between does not escape. */
export const signalGroup = (root: number, signal: NodeJS.Signals): void => send(-root, signal)

/** Sends a signal to each; who is gone or not ours is left out. */
export const signalEach = (living: Iterable<Living>, signal: NodeJS.Signals): void => {
  for (const { pid } of living) send(pid, signal)
}

const send = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal)
  } catch {
    // gone, or not ours to end: `alive` will name it
  }
}
