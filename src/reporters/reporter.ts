import type { Event } from '../events.ts'

/** A view of a run. It listens and writes; it decides nothing, and a run without one ends the same. */
export interface Reporter {
  emit(event: Event): void
  /** Makes room for a question: nothing is drawn over until the next event. */
  hush(): Promise<void>
  /** Writes what is left. */
  close(): Promise<void>
}

/** How a line feels; terminals turn it into colour, nobody else does. */
export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'dim' | 'strong'

/** A line to show, without its newline. */
export interface Line {
  text: string
  tone: Tone
}

export const line = (text: string, tone: Tone = 'plain'): Line => ({ text, tone })
