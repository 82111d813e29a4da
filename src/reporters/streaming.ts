import type { Event } from '../events.ts'
import { childLines } from './plain.ts'

/** Lines of a child that are told when it has ended, and characters of each. */
const LAST = 5
const WIDTH = 300

type Output = Extract<Event, { type: 'output' }>

/** What a child has printed, in place of what it printed: the whole is in its log. */
export interface Told {
  source: Output['source']
  name: string
  lines: number
  /** Its last lines, masked, each cut. */
  last: string[]
  /** Where all of it is, masked; absent where it is kept nowhere. */
  log?: string
}

export interface Streaming {
  take(event: Output): void
  /** The child that prints now; null where none does. */
  now(): Told | null
  /** Forgets the child that printed, and tells what it was. */
  end(): Told | null
}

const cut = (text: string): string => (text.length > WIDTH ? `${text.slice(0, WIDTH)}…` : text)

/** Follows children by what they print; keeps a few lines of the one that prints now. */
export const makeStreaming = (): Streaming => {
  const at: { told: Told | null } = { told: null }
  return {
    take: ({ source, name, text, log }) => {
      const before: Told = at.told ?? { source, name, lines: 0, last: [], ...(log === undefined ? {} : { log }) }
      const lines = childLines(text)
      const last = [...before.last, ...lines.slice(-LAST).map(cut)].filter((line) => line.trim() !== '').slice(-LAST)
      at.told = { ...before, lines: before.lines + lines.length, last }
    },
    now: () => at.told,
    end: () => {
      const { told } = at
      at.told = null
      return told
    },
  }
}
