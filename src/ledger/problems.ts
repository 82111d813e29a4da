import { type GuardError, next, refuse } from '../errors.ts'

const RESTORE = ['safe-deploy', 'ledger', 'restore']
const meanwhile = next('go back to the last known good meanwhile', ['safe-deploy', 'rollback'])

/** The ledger was there and is not any more, or the ref that names it is damaged: `why` says how. */
export const gone = (found: { why: string | null; last: string | null; seenAt: string | null; id: string | null }): GuardError => {
  const { why, last, seenAt, id } = found
  const missing = seenAt ? `this clone used it until ${seenAt}` : id ? `the config names the ledger ${id}` : 'this clone used it before'
  const restore = last
    ? next(`put the ref back on the last commit this clone knows (${last.slice(0, 12)})`, RESTORE)
    : next(seenAt ? 'begin a new chain from the last state this clone saw' : 'run it in the clone that has the ledger', RESTORE)
  return refuse(why ? 'LEDGER_BROKEN' : 'LEDGER_MISSING', {
    what: why ? 'The ledger is damaged. A damaged ledger lifts no halt.' : 'The ledger is gone. That is not a first deploy.',
    why: [why ?? missing],
    next: [restore, meanwhile],
  })
}

export const broken = (why: string): GuardError =>
  refuse('LEDGER_BROKEN', {
    what: 'The ledger cannot be read. A ledger that cannot be read lifts no halt.',
    why: [why],
    next: [next('put back the last state that can be read', RESTORE), meanwhile],
  })

/** Fewer events than this clone has seen: somebody set the ref back, or a copy of an older time was put in its place. */
export const rewritten = (found: number, seen: number): GuardError =>
  refuse('LEDGER_BROKEN', {
    what: 'The ledger was rewritten: it has lost events that this clone has seen. A rewritten ledger lifts no halt.',
    why: [`it holds ${found} events, and this clone has seen ${seen}`],
    next: [next('put back the last state this clone saw', RESTORE), meanwhile],
  })

export const newer = (needs: number): GuardError =>
  refuse('LEDGER_NEWER', {
    what: 'The ledger was written by a newer safe-deploy; this version would misread it.',
    why: [`it needs meaning level ${needs}`],
    next: [
      next('update', ['npm', 'install', '--save-dev', 'safe-deploy@latest']),
      next('a rollback works with this version too', ['safe-deploy', 'rollback']),
    ],
  })

/** @param wanted the id, who says so, and whether this clone still holds a state of that one */
export const otherLedger = (found: string, wanted: { id: string; by: string; seen: boolean }): GuardError =>
  refuse('LEDGER_BROKEN', {
    what: 'This is another ledger than the one that belongs here. A replaced ledger lifts no halt.',
    why: [`found ${found}; ${wanted.by} ${wanted.id}`],
    next: [
      next('see what this one records', ['safe-deploy', 'ledger', 'log']),
      wanted.seen
        ? next('put back the last state this clone saw', RESTORE)
        : next('check everything the guard needs', ['safe-deploy', 'doctor']),
      meanwhile,
    ],
  })
