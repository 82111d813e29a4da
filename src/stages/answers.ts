import type { Overrider, Settings } from '../config/settings.ts'
import { type GuardError, type Next, next, refuse } from '../errors.ts'
import type { Event } from '../events.ts'
import type { Actor, Finding } from '../model.ts'
import { planOf } from './retype.ts'

/** `--accept rule[:subject]=reason` and `--override rule[:subject]=reason`, and `Deploy-Accept:` trailers, parsed. */
export interface Given {
  by: 'accept' | 'override' | 'trailer'
  rule: string
  subject: string | null
  reason: string
  /** Everything behind `rule:`, for a subject that holds an equals sign itself. */
  rest?: string
}

/** Rules that no flag lifts: only the way out that design §5 names. */
const ACK_ALONE = new Set(['ships-failed-change', 'ack-outside'])

/** An answer is a sentence; anything longer is a mistake, and would be slow to read. */
const LONGEST = 4000
const TRAILER = /^([^\s:]+)(?::(.*?))?\s(?:—|–|--|-)\s+(\S.*)$/
const FLAG = /^([^:=]+)(?::([^=]*))?=(.+)$/s

/**
 * Parses one answer of the command line. Its subject ends at the first `=`; one that holds an equals sign itself is told apart in `answer`.
 * @throws USAGE when the rule or the reason is missing
 */
export const parseGiven = (by: 'accept' | 'override', text: string): Given => {
  const [, rule, subject, reason] = (text.length > LONGEST ? null : FLAG.exec(text)) ?? []
  if (!rule?.trim() || !reason?.trim()) {
    throw refuse('USAGE', {
      what: `This answer has no rule or no reason: ${text.slice(0, 200)}`,
      why: [`the form is --${by} RULE[:SUBJECT]=REASON`],
    })
  }
  const rest = subject === undefined ? {} : { rest: text.slice(rule.length + 1) }
  return { by, rule: rule.trim(), subject: subject?.trim() || null, reason: reason.trim(), ...rest }
}

/** Answers of `Deploy-Accept: rule:subject — reason` trailers. What has not that form answers nothing: a commit that is pushed cannot be mended. */
export const answersOf = (trailers: readonly string[]): Given[] =>
  trailers.flatMap((text): Given[] => {
    const [, rule, subject, reason] = (text.length > LONGEST ? null : TRAILER.exec(text)) ?? []
    return rule && reason ? [{ by: 'trailer', rule, subject: subject?.trim() || null, reason: reason.trim() }] : []
  })

/** The reason that an answer gives for a finding, or null when it speaks of another. */
const reasonFor = (given: Given, finding: Finding): string | null => {
  if (given.rule !== finding.rule) return null
  if (given.subject === null || given.subject === finding.subject) return given.reason
  const begins = `${finding.subject}=`
  return (given.rest?.startsWith(begins) && given.rest.slice(begins.length).trim()) || null
}

/** Who may override a rule here: `overrides:` in the config, else a person. */
export const mayOverride = (rule: string, settings: Pick<Settings, 'overrides'>, actor: Actor): boolean => {
  const who: Overrider = actor.via === 'terminal' ? 'person' : actor.via
  return (settings.overrides[rule] ?? ['person']).includes(who)
}

/**
 * Gives each finding its answer, where one fits. Pure.
 * An `ask` takes an accept or a trailer from anybody; a `block` takes an override from whom the config lets; some take an acknowledgement alone, and
 * some an agent's sentence only with a run that passed.
 */
export const answer = (
  findings: readonly Finding[],
  given: readonly Given[],
  settings: Pick<Settings, 'overrides'>,
  actor: Actor,
  run: Run | null = null,
): Finding[] =>
  findings.map((finding) => {
    if (finding.answer || finding.severity === 'note' || finding.severity === 'warn' || ACK_ALONE.has(finding.rule)) return finding
    const fits = given.find((g) => reasonFor(g, finding) !== null && allowed(g, finding, settings, actor))
    const shows = wantsRun(finding, actor)
    if (!fits || (shows && run?.exit !== 0)) return finding
    const { by } = fits
    return { ...finding, answer: { by, reason: reasonFor(fits, finding) ?? '', who: actor.name, ...(shows && run ? { run } : {}) } }
  })

/** A command that was run to show something, and how it ended. */
export interface Run {
  command: string
  exit: number | null
}

