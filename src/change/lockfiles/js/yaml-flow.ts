import { UnreadableLock } from '../lock.ts'
import { refuse } from './yaml-lines.ts'
import { readQuoted } from './yaml-quoted.ts'
import { put, type Yaml, type YamlMap } from './yaml-value.ts'

const DEEPEST = 64

/**
 * A flow collection or a quoted text, which may span lines.
 * @returns it, and the place behind it
 */
export const readFlow = (text: string, at: number, depth: number): [Yaml, number] => {
  if (depth > DEEPEST) throw new UnreadableLock('it is nested too deep')
  const first = text[at]
  if (first === '{') return readMap(text, at, depth)
  if (first === '[') return readList(text, at, depth)
  return first === '"' || first === "'" ? readQuoted(text, at) : readPlain(text, at)
}

const readMap = (text: string, open: number, depth: number): [YamlMap, number] => {
  const map: YamlMap = {}
  let at = skip(text, open + 1)
  while (text[at] !== '}') {
    const [key, colon] = text[at] === '"' || text[at] === "'" ? readQuoted(text, at) : readPlain(text, at)
    if (text[colon] !== ':') refuse(text, colon)
    const [value, end] = readFlow(text, skip(text, colon + 1), depth + 1)
    put(map, key, value, text, at)
    at = behindComma(text, end, '}')
  }
  return [map, at + 1]
}

const readList = (text: string, open: number, depth: number): [Yaml[], number] => {
  const list: Yaml[] = []
  let at = skip(text, open + 1)
  while (text[at] !== ']') {
    const [value, end] = readFlow(text, at, depth + 1)
    list.push(value)
    at = behindComma(text, end, ']')
  }
  return [list, at + 1]
}

const behindComma = (text: string, end: number, close: string): number => {
  const at = skip(text, end)
  if (text[at] === ',') return skip(text, at + 1)
  return text[at] === close ? at : refuse(text, at)
}

const skip = (text: string, from: number): number => {
  let at = from
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r') at++
  return at
}

/** What ends a plain text in a collection. */
const STOP = /[,[\]{}\n]|:(?=[\s,[\]{}]|$)/g
const NOT_PLAIN = /^$|^[&*!|>%@`"'#]|^[-?](?:\s|$)|\s#/

/** No plain text of these tools spans lines inside a collection. */
const readPlain = (text: string, from: number): [string, number] => {
  STOP.lastIndex = from
  const at = STOP.exec(text)?.index ?? text.length
  const plain = text.slice(from, at).trimEnd()
  return NOT_PLAIN.test(plain) ? refuse(text, from) : [plain, at]
}
