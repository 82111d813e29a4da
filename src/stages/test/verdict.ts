import type { Settings } from '../../config/settings.ts'
import { type GuardError, type Next, next, refuse } from '../../errors.ts'
import type { Actor, Finding } from '../../model.ts'
import { flagsFor, runWords, withoutRun } from '../answers.ts'

/** Findings that are told one by one in the refusal; more are counted. */
const TOLD = 10

/** With flags of two kinds, accept and override, all of them are needed to go on. */
const answering = (open: readonly Finding[], settings: Pick<Settings, 'overrides'>, actor: Actor, argv: readonly string[]): Next[] => {
  const flags = flagsFor(open, settings, actor, argv)
  return flags ? [next('or answer it, with a reason', withoutRun(argv), flags)] : []
}

/**
 * The refusal for findings of TEST that nobody answered (exit 11), or null when there is none.
 * @param open findings that still stop the run
 * @param argv the command as typed, to be typed again with answers
 */
export const testRefusal = (
  open: readonly Finding[],
  settings: Pick<Settings, 'overrides'>,
  actor: Actor,
  argv: readonly string[],
): GuardError | null => {
  if (open.length === 0) return null
  const told = open.slice(0, TOLD).map((finding) => `${finding.rule}: ${finding.fact}`)
  return refuse('TEST_FAILED', {
    what: `It does not work here by itself (${[...new Set(open.map((finding) => finding.rule))].join(', ')}). Nothing was deployed.`,
    why: [...told, ...(open.length > TOLD ? [`and ${open.length - TOLD} more`] : []), ...runWords(open, actor)],
    next: [next('test again, once it is put right', ['safe-deploy', 'test']), ...answering(open, settings, actor, argv)],
  })
}
