import { isGuardError } from '../errors.ts'
import type { StageName } from '../model.ts'
import type { Desk } from './desk.ts'

/** The five stages, in order, with the question each answers. */
const STAGES: Readonly<Record<StageName, { title: string; asks: string }>> = {
  stop: { title: 'STOP', asks: 'may anything be deployed now?' },
  read: { title: 'READ', asks: 'what was working, what changed?' },
  isolate: { title: 'ISOLATE', asks: 'is this one change, and only that?' },
  test: { title: 'TEST', asks: 'does it work here, by itself?' },
  deploy: { title: 'DEPLOY', asks: 'once, and is it really running?' },
}

/** What a stage hands on, and the one line it leaves on the screen; empty where its events have said it all. */
export interface Done<T> {
  value: T
  line: string
  skipped?: true
}

/** Runs one stage between its events. An expected ending is told as the stage's end and thrown on. */
export const within = async <T>(desk: Pick<Desk, 'emit'>, stage: StageName, run: () => Promise<Done<T>>): Promise<T> => {
  desk.emit({ type: 'stage.started', stage, title: STAGES[stage].title })
  try {
    const { value, line, skipped } = await run()
    desk.emit({ type: 'stage.ended', stage, status: skipped ? 'skipped' : 'ok', line })
    return value
  } catch (error) {
    const refusal = isGuardError(error) ? error.refusal : null
    const refused = refusal !== null && [10, 12, 13, 14, 64, 69].includes(refusal.exit)
    desk.emit({ type: 'stage.ended', stage, status: refused ? 'refused' : 'failed', line: refused ? `refused: ${refusal.code}` : '' })
    throw error
  }
}
