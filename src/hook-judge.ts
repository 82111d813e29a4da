import { makeWorld, namesIn, peek } from './adapters/world.ts'
import type { Asked } from './agents/hosts/asked.ts'
import { type Halted, haltRound } from './agents/hosts/halt.ts'
import { denialOf, judge, readLine } from './agents/hosts/judge.ts'
import type { Reading } from './agents/reading.ts'

/** As much as a state may hold. */
const STATE_BYTES = 16 * 1024 * 1024

interface At {
  cwd: string
  env: Readonly<Record<string, string | undefined>>
  strict: boolean
}

/** How the clone round a folder stands, by its own memory. */
export const haltAt = (folder: string): Halted | null => haltRound(folder, { read: (path) => peek(path, STATE_BYTES), list: namesIn })

/** The second step of the hook: all that a payload needs which may matter. @returns why it is denied, or null */
export const judgeHere = (asked: Exclude<Asked, { kind: 'unreadable' }>, at: At & { ownFiles: boolean }): string | null =>
  judge(asked, { world: makeWorld(at.cwd, at.env), halted: () => haltAt(at.cwd), strict: at.strict, ownFiles: at.ownFiles })

/** How a shell line is read here, and what the hook would say to it. */
export const explainHere = (line: string, at: At): { reading: Reading; halted: boolean; denial: string | null } => {
  const reading = readLine(line, makeWorld(at.cwd, at.env))
  const halted = haltAt(at.cwd)
  return { reading, halted: halted !== null, denial: denialOf(reading, () => halted, at.strict) }
}
