import type { Settings } from '../config/settings.ts'
import { type GuardError, next, refuse } from '../errors.ts'
import { ACK_LIFE_MS, type AckDocument, documentText } from '../ledger/ack-document.ts'
import type { Acknowledged } from '../ledger/events.ts'
import { type Draft, newId, type Tip } from '../ledger/ledger.ts'
import { maskDocument } from '../ledger/mask.ts'
import { recordNote } from '../ledger/record.ts'
import type { State } from '../ledger/state.ts'
import type { Actor } from '../model.ts'
import { handOut, takeBack } from '../stages/ack/handed.ts'
import { howSure } from '../stages/ack/how-sure.ts'
import { levelOf, type Means, prove } from '../stages/ack/level.ts'
import { isPerson, refuseUnlessKnown } from '../stages/ack/policy.ts'
import { complete, type SaidFlags } from '../stages/ack/said.ts'
import { withoutRun } from '../stages/answers.ts'
import type { Desk } from '../stages/desk.ts'
import { judgedSettings } from '../stages/judging.ts'
import { closeOpen } from '../stages/open.ts'
import { plainEnv } from '../stages/plain-env.ts'
import { deploying } from '../stages/stop.ts'
import { ago, count, nameServing } from '../words.ts'

export interface AckFlags extends Means, SaidFlags {
  override: string[]
}

/** Failed deploys in one incident after which only a person goes on (design §5). */
const FIX_FORWARD_LIMIT = 3
const EVIDENCE_TIMEOUT_MS = 10 * 60_000
const LIMIT = 4000

/** What an acknowledgement answers: the open halt, or the newest remembered failed change. */
interface Subject {
  halt: State['core']['halt']
  failed: State['failed'][number] | null
  light: boolean
}

/**
 * `safe-deploy ack`: forward, once. Shows what was working and what failed, and asks for cause, evidence, next step and scope. `--document` alone writes
 * down what somebody shall sign elsewhere; with `--signature` it is taken back.
 * @returns exit code 0
 * @throws NOT_HALTED, ACK_LEVEL, ACK_SIGNATURE, ACK_NOT_APPROVED, NEEDS_PERSON, FIX_FORWARD_LIMIT, ACK_INCOMPLETE
 */
export const ack = async (desk: Desk, flags: AckFlags): Promise<number> => {
  const tip = await closeOpen(desk)
  const state = readable(desk, tip)
  const subject = subjectOf(state)
  const judged = await judgedSettings(desk, state)
  if (!subject.light) await refuseUnlessKnown(desk, state)
  const level = levelOf(judged.acknowledge.level, subject.light, flags)
  const override = mayAck(desk, judged, state, { ...subject, level, byOthers: isByOthers(flags) }, flags)
  showWhatIsKnown(desk, state, subject)
  const { document, ran } =
    flags.signature === null ? await written(desk, state, subject, flags) : await signedBefore(desk, state, subject, flags)
  if (flags.document !== null && flags.signature === null) return handOut(desk, document, flags.document)
  const proof = await prove(desk, { state, judged, level, text: documentText(document), means: flags })
  const event: Omit<Acknowledged, 'v' | 'id' | 'at' | 'by'> = {
    type: 'halt.acknowledged',
    ack: document.nonce,
    halt: document.halt,
    failed: document.failed,
    cause: document.cause,
    evidence: document.evidence,
    evidenceRun: ran ?? (document.evidenceRun && { ...document.evidenceRun, tail: [] }),
    next: document.next,
    paths: document.paths,
    outside: document.outside,
    level,
    override,
    ...proof,
  }
  await recordNote(desk, [event as Draft], (now) => now.state?.core.halt?.id === subject.halt?.id && !now.core?.open)
  desk.emit({
    type: 'said',
    stage: null,
    tone: 'good',
    text: `Acknowledged (${howSure(event)}). One deploy may go on, ${scope(document)}.`,
  })
  desk.emit({ type: 'report', title: 'Next', lines: ['safe-deploy plan', 'safe-deploy deploy'], data: { ack: event.ack, level } })
  return 0
}

