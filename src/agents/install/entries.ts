import { type Node, plainOf, same } from './json-text.ts'
import { renderJson } from './layout.ts'

/** The launcher's place in the repository. An entry that runs it is ours, whatever else it says. */
export const LAUNCHER = '.safe-deploy/hook'

/** An entry that a hook file should hold: the last part of the list at this path. */
export interface Entry {
  path: readonly string[]
  value: unknown
}

/** What a hook file of ours is made of. */
export interface Shape {
  entries: readonly Entry[]
  /** Keys of the root that the host asks for; one that is there already stays as it is. */
  root: Readonly<Record<string, unknown>>
  /** Keys that only a file of our own gets. */
  own: Readonly<Record<string, unknown>>
}

/** Keys under which hosts keep the command of a hook. */
const COMMANDS = ['command', 'bash'] as const

/** The command of a hook of ours, or null. */
export const commandOf = (value: object): string | null => {
  const commands = COMMANDS.map((key) => (value as Record<string, unknown>)[key])
  return commands.find((one): one is string => typeof one === 'string' && one.includes(LAUNCHER)) ?? null
}

/** Every hook of ours in a value, at any depth. */
export const oursIn = (value: unknown): object[] => {
  if (typeof value !== 'object' || value === null) return []
  return commandOf(value) === null ? Object.values(value).flatMap(oursIn) : [value]
}

/** The part at a path of keys, as deep as it goes. @returns it and how many keys it took */
export const reach = (root: Node, path: readonly string[]): { node: Node; depth: number } => {
  let node = root
  for (const [depth, key] of path.entries()) {
    const member: Node | undefined = node.kind === 'object' ? node.members.find((one) => one.key === key)?.value : undefined
    if (!member) return { node, depth }
    node = member
  }
  return { node, depth: path.length }
}

/** True when a file holds every entry as it should be, and nothing else of ours. */
export const holdsAll = (root: Node, { entries, root: wanted }: Shape): boolean => {
  const whole = entries.every(({ path, value }) => {
    const { node, depth } = reach(root, path)
    return depth === path.length && node.kind === 'array' && node.items.some((item) => same(plainOf(item), value))
  })
  const keys = root.kind === 'object' ? root.members.map(({ key }) => key) : []
  return whole && oursIn(plainOf(root)).length === oursIn(entries).length && Object.keys(wanted).every((key) => keys.includes(key))
}

/** The file as it is where there was none. */
export const freshValue = ({ entries, root, own }: Shape): Record<string, unknown> => {
  const value: Record<string, unknown> = { ...root, ...own }
  for (const { path, value: entry } of entries) {
    let holder = value
    for (const key of path.slice(0, -1)) {
      holder[key] ??= {}
      holder = holder[key] as Record<string, unknown>
    }
    const last = path.at(-1) ?? ''
    holder[last] = [...((holder[last] as unknown[]) ?? []), entry]
  }
  return value
}

/** The file where there was none. */
export const freshJson = (shape: Shape): string => `${renderJson(freshValue(shape), { eol: '\n', unit: '  ', flat: false })}\n`

/** An entry in the containers that are not there yet. */
export const wrapped = (path: readonly string[], value: unknown): unknown =>
  path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), [value])
