import { type GuardError, next, refuse } from '../errors.ts'
import type { Open } from './state.ts'

const RESTORE = ['safe-deploy', 'ledger', 'restore']
/** What a rollback needs no ledger for. */
export const meanwhile = next('go back to the last known good meanwhile', ['safe-deploy', 'rollback'])

/** An attempt runs that would go on in the ledger that is left. */
export const openHere = ({ kind, by, because }: Open): GuardError =>
  refuse('DEPLOYING', {
    what: `A ${kind} is open in the ledger of this clone, which cannot move meanwhile.`,
    why: [`${by.name} (${by.via}, ${by.host}): ${because}`],
    next: [
      next('wait for it', ['safe-deploy', 'status', '--wait']),
      next('or settle it, if its process is gone', ['safe-deploy', 'status', '--live']),
      next('then again', ['safe-deploy', 'ledger', 'share']),
    ],
  })

/** Only the newest part of a chain is here, and a host takes none whose beginning it cannot see. */
export const incomplete = (): GuardError =>
  refuse('LEDGER_BROKEN', {
    what: 'This clone holds only the newest part of its ledger, and the place it came from has no more of it.',
    next: [next('begin a new chain with the last state that is known here', RESTORE), meanwhile],
  })

/** The ledger was there and is not any more, or the ref that names it is damaged: `why` says how. */
export const gone = (found: { why: string | null; last: string | null; seenAt: string | null; id: string | null }): GuardError => {
  const { why, last, seenAt, id } = found
  const missing = seenAt ? `this clone used it until ${seenAt}` : id ? `the config names the ledger ${id}` : 'this clone used it before'
  const restore = last
    ? next(`put the ref back on the last commit this clone knows (${last.slice(0, 12)})`, RESTORE)
    : next(seenAt ? 'begin a new chain from the last state this clone saw' : 'run it in the clone that has the ledger', RESTORE)
  return refuse(why ? 'LEDGER_BROKEN' : 'LEDGER_MISSING', {
    what: why ? 'The ledger is damaged. A damaged ledger lifts no halt.' : 'The ledger is gone. That is not a first deploy.',
    why: [
      why ?? missing,
      ...(why ? [] : ['a deleted ref, a mirror push of a clone that lacks it, or a host that hides it (hideRefs) look like this']),
    ],
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

/** The same ledger, but not what follows from what this clone has seen: somebody pushed another history over it. */
export const forked = (): GuardError =>
  refuse('LEDGER_BROKEN', {
    what: 'The ledger was rewritten: what stands there does not follow from what this clone has seen. A rewritten ledger lifts no halt.',
    next: [
      next('see what this clone has seen', ['safe-deploy', 'ledger', 'log']),
      next('put back the last state this clone saw', RESTORE),
      meanwhile,
    ],
  })

/** Somebody wrote to it by hand, or damaged it. */
export const forged = (oid: string, why: string): GuardError =>
  refuse('LEDGER_BROKEN', {
    what: `The ledger was changed by something else than safe-deploy, at commit ${oid.slice(0, 12)}. That lifts no halt.`,
    why: [why],
    next: [
      next('look through the whole of it', ['safe-deploy', 'ledger', 'verify']),
      next('put back the last state this clone saw', RESTORE),
      meanwhile,
    ],
  })

/** This clone has a ledger of its own, and the place that everybody uses holds another; nothing says which is meant. */
export const two = (found: string, own: string): GuardError =>
  refuse('LEDGER_BROKEN', {
    what: 'This clone has a ledger of its own, and another one is shared. Which of them holds is not said.',
    why: [`the shared one is ${found}, this clone's is ${own}`],
    next: [next('join the shared one, and carry over what is open here', ['safe-deploy', 'ledger', 'share']), meanwhile],
  })

/** This clone has a ledger of its own, and the config now names a place that has none. */
export const unshared = (place: string): GuardError =>
  refuse('LEDGER_MISSING', {
    what: `This clone has a ledger, and ${place}, where it should be, has none.`,
    next: [next('move it there, with its history and any halt', ['safe-deploy', 'ledger', 'share']), meanwhile],
  })

/** The config names another ledger than this clone used, and the one it used is halted or has an open attempt. */
export const leftBehind = (what: string): GuardError =>
  refuse('LEDGER_BROKEN', {
    what: `The config names another ledger than this clone used, and in that one ${what}. Another ledger lifts no halt.`,
    next: [next('carry it over', ['safe-deploy', 'ledger', 'share']), meanwhile],
  })
