import { isTable, type Table } from '../../fly-file.ts'
import { UnreadableLock } from '../lock.ts'
import { lineAt } from './open.ts'

/**
 * A JSON object; keys like `__proto__` are its own, so look names up in a Map or with Object.hasOwn.
 * @throws UnreadableLock with the line, where the parser names one
 */
export const parseObject = (text: string): Table => {
  const value = parse(text)
  if (!isTable(value)) throw new UnreadableLock('it is not a JSON object')
  return value
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw unreadable(text, error instanceof Error ? error.message : '')
  }
}

/** The parser's own words quote the file, so only the position is taken from them. */
const unreadable = (text: string, message: string): UnreadableLock => {
  if (text.trim() === '') return new UnreadableLock('it is empty')
  const position = /at position (\d+)/.exec(message)?.[1]
  const end = text.trimEnd().length
  const at = position === undefined ? end : Number(position)
  return at >= end ? new UnreadableLock('it ends too early', lineAt(text, end)) : new UnreadableLock('it is not JSON', lineAt(text, at))
}

/** The texts of an object by key; what is no text is left out. */
export const textsOf = (value: unknown): [string, string][] => (isTable(value) ? Object.entries(value).filter(isTextPair) : [])
const isTextPair = (pair: [string, unknown]): pair is [string, string] => typeof pair[1] === 'string'

/** The objects of an object by key. */
export const tablesOf = (value: unknown): [string, Table][] => (isTable(value) ? Object.entries(value).filter(isTablePair) : [])
const isTablePair = (pair: [string, unknown]): pair is [string, Table] => isTable(pair[1])
