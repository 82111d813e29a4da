import type { Clock, Http } from '../ports.ts'
import type { Forwarder } from '../ports-relay.ts'
import type { Policy } from './policy.ts'
import type { SteadyClock } from './steady-clock.ts'

/** A line of the log: what happened, without any text of a message. */
export interface Note {
  what: 'listening' | 'window' | 'post' | 'trouble' | 'journal' | 'stopped'
  text: string
  app?: string
  channel?: string
}

/** The world of a running relay. */
export interface World {
  policy: Policy
  version: string
  clock: SteadyClock
  /** Milliseconds that only count up. */
  running(): number
  sleep: Clock['sleep']
  /** Between 0 and 1. */
  random(): number
  forwarder: Forwarder
  http: Pick<Http, 'send'>
  note(note: Note): void
}