/** Does this actor have to show a run for this finding? A person's word counts. */
const wantsRun = (finding: Finding, actor: Actor): boolean => finding.agents === 'run' && actor.via === 'agent'

const allowed = (given: Given, finding: Finding, settings: Pick<Settings, 'overrides'>, actor: Actor): boolean =>
  finding.severity === 'ask'
    ? given.by !== 'override' || mayOverride(finding.rule, settings, actor)
    : given.by === 'override' && mayOverride(finding.rule, settings, actor)

/** Findings that still stop the run. */
export const openFindings = (findings: readonly Finding[]): Finding[] =>
  findings.filter((f) => (f.severity === 'ask' || f.severity === 'block') && !f.answer)

/** The one flag that fits a finding (`=REASON` follows), or null when only a person or a way out helps. */
export const flagFor = (finding: Finding, settings: Pick<Settings, 'overrides'>, actor: Actor): string | null => {
  if (ACK_ALONE.has(finding.rule)) return null
  const key = `${finding.rule}${finding.subject ? `:${finding.subject}` : ''}`
  if (finding.severity === 'ask') return `--accept=${key}`
  return mayOverride(finding.rule, settings, actor) ? `--override=${key}` : null
}

/**
 * Flags that answer findings on a line, as far as it does not say them: a sentence for each, and a run where an agent has to show one. Null where one of
 * them takes none.
 */
export const flagsFor = (
  open: readonly Finding[],
  settings: Pick<Settings, 'overrides'>,
  actor: Actor,
  argv: readonly string[],
): string[] | null => {
  const flags = open.map((finding) => flagFor(finding, settings, actor))
  if (flags.includes(null)) return null
  const unsaid = flags.filter((flag): flag is string => flag !== null && !argv.some((word) => word.startsWith(`${flag}=`)))
  return open.some((finding) => wantsRun(finding, actor)) ? [...unsaid, '--evidence-run'] : unsaid
}

/** A line without the run that did not pass. */
export const withoutRun = (argv: readonly string[]): string[] => argv.filter((word) => !word.startsWith('--evidence-run='))

/** Why a sentence alone is no answer here, or nothing. */
export const runWords = (open: readonly Finding[], actor: Actor): string[] =>
  open.some((finding) => wantsRun(finding, actor))
    ? ['of an agent a run is asked that shows it, beside the sentence: --evidence-run=COMMAND, which has to end with 0']
    : []

/** A finding as it is shown, with the flag that answers it here and now; null where none does. */
export const shown = (finding: Finding, settings: Pick<Settings, 'overrides'>, actor: Actor): Event & { type: 'finding' } => ({
  type: 'finding',
  finding,
  flag: openFindings([finding]).length > 0 ? flagFor(finding, settings, actor) : null,
  ...(wantsRun(finding, actor) ? { run: true as const } : {}),
})

/**
 * The refusal for findings that nobody answered.
 * @returns 10 when flags would answer them, 13 when only a person can
 */
export const unanswered = (
  open: readonly Finding[],
  settings: Pick<Settings, 'overrides'>,
  actor: Actor,
  argv: readonly string[],
): GuardError => {
  const flags = open.map((finding) => flagFor(finding, settings, actor))
  const byAck = open.filter((finding) => ACK_ALONE.has(finding.rule))
  const person = open.filter((finding, i) => flags[i] === null && !ACK_ALONE.has(finding.rule))
  const names = open.map((f) => `${f.rule}:${f.subject}${f.place ? ` at ${f.place.file}${f.place.line ? `:${f.place.line}` : ''}` : ''}`)
  const ways: Next[] = [next('take it out of the change, and read it again', planOf(argv))]
  if (byAck.length > 0)
    ways.push(
      next('say in writing why the failed change is good now', ['safe-deploy', 'ack'], ['--cause', '--evidence-run', '--next', '--path']),
    )
  const answering = flagsFor(open, settings, actor, argv)
  if (answering) ways.push(next('or answer it', withoutRun(argv), answering))
  return refuse(person.length > 0 && byAck.length === 0 ? 'NEEDS_PERSON' : 'FINDINGS', {
    what:
      open.length === 1
        ? 'One finding is not answered. Nothing was deployed.'
        : `${open.length} findings are not answered. Nothing was deployed.`,
    why: [...names, ...runWords(open, actor)],
    ...(person.length > 0
      ? { who: `a person at a terminal may override ${person.map((f) => f.rule).join(', ')} (overrides: in safe-deploy.yml says who else)` }
      : {}),
    next: ways,
  })
}
