import { isTable, type Table } from '../fly-file.ts'
import { parseToml } from '../parse-toml.ts'
import { intact, lineAt } from './intact.ts'
import { UnreadableLock } from './lock.ts'

/** @throws UnreadableLock */
export const jsonTable = (text: string): Table => {
  const whole = intact(text)
  try {
    return tableOrThrow(JSON.parse(whole))
  } catch (error) {
    if (error instanceof UnreadableLock) throw error
    const at = /at position (\d+)/.exec(String(error))?.[1]
    throw new UnreadableLock('it is not valid JSON, or is cut short', at ? lineAt(whole, Number(at)) : null)
  }
}

/** @throws UnreadableLock */
export const tomlTable = async (text: string): Promise<Table> => {
  const whole = withoutFiles(intact(text))
  try {
    return tableOrThrow(await parseToml(whole))
  } catch (error) {
    if (error instanceof UnreadableLock) throw error
    const { line } = error as { line?: unknown }
    throw new UnreadableLock('it is not valid TOML, or is cut short', typeof line === 'number' ? line : null)
  }
}

/** A manifest beside a lockfile; null where there is none or it cannot be read, which is not the lockfile's fault. */
export const manifestToml = async (text: string | null): Promise<Table | null> => (text === null ? null : tomlTable(text).catch(() => null))

/** The same of JSON. */
export const manifestJson = (text: string | null): Table | null => {
  try {
    return text === null ? null : jsonTable(text)
  } catch {
    return null
  }
}

/** The texts of a list; none where it is none. */
export const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [])

const tableOrThrow = (value: unknown): Table => {
  if (isTable(value)) return value
  throw new UnreadableLock('it is not a table')
}

const LIST = /^(?:files|wheels) = \[\s*$/

/**
 * Empties the lines that name downloads and their hashes: most of a lockfile of Python, and nothing that is asked of it. What uv, poetry, pdm and cargo write
 * has no text of several lines; where there is one all the same, all is parsed. Lines keep their numbers.
 */
export const withoutFiles = (text: string): string => {
  if (text.includes('"""') || text.includes("'''")) return text
  let inside = false
  let section = false
  const lines = text.split('\n').map((line) => {
    if (line.startsWith('[')) section = line.startsWith('[metadata.files]')
    if (inside) inside = !line.startsWith(']')
    else if (LIST.test(line)) inside = true
    else return section || line.startsWith('sdist = ') || line.startsWith('checksum = ') ? '' : line
    return ''
  })
  if (inside) throw new UnreadableLock('it ends within a list', lines.length)
  return lines.join('\n')
}