/** Taken back with somebody's signature, or only written down: that acknowledges nothing yet. */
const isByOthers = ({ signature, document }: AckFlags): boolean => signature !== null || document !== null

/** What is said here and now. */
const written = async (desk: Desk, state: State, subject: Subject, flags: AckFlags) => {
  const said = await complete(desk, subject.light, flags)
  const ran = said.evidenceRun ? await runEvidence(desk, said.evidenceRun) : null
  if (ran && ran.exit !== 0 && !subject.halt && !isPerson(desk)) throw shownWrong(desk, ran)
  return { document: documentOf(desk, state, subject, { ...said, evidenceRun: ran && { command: cut(ran.command), exit: ran.exit } }), ran }
}

/** What was said before, and signed since. */
const signedBefore = async (desk: Desk, state: State, subject: Subject, flags: AckFlags) => ({
  document: await takeBack(desk, flags.document, documentOf(desk, state, subject, NOTHING_SAID)),
  ran: null,
})

const NOTHING_SAID = { cause: '', evidence: '', evidenceRun: null, next: '', paths: [], outside: null }

const documentOf = (
  desk: Desk,
  { core }: State,
  { halt, failed }: Subject,
  said: Pick<AckDocument, 'cause' | 'evidence' | 'evidenceRun' | 'next' | 'paths' | 'outside'>,
): AckDocument => {
  const now = desk.clock.now()
  const document: AckDocument = {
    v: 1,
    ledger: core.ledger,
    app: core.app,
    halt: halt?.id ?? null,
    failed: halt ? null : (failed?.attempt ?? null),
    commit: halt?.candidate?.commit ?? null,
    good: core.good[0] ? nameServing(core.good[0].serving) : null,
    ...{ ...said, cause: cut(said.cause), evidence: cut(said.evidence), next: cut(said.next), outside: said.outside && cut(said.outside) },
    nonce: newId(),
    by: `${desk.actor.name} (${desk.actor.via}, ${desk.actor.host})`,
    issued: new Date(now).toISOString(),
    expires: new Date(now + ACK_LIFE_MS).toISOString(),
  }
  return maskDocument(document, desk.mask)
}

const scope = (said: { paths: string[]; outside: string | null }): string =>
  said.outside ? `the same tree included: ${said.outside}` : `if its change since the failed one lies within ${said.paths.join(', ')}`

/** @throws the ledger's own problem; DEPLOYING while an attempt is open */
const readable = (desk: Desk, tip: Tip): State => {
  if (tip.problem) throw tip.problem
  if (tip.core?.open) throw deploying(tip.core.open, desk.clock.now())
  if (!tip.state) throw nothingToAck()
  return tip.state
}

const subjectOf = (state: State): Subject => {
  const { halt } = state.core
  const failed = state.failed[0] ?? null
  if (!halt && !failed) throw nothingToAck()
  return { halt, failed, light: halt?.light ?? false }
}

const nothingToAck = (): GuardError =>
  refuse('NOT_HALTED', {
    what: 'There is nothing to acknowledge: no halt, and no failed change that is remembered.',
    next: [next('see how it stands', ['safe-deploy', 'status'])],
  })

