import type { DurableEvent } from './events.ts'
import { type Core, MEANING, type State } from './state.ts'

/** What a state.json turned out to be. `core` is there whenever status and rollback can still work. */
export type ParsedState = { kind: 'ok'; state: State } | { kind: 'newer'; core: Core; needs: number } | { kind: 'broken'; why: string }

const LIMIT = 16 * 1024 * 1024

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const nullable = (value: unknown): boolean => value === null || isRecord(value)

/**
 * Reads a state.json: the frozen core first, which every version can read.
 * @returns `newer` when the writer added meaning that this version does not know; `broken` with the reason otherwise
 */
export const parseState = (text: string): ParsedState => {
  if (text.length > LIMIT) return { kind: 'broken', why: 'state.json is larger than 16 MiB' }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { kind: 'broken', why: 'state.json is not JSON' }
  }
  if (!isRecord(value) || !isCore(value.core)) return { kind: 'broken', why: 'state.json has no readable core' }
  const needs = typeof value.needs === 'number' ? value.needs : Number.POSITIVE_INFINITY
  if (needs > MEANING) return { kind: 'newer', core: value.core, needs }
  return isState(value)
    ? { kind: 'ok', state: value as unknown as State }
    : { kind: 'broken', why: 'state.json lacks parts that this version needs' }
}

const isCore = (core: unknown): core is Core =>
  isRecord(core) &&
  core.v === 1 &&
  typeof core.ledger === 'string' &&
  typeof core.app === 'string' &&
  nullable(core.halt) &&
  nullable(core.incumbent) &&
  nullable(core.open) &&
  [core.halt, core.open].every((part) => !isRecord(part) || typeof part.since === 'string') &&
  (!isRecord(core.open) || (typeof core.open.deadline_s === 'number' && isRecord(core.open.intent))) &&
  Array.isArray(core.good) &&
  core.good.every(isGood)

/** What a rollback takes from a known good. */
const isGood = (good: unknown): boolean =>
  isRecord(good) &&
  [good.attempt, good.commit, good.at].every((part) => typeof part === 'string') &&
  isRecord(good.serving) &&
  typeof good.serving.id === 'string' &&
  isRecord(good.settings) &&
  Array.isArray(good.settings.probes)

const isState = (value: Record<string, unknown>): boolean =>
  typeof value.seq === 'number' &&
  typeof value.moved === 'number' &&
  Array.isArray(value.flushed) &&
  Array.isArray(value.failed) &&
  Array.isArray(value.tries) &&
  Array.isArray(value.condemned) &&
  [value.ack, value.freeze, value.incident, value.unproven, value.last, value.ended ?? null].every(nullable)

/** Reads a batch of events. @throws an Error that names the line which is no event of ours */
export const parseEvents = (text: string): DurableEvent[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, i) => {
      const event = parseLine(line)
      if (!isRecord(event) || typeof event.type !== 'string' || typeof event.id !== 'string' || typeof event.at !== 'string') {
        throw new Error(`line ${i + 1} is not an event`)
      }
      return event as unknown as DurableEvent
    })

const parseLine = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
