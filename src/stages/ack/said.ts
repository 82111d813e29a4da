import { type GuardError, next, refuse } from '../../errors.ts'
import type { Desk } from '../desk.ts'
import { isPerson } from './policy.ts'

/** What was said of it on the command line. */
export interface SaidFlags {
  cause: string | null
  evidence: string | null
  evidenceRun: string | null
  next: string | null
  paths: string[]
  outside: string | null
}

/** What an acknowledgement says. */
interface Said {
  cause: string
  evidence: string
  evidenceRun: string | null
  next: string
  paths: string[]
  outside: string | null
}

/**
 * Fills what the flags left open by asking; where nobody may be asked, everything missing is named at once.
 * @param light a halt after which nothing was made and nothing touched: its cause is enough
 * @throws ACK_INCOMPLETE
 */
export const complete = async (desk: Desk, light: boolean, flags: SaidFlags): Promise<Said> => {
  const cause = flags.cause ?? (await ask(desk, 'What caused it?'))
  if (light) {
    if (!cause) throw incomplete(desk, ['--cause'])
    return {
      cause,
      evidence: flags.evidence ?? '',
      evidenceRun: flags.evidenceRun,
      next: flags.next ?? '',
      paths: flags.paths.length > 0 ? flags.paths : ['**'],
      outside: flags.outside,
    }
  }
  const evidence =
    flags.evidence ?? (flags.evidenceRun ? `run: ${flags.evidenceRun}` : await ask(desk, 'How do you know? (what you ran or saw)'))
  const nextStep = flags.next ?? (await ask(desk, 'What comes next?'))
  const paths = flags.paths.length > 0 || flags.outside !== null ? flags.paths : await askPaths(desk)
  const outside = flags.outside ?? (paths.length === 0 ? await ask(desk, 'What was changed outside the repository?') : null)
  const missing = [
    ...(cause ? [] : ['--cause']),
    ...(evidence || !isPerson(desk) ? [] : ['--evidence']),
    ...(nextStep ? [] : ['--next']),
    ...(paths.length > 0 || outside ? [] : ['--path']),
    ...(!isPerson(desk) && !flags.evidenceRun ? ['--evidence-run'] : []),
  ]
  if (!cause || !evidence || !nextStep || missing.length > 0) throw incomplete(desk, missing)
  return { cause, evidence, evidenceRun: flags.evidenceRun, next: nextStep, paths, outside }
}

const askPaths = async (desk: Desk): Promise<string[]> =>
  ((await ask(desk, 'Which paths will it touch? (globs, comma between; empty: something outside the repository was changed)')) ?? '')
    .split(',')
    .map((path) => path.trim())
    .filter(Boolean)

const ask = async (desk: Desk, question: string): Promise<string | null> => (await desk.prompt?.text(question))?.trim() || null

const incomplete = (desk: Desk, missing: string[]): GuardError =>
  refuse('ACK_INCOMPLETE', {
    what: 'An acknowledgement says what caused it, how you know, what comes next, and what it will touch.',
    why: [
      `missing: ${missing.join(', ')}`,
      '--path GLOB names what the fix touches (repeatable); --outside TEXT what was changed elsewhere',
      'an agent shows a run: --evidence-run CMD',
    ],
    next: [next('all of it', desk.argv, missing)],
  })