/** Policy: agents, and the limit of fixing forward. Returns the recorded override, if one was needed. */
const mayAck = (
  desk: Desk,
  judged: Settings,
  state: State,
  subject: Subject & { level: Acknowledged['level']; byOthers: boolean },
  flags: AckFlags,
): string | null => {
  const { agents } = judged.acknowledge
  // Who carries a person's signature, or runs in a job that a person approved, need not be one.
  const approved = subject.level === 'remote'
  const byPerson = isPerson(desk) || (subject.level === 'signed' && subject.byOthers) || approved
  if (!byPerson && !agents && !subject.light) throw personOnly(desk.actor)
  const failures = state.incident?.failures ?? 0
  const somewhereBack = state.core.good.length > 0 || state.core.incumbent !== null
  if (failures < FIX_FORWARD_LIMIT || !somewhereBack) return null
  const reason = flags.override.find((given) => given.startsWith('fix-forward-limit='))?.slice('fix-forward-limit='.length)
  // Somebody else approves on the host what this says: there is no terminal at which they could.
  if (reason && (isPerson(desk) || approved)) return `fix-forward-limit: ${reason}`
  throw refuse('FIX_FORWARD_LIMIT', {
    what: `${count(failures, 'deploy')} failed in this incident. Guessing on is what the guard is there to stop.`,
    who: 'a person at a terminal',
    next: [
      next('go back first', ['safe-deploy', 'rollback']),
      next('a person may go on', ['safe-deploy', 'ack'], ['--override=fix-forward-limit']),
    ],
  })
}

const personOnly = (actor: Actor): GuardError =>
  refuse('NEEDS_PERSON', {
    what: 'Only a person at a terminal acknowledges a halt here.',
    why: [
      `this looks like ${actor.via === 'ci' ? 'a CI job' : 'an agent'}; acknowledge.agents in safe-deploy.yml says otherwise where that is wanted`,
    ],
    who: 'a person, by running safe-deploy ack in a terminal',
    next: [next('an agent may always go back', ['safe-deploy', 'rollback'])],
  })

const showWhatIsKnown = (desk: Desk, state: State, subject: Subject): void => {
  const now = desk.clock.now()
  const good = state.core.good[0]
  const { halt, failed } = subject
  const left = Object.keys(halt?.candidate?.left ?? failed?.left ?? {})
  const lines = [
    good
      ? `was working: ${good.commit.slice(0, 10)} (${good.because}), known good since ${ago(good.at, now)}`
      : 'was working: nothing is recorded as known good',
    halt ? `failed: ${halt.why} (${ago(halt.since, now)})` : `failed before: ${failed?.why ?? ''}`,
    left.length > 0
      ? `changed: ${left.slice(0, 8).join(', ')}${left.length > 8 ? ` and ${left.length - 8} more` : ''}`
      : 'changed: see safe-deploy plan',
    ...(halt?.suspect ? [`suspect: ${halt.suspect}`] : []),
  ]
  for (const text of lines) desk.emit({ type: 'said', stage: null, tone: 'plain', text })
}

/** That a failed change may ship after all is shown by an agent with a run that passes. */
const shownWrong = (desk: Desk, { command, exit }: NonNullable<Acknowledged['evidenceRun']>): GuardError =>
  refuse('ACK_INCOMPLETE', {
    what: 'The evidence run failed, so it does not show that the failed change is good now. Nothing was acknowledged.',
    why: [`it ended with ${exit ?? 'a signal'}: ${desk.mask(command).slice(0, 200)}`],
    next: [next('with a run that passes', withoutRun(desk.argv), ['--evidence-run'])],
  })

const runEvidence = async (desk: Desk, command: string): Promise<Acknowledged['evidenceRun']> => {
  const ended = await desk.processes.stream({
    command: { shell: command },
    cwd: desk.repo.root,
    env: plainEnv(desk.env),
    timeoutMs: EVIDENCE_TIMEOUT_MS,
    onText: (text) => desk.emit({ type: 'output', source: 'smoke', name: 'evidence', text }),
  }).done
  desk.emit({
    type: 'said',
    stage: null,
    tone: ended.exit === 0 ? 'good' : 'warn',
    text: `evidence run ended with ${ended.exit ?? ended.signal}; recorded`,
  })
  return { command, exit: ended.exit, tail: ended.tail.slice(-40) }
}

const cut = (text: string): string => text.slice(0, LIMIT)
