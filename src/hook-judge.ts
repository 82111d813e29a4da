import { makeWorld, namesIn, peek } from './adapters/world.ts'
import type { Asked } from './agents/hosts/asked.ts'
import { type Halted, haltRound } from './agents/hosts/halt.ts'
import { judge } from './agents/hosts/judge.ts'

/** As much as a state may hold. */
const STATE_BYTES = 16 * 1024 * 1024

/** How the clone round a folder stands, by its own memory. */
export const haltAt = (folder: string): Halted | null => haltRound(folder, { read: (path) => peek(path, STATE_BYTES), list: namesIn })

/** The second step of the hook: all that a payload needs which may matter. @returns why it is denied, or null */
export const judgeHere = (asked: Asked, at: { cwd: string; env: NodeJS.ProcessEnv; strict: boolean }): string | null =>
  judge(asked, { world: makeWorld(at.cwd, at.env), halted: () => haltAt(at.cwd), strict: at.strict })
