import { type Leaves, put, unquoted } from './leaves.ts'

interface Open {
  indent: number
  path: string
}

/** A text over several lines that belongs to a key. */
interface Block {
  indent: number
  path: string
  lines: string[]
}

/** `key: |`, also with a tag. */
const BLOCK = /^(?:![\w!:./-]*\s+)?[|>][+\-\d]*\s*(?:#.*)?$/

/**
 * Values by dotted key of a YAML text, line by line: enough for files that a tool writes, in linear time, and it cannot fail. Flow style and anchors
 * are left as text.
 */
export const yamlLeaves = (text: string): Leaves => {
  const leaves: Leaves = new Map()
  const state: { open: Open[]; block: Block | null } = { open: [], block: null }
  const end = (): void => {
    if (state.block) put(leaves, state.block.path, state.block.lines.join('\n'))
    state.block = null
  }
  for (const line of text.split('\n')) {
    const body = line.trim()
    const indent = line.length - line.trimStart().length
    if (state.block && (body === '' || indent > state.block.indent)) state.block.lines.push(body)
    else if (body !== '' && body[0] !== '#') {
      end()
      if (body === '---') state.open = []
      else state.block = oneLine(leaves, state, indent, body)
    }
  }
  end()
  return leaves
}

/** Takes one line in. Gives the block that begins with it. */
const oneLine = (leaves: Leaves, state: { open: Open[] }, indent: number, body: string): Block | null => {
  let [at, rest, item] = [indent, body, false]
  while (rest.startsWith('- ')) {
    const inner = rest.slice(2).trimStart()
    at += rest.length - inner.length
    rest = inner
    item = true
  }
  // An item of a list may stand as far left as the key it belongs to.
  while (state.open.length > 0 && (item ? state.open.at(-1)!.indent > indent : state.open.at(-1)!.indent >= at)) state.open.pop()
  const above = pathOf(state.open, item)
  const cut = keyEnd(rest)
  if (cut === -1) {
    if (item) put(leaves, above, unquoted(rest))
    return null
  }
  const key = unquoted(rest.slice(0, cut))
  const path = above === '' ? key : `${above}.${key}`
  if (item) state.open.push({ indent: at - 1, path: above })
  return takeValue(leaves, state, { indent: at, path }, rest.slice(cut + 1).trim())
}

const takeValue = (leaves: Leaves, state: { open: Open[] }, open: Open, value: string): Block | null => {
  if (BLOCK.test(value.slice(0, 100))) return { ...open, lines: [value] }
  if (value === '' || value[0] === '#') state.open.push(open)
  else put(leaves, open.path, unquoted(value))
  return null
}

const pathOf = (open: readonly Open[], item: boolean): string => {
  const path = open.at(-1)?.path ?? ''
  return item && !path.endsWith('[]') ? `${path}[]` : path
}

/** Where the key ends; -1 where the line has none. */
const keyEnd = (text: string): number => {
  const quote = text[0]
  const from = quote === '"' || quote === "'" ? text.indexOf(quote, 1) + 1 : 0
  const cut = text.indexOf(': ', from)
  if (cut !== -1) return cut
  return text.endsWith(':') ? text.length - 1 : -1
}
