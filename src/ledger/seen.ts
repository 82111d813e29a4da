import type { Files } from '../ports.ts'
import { parseState } from './parse.ts'
import type { Core, State } from './state.ts'

/** The last state of a ledger that this clone saw, kept beside it. All null: something was kept, and it cannot be read. */
export interface Seen {
  at: string | null
  oid: string | null
  /** The remote it is shared through; null: it is in this clone alone. */
  place: string | null
  state: State | null
  core: Core | null
}

/** @returns null only where nothing was ever kept: a file that cannot be read still says that there was a ledger */
export const readSeen = async (files: Files, path: string): Promise<Seen | null> => {
  try {
    const text = await files.readText(path)
    return text === null ? null : parseSeen(text)
  } catch {
    return UNREADABLE
  }
}

const UNREADABLE: Seen = { at: null, oid: null, place: null, state: null, core: null }

const parseSeen = (text: string): Seen => {
  const { at, oid, place, state } = JSON.parse(text)
  const parsed = parseState(JSON.stringify(state ?? null))
  if (parsed.kind === 'broken' || typeof at !== 'string') return UNREADABLE
  const known = { at, oid: typeof oid === 'string' ? oid : null, place: typeof place === 'string' ? place : null }
  return parsed.kind === 'ok' ? { ...known, state: parsed.state, core: parsed.state.core } : { ...known, state: null, core: parsed.core }
}
