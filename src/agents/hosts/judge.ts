import { readFlyTool } from '../fly-mcp.ts'
import { readFileTool, readWrites } from '../guard-files/read-writes.ts'
import { CLEAR, type Reading, type World } from '../reading.ts'
import { readCommand } from '../shell/read-command.ts'
import type { Asked } from './asked.ts'
import { denialText } from './denial.ts'
import type { Halted } from './halt.ts'

/**
 * What a shell line would do, to production and to the guard's own files.
 * @param ownFiles may it name one of them?
 */
export const readLine = (line: string, world: World, ownFiles = true): Reading => {
  const read = readCommand(line, world)
  if (read.verdict === 'deploy' || !ownFiles) return read
  const guard = readWrites(line, world.cwd)
  return guard === CLEAR ? read : guard
}

type Readable = Exclude<Asked, { kind: 'unreadable' }>

interface Around {
  world: World
  halted: () => Halted | null
  strict: boolean
  /** May a shell line name one of the guard's own files? */
  ownFiles: boolean
}

const readingOf = (asked: Readable, { world, ownFiles }: Around): Reading => {
  if (asked.kind === 'shell') return readLine(asked.line, world, ownFiles)
  if (asked.kind === 'write') return readFileTool(asked.paths, world.cwd)
  return asked.kind === 'tool' ? readFlyTool(asked.name) : CLEAR
}

/**
 * A deploy is denied; what may be one only while halted or in strict mode.
 * @param halted asked only where that decides or shows
 */
export const denialOf = (reading: Reading, halted: () => Halted | null, strict: boolean): string | null => {
  if (reading.verdict === 'clear') return null
  const halt = halted()
  return reading.verdict === 'deploy' || halt || strict ? denialText(reading, halt) : null
}

/** Why it is denied, or null. */
export const judge = (asked: Readable, around: Around): string | null => denialOf(readingOf(asked, around), around.halted, around.strict)
