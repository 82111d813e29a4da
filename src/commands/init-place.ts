import { type GuardError, isGuardError, next, refuse } from '../errors.ts'
import type { Emit } from '../events.ts'
import { USUAL } from '../ledger/route.ts'
import type { Tried } from '../ledger/try-remote.ts'
import type { Prompter } from '../ports.ts'
import { asides, looksPublic, readers, type Sharing } from './sharing.ts'

/** What the command line says of sharing: `--share[=REMOTE]`, `--no-share`, or nothing. */
export type Wanted = { remote: string | null } | 'no' | null

/** Where ledgers that are not shared yet are to be, and what is to be said of it. */
export interface Chosen {
  /** Null: in this clone. */
  remote: string | null
  takes: Tried['takes']
  logs: 'none' | null
  says: string[]
}

/**
 * Where the ledgers are to be. A person is told who can read it and asked; where nobody can be asked, it stays in this clone unless the line says otherwise.
 * A remote is tried before it is chosen.
 * @throws what trying it says; DECLINED where the person left
 */
export const choosePlace = async (ctx: { sharing: Sharing; prompt: Prompter | null; wanted: Wanted; emit: Emit }): Promise<Chosen> => {
  const { sharing, prompt, wanted, emit } = ctx
  const remotes = wanted === 'no' ? [] : await sharing.remotes()
  if (wanted === 'no' || (wanted === null && remotes.length === 0)) return here([])
  const usual = remotes.find(({ name }) => name === USUAL) ?? (remotes.length === 1 ? remotes[0] : undefined)
  const name = wanted?.remote ?? usual?.name ?? USUAL
  const seen = remotes.find((one) => one.name === name) ?? { name, url: name }
  if (wanted === null && !prompt) return here([ALONE])
  if (wanted === null && prompt) {
    emit({ type: 'said', stage: null, tone: looksPublic(seen.url) ? 'warn' : 'plain', text: readers(seen) })
    const answer = await prompt.confirm(
      `Keep the ledger on ${name}, so that a halt holds for everybody who deploys?`,
      !looksPublic(seen.url),
    )
    if (answer === null) throw left()
    if (!answer) return here([ALONE])
  }
  const tried = await sharing.tries(name, null).catch((error) => Promise.reject(orHere(error)))
  return { remote: name, takes: tried.takes, logs: looksPublic(seen.url) ? 'none' : null, says: [readers(seen), ...asides(tried)] }
}

const ALONE = 'the ledger is in this clone alone: a halt is known here only. For everybody who deploys: safe-deploy ledger share'

const here = (says: string[]): Chosen => ({ remote: null, takes: 'any', logs: null, says })

const left = () =>
  refuse('DECLINED', { what: 'Left. Nothing was written.', next: [next('without sharing', ['safe-deploy', 'init', '--no-share'])] })

const orHere = (error: unknown): unknown =>
  isGuardError(error)
    ? refuse(error.refusal.code, {
        ...(error as GuardError).refusal,
        what: `${error.refusal.what} No config was written.`,
        next: [...error.refusal.next, next('keep it in this clone for now', ['safe-deploy', 'init', '--no-share'])],
      })
    : error
