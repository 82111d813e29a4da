import type { Settings } from '../config/settings.ts'
import { next, refuse } from '../errors.ts'
import type { Tip } from '../ledger/ledger.ts'
import type { Finding } from '../model.ts'
import type { Plan } from '../plan.ts'
import { flagFor, type Given, openFindings, unanswered } from './answers.ts'
import { condemn } from './condemn.ts'
import type { Desk } from './desk.ts'
import { answerWith, type Evidence } from './evidence-run.ts'
import type { ReadDone } from './read.ts'
import { planOf, retype } from './retype.ts'
import type { Done } from './stages.ts'
import { halted } from './stop.ts'

/** What was said about the plan: every finding with its answer, and what the deploy is for. */
export interface Spoken {
  findings: Finding[]
  because: string
}

export interface SpokenFlags {
  because: string | null
  plan: string | null
  given: Given[]
  evidenceRun: Evidence
}

/**
 * ISOLATE ends with the go: findings are answered, and it is said what the deploy is for. A terminal asks; elsewhere the plan must have been read.
 * @throws NOT_READ, PLAN_MOVED, FINDINGS, NEEDS_PERSON, NO_BECAUSE, DECLINED; HALTED when a person says that the last deploy did not work
 */
export const isolate = async (
  desk: Desk,
  { tip, plan, judged, trailers }: Pick<ReadDone, 'tip' | 'plan' | 'judged' | 'trailers'>,
  flags: SpokenFlags,
): Promise<Done<Spoken>> => {
  const merged = await readBefore(desk, plan, judged, flags)
  const room = { ...desk, root: desk.repo.root }
  const answered = await answerWith(room, plan.findings, [...flags.given, ...trailers.given], judged, flags.evidenceRun)
  const findings = desk.prompt ? await askEach(desk, tip, judged, answered) : answered
  const open = openFindings(findings)
  if (open.length > 0) throw unanswered(open, judged, desk.actor, again(desk, plan))
  const because = await sayBecause(desk, plan, flags.because ?? trailers.because ?? (merged ? plan.candidate.subject : null))
  return { value: { findings, because }, line: describe(findings, merged) }
}

const describe = (findings: readonly Finding[], merged: string | null): string => {
  const answered = findings.filter((finding) => finding.answer)
  const said =
    answered.length === 0 ? 'one change, nothing open' : `${answered.length} answered: ${answered.map(({ rule }) => rule).join(', ')}`
  return merged ? `${said}; read when it came to ${merged}` : said
}

/** The same command with the plan that was just made, so that what is printed works as typed. */
const again = (desk: Desk, plan: Plan): string[] => retype(desk.argv, desk.prompt ? [] : [`--plan=${plan.digest}`])

/**
 * Has anybody read the change? The plan's digest says so, and a person at a terminal reads it now; a clean commit on the deploy branch was read when it
 * was merged.
 * @returns that branch, where the merge was the reading; else null
 */
const readBefore = async (desk: Desk, plan: Plan, judged: Settings, flags: SpokenFlags): Promise<string | null> => {
  if (flags.plan !== null && flags.plan !== plan.digest) {
    throw refuse('PLAN_MOVED', {
      what: 'The plan that was read is not what would ship now. Nothing was deployed.',
      why: [`--plan=${flags.plan} was given; the tree, the commit, the config, the base or the findings are others now`],
      next: [next('read it again', planOf(desk.argv))],
    })
  }
  if (flags.plan !== null || desk.prompt) return null
  const { commit, dirty } = plan.candidate
  const merged = dirty.length === 0 ? await desk.onDeployBranch(commit, judged.read.deployBranch) : UNCOMMITTED
  if (merged.on) return merged.branch
  throw refuse('NOT_READ', {
    what: 'Nobody has read this change yet. Nothing was deployed.',
    why: ['nobody can be asked here, so the deploy names the plan that was read', `no merge was the reading of it: ${merged.why}`],
    next: [next('read it; it prints the digest that --plan takes', planOf(desk.argv))],
  })
}

const UNCOMMITTED = { on: false as const, why: 'it holds files that are not committed' }

/** One question for each open finding that somebody here may answer; an empty answer stops. */
const askEach = async (desk: Desk, tip: Tip, judged: Settings, findings: readonly Finding[]): Promise<Finding[]> => {
  const answered: Finding[] = []
  for (const finding of findings) {
    const flag = openFindings([finding]).length > 0 ? flagFor(finding, judged, desk.actor) : null
    const reason = flag ? await askOne(desk, tip, finding) : null
    answered.push(reason ? { ...finding, answer: { by: 'typed', reason, who: desk.actor.name } } : finding)
  }
  return answered
}

const askOne = async (desk: Desk, tip: Tip, finding: Finding): Promise<string> => {
  if (finding.rule === 'last-unproven') return askWorked(desk, tip)
  const said = await desk.prompt?.text(
    `${finding.rule}${finding.subject ? ` ${finding.subject}` : ''}: why is that all right? (empty: stop here)`,
  )
  if (said?.trim()) return said.trim()
  throw declined(finding.rule)
}

/** Did the last deploy work? No is a failure that nobody had called one: it halts. */
const askWorked = async (desk: Desk, tip: Tip): Promise<string> => {
  const said = (await desk.prompt?.text('Did the last deploy work? (what you saw; or no, which halts deploys; empty: stop here)'))?.trim()
  if (!said) throw declined('last-unproven')
  if (!/^(?:no|n|nein|nope)[.!]?$/i.test(said)) return said
  const { after } = await condemn(desk, tip, 'it did not work, said before the next deploy')
  if (!after.state) throw declined('last-unproven')
  throw halted(after.state, desk.clock.now())
}

const declined = (what: string) =>
  refuse('DECLINED', {
    what: `Stopped at ${what}. Nothing was deployed.`,
    next: [next('look at the change again', ['safe-deploy', 'plan'])],
  })

/** The one question of a healthy deploy; its Enter is the go. */
const sayBecause = async (desk: Desk, plan: Plan, given: string | null): Promise<string> => {
  if (given?.trim()) return given.trim()
  if (!desk.prompt) {
    throw refuse('NO_BECAUSE', {
      what: 'It was not said what this deploy is for. Nothing was deployed.',
      next: [next('say it', again(desk, plan), ['--because'])],
    })
  }
  const said = await desk.prompt.text('What is this deploy for? (Enter deploys)', plan.candidate.subject)
  if (said?.trim()) return said.trim()
  throw declined('the question what it is for')
}
