import type { Answer } from './agents/hosts/answer.ts'
import { contextAnswer } from './agents/hosts/context.ts'
import type { Payload } from './agents/hosts/speaker.ts'
import { haltAt } from './hook-judge.ts'

/** Tells a session of a halt as it begins. @param cwd where the session is */
export const contextHere = (payload: Payload | null, cwd: string): Answer => contextAnswer(payload, haltAt(cwd))
