import type { Event } from '../events.ts'
import type { StageName } from '../model.ts'
import type { Clock } from '../ports.ts'
import type { Told } from './streaming.ts'

const BEAT_MS = 15_000

/** Calls `beat` every so often until the returned function is called; keeps no process alive. */
const every = (seconds: string | undefined, beat: () => void): (() => void) => {
  const asked = Number(seconds)
  const timer = setInterval(beat, asked >= 1 && asked <= 3600 ? asked * 1000 : BEAT_MS)
  timer.unref()
  return () => clearInterval(timer)
}

export interface Heart {
  take(event: Event): void
  stop(): void
}

/**
 * Says that a run goes on, in which stage and with which child, while nothing else is said: who waits for a long deploy can tell it from one that hangs.
 * @param child what prints right now
 * @param seconds how often, if not every 15
 */
export const makeHeart = (
  clock: Pick<Clock, 'now'>,
  child: () => Told | null,
  write: (fields: Record<string, unknown>) => void,
  seconds?: string,
): Heart => {
  const at: { stage: StageName | null; began: number; waiting: string | null } = { stage: null, began: clock.now(), waiting: null }
  const beat = () => {
    const told = child()
    write({
      type: 'heartbeat',
      stage: at.stage,
      elapsed_ms: clock.now() - at.began,
      lines: told?.lines ?? 0,
      last: told?.last.at(-1) ?? at.waiting,
      ...(told ? { source: told.source, name: told.name } : {}),
      ...(told?.log ? { log: told.log } : {}),
    })
  }
  const stop = every(seconds, beat)
  return {
    stop,
    take: (event) => {
      if (event.type === 'stage.started') Object.assign(at, { stage: event.stage, began: clock.now(), waiting: null })
      if (event.type === 'waiting') at.waiting = event.text
      if (event.type === 'done') stop()
    },
  }
}
