/** Values by dotted key; a list is one key (`hosts[]`), so that an item more is no change of all that follow. */
export type Leaves = Map<string, string>

/** Deeper than anybody writes secrets. */
const DEEP = 40

/** The leaves that a test lets through, under the names it gives them (null: not this one). */
export const pick = (leaves: Leaves, name: (key: string, value: string) => string | null): Leaves => {
  const picked: Leaves = new Map()
  for (const [key, value] of leaves) {
    const named = name(key, value)
    if (named !== null) put(picked, named, value)
  }
  return picked
}

/** Sets a value, or adds it to those of the same name: items of one list, documents of one file. */
export const put = (leaves: Leaves, key: string, value: string): void => {
  const before = leaves.get(key)
  leaves.set(key, before === undefined ? value : `${before}\n${value}`)
}

/** Leaves of a JSON text; none where it is not JSON. */
export const jsonLeaves = (text: string): Leaves => {
  const leaves: Leaves = new Map()
  const walk = (value: unknown, path: string, depth: number): void => {
    if (typeof value !== 'object' || value === null) put(leaves, path, String(value))
    else if (depth > DEEP) return
    else if (Array.isArray(value)) for (const item of value) walk(item, `${path}[]`, depth + 1)
    else for (const [key, inner] of Object.entries(value)) walk(inner, path === '' ? key : `${path}.${key}`, depth + 1)
  }
  try {
    walk(JSON.parse(text), '', 0)
  } catch {
    return new Map()
  }
  return leaves
}

const PAIR = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*=\s*(.*)$/
const SECTION = /^\s*\[([^\]\n]+)\]/

/** Leaves of lines `KEY=value`, under their `[section]` where there are any. */
export const pairLeaves = (text: string): Leaves => {
  const leaves: Leaves = new Map()
  let section = ''
  for (const line of text.split('\n')) {
    const [, key, value] = PAIR.exec(line.slice(0, 100_000)) ?? []
    if (key !== undefined) put(leaves, section + key, unquoted(value!))
    else if (SECTION.test(line)) section = `${SECTION.exec(line)![1]!}.`
  }
  return leaves
}

/** A value without the quotes around it. */
export const unquoted = (value: string): string => {
  const text = value.trim()
  const quote = text[0]
  return text.length > 1 && (quote === '"' || quote === "'") && text.endsWith(quote) ? text.slice(1, -1) : text
}
