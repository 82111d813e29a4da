import { type GuardError, isGuardError } from '../errors.ts'
import type { Serving } from '../model.ts'
import type { Desk } from './desk.ts'
import { driftSince } from './drift.ts'
import { closeOpen } from './open.ts'
import { platformUnreadable } from './unreadable.ts'

/** What the platform shows, against what the ledger knows. */
export interface Live {
  serving: Serving | null
  /** What moved without stopping a deploy, each a sentence part. */
  drift: string[]
  /** Something else serves: what the next deploy would be told. */
  refused: GuardError | null
}

/** Settles what was interrupted, then compares the platform with the ledger. @throws what the platform's reading says */
export const lookLive = async (desk: Desk): Promise<Live> => {
  const tip = await closeOpen(desk)
  const reading = await desk.target.read({ full: true })
  if (!reading.ok) throw platformUnreadable(desk, reading, 'The platform could not be read, so what serves now is not known.')
  const serving = desk.target.servingOf(reading.truth)
  try {
    const { notes } = driftSince(desk, tip, reading.truth, false)
    return { serving, drift: notes.flatMap((note) => (note.type === 'note.added' ? [note.text] : [])), refused: null }
  } catch (error) {
    if (!isGuardError(error)) throw error
    return { serving, drift: [], refused: error }
  }
}
