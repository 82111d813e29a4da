import { type Code, next, refuse } from '../errors.ts'
import type { Intended, Ours } from '../ledger/events.ts'
import type { Draft, Tip } from '../ledger/ledger.ts'
import { type Recorded, recordOutcome } from '../ledger/record.ts'
import { waysOut } from '../ledger/ways-out.ts'
import type { FoldedLine, Suspect } from '../model.ts'
import { mainLines, signature } from '../targets/folding.ts'
import { count } from '../words.ts'
import type { Desk } from './desk.ts'
import { forgetRun, type ToolEnd } from './tool.ts'
import type { Verified } from './verify.ts'

/** What is known besides the verdict when an attempt ends. */
export interface Ending {
  exit: number | null
  signal: string | null
  ms: number
  /** The tool's last lines, masked. */
  tail: string[]
  log: string
  suspects: Suspect[]
  /** What else moved, where no suspect was found. */
  moved: string[]
  observer: boolean
  /** A rollback whose image the registry has no more. */
  imageGone?: boolean
  /** Of a run: what it moved. */
  ours?: Ours | null
}

/** How the tool ended, for the record; null: it was not started. */
export const endingOf = (ended: ToolEnd | null): Pick<Ending, 'exit' | 'signal' | 'ms' | 'tail' | 'log'> => ({
  exit: ended?.run.exit ?? null,
  signal: ended?.run.signal ?? null,
  ms: ended?.ms ?? 0,
  tail: ended?.run.tail ?? [],
  log: ended?.log ?? '',
})

/** The event that closes an attempt. */
export const endedDraft = (desk: Desk, attempt: string, found: Verified, ending: Ending): Draft & { type: 'deploy.ended' } => ({
  type: 'deploy.ended',
  attempt,
  outcome: found.outcome,
  why: found.why,
  evidence: found.evidence,
  exit: ending.exit,
  signal: ending.signal,
  ms: Math.round(ending.ms),
  serving: found.serving,
  probes: found.probes,
  level: found.level,
  machineConfig: found.truth ? desk.target.machineConfigOf(found.truth) : null,
  secrets: found.truth ? desk.target.secretsOf(found.truth) : {},
  tail: found.outcome === 'deployed' ? [] : failureLines(found, ending),
  suspects: ending.suspects,
  ...(found.heard.length > 0 ? { heard: found.heard } : {}),
  signature: found.outcome === 'deployed' ? null : (signature(tellingText(found, ending)) ?? found.outcome),
  ...(ending.ours && found.outcome === 'deployed' ? { ours: ending.ours } : {}),
  ...(ending.observer ? { observer: true as const } : {}),
})

/** Everything that tells why: the tool's lines, then what the probes saw. */
export const failureText = (found: Pick<Verified, 'probes' | 'heard'>, ending: Pick<Ending, 'tail'>): string[] => [
  ...ending.tail,
  ...found.heard,
  ...found.probes.filter((probe) => !probe.passed).map((probe) => `${probe.name}: ${probe.note}`),
]

/** What is shown of it, and compared. Where the tool was content, its chatter explains nothing. */
const tellingText = (found: Verified, ending: Ending): string[] => failureText(found, ending.exit === 0 ? { tail: [] } : ending)

const failureLines = (found: Verified, ending: Ending): FoldedLine[] => mainLines(tellingText(found, ending)).slice(-12)

/**
 * Records the outcome and tells it.
 * @returns exit code 0 for `deployed`
 * @throws DEPLOY_FAILED (20), PROBE_FAILED (21), OUTCOME_UNKNOWN (22), LEDGER_SPOOLED (22), ROLLBACK_FAILED and IMAGE_PRUNED (20)
 */
export const conclude = async (
  desk: Desk,
  intent: Pick<Intended, 'attempt' | 'kind'> & { unrecorded: Intended | null; seen: { seq: number; halt: string | null } },
  found: Verified,
  ending: Ending,
): Promise<Tip | null> => {
  const draft = endedDraft(desk, intent.attempt, found, ending)
  const recorded = await recordOutcome(desk, draft, { intent: intent.unrecorded, seen: intent.seen, log: ending.log })
  if (recorded.kind !== 'spooled') await forgetRun(desk, intent.attempt)
  if (recorded.kind === 'late') throw tooLate(intent, found)
  if (found.outcome === 'deployed') return tellGood(desk, intent.kind, found, ending, recorded)
  throw tellBad(desk, intent.kind, draft, found, ending, recorded)
}

/** Others have settled this attempt, or taken it over: what they found holds. */
const tooLate = (intent: Pick<Intended, 'attempt' | 'kind'>, found: Verified) =>
  refuse('OUTCOME_UNKNOWN', {
    what: `This ${intent.kind} came back too late: others have settled it or taken it over. What it found is kept as history and changes nothing.`,
    why: [`it found: ${found.outcome}, ${found.why}`, `attempt ${intent.attempt.slice(0, 8)}`],
    next: [next('see how it stands', ['safe-deploy', 'status', '--live'])],
  })

const tellLive = (desk: Desk, found: Verified, ending: Ending, recorded: Recorded): void => {
  const halt = recorded.kind === 'spooled' ? undefined : recorded.tip.core?.halt?.id
  desk.emit({
    type: 'live',
    serving: found.serving,
    level: found.level ?? 'platform',
    ms: ending.ms,
    ...urlOf(desk, found),
    ...(halt ? { halt } : {}),
  })
}

const tellGood = (desk: Desk, kind: Intended['kind'], found: Verified, ending: Ending, recorded: Recorded): Tip | null => {
  if (kind === 'run') desk.emit({ type: 'said', stage: 'deploy', tone: 'good', text: `Done and recorded: ${found.why}.` })
  else tellLive(desk, found, ending, recorded)
  for (const text of found.heard) desk.emit({ type: 'said', stage: 'deploy', tone: 'warn', text })
  if (recorded.kind === 'spooled')
    throw refuse('LEDGER_SPOOLED', {
      what: `${kind === 'run' ? 'It is done' : 'It is live'}, but the ledger could not be written: ${waits(recorded)}.`,
      next: [
        next('see what is in the way', ['safe-deploy', 'doctor']),
        next('then let it be recorded', ['safe-deploy', 'status', '--live']),
      ],
    })
  return recorded.tip
}

/** Where the app answers, as the last look showed it. */
const urlOf = (desk: Desk, { truth }: Verified): { url?: string } => {
  const url = truth && desk.target.url(truth)
  return url ? { url } : {}
}

/** Where an outcome is that the ledger could not take. */
const waits = ({ kept }: Extract<Recorded, { kind: 'spooled' }>): string =>
  kept
    ? 'the outcome waits in this clone and is appended by its next command'
    : 'this clone could not keep the outcome either; the next command that can write finds it out by looking'

const BACK = next('back to the last known good', ['safe-deploy', 'rollback'])
const REBUILD = next('its image is gone from the registry: build that commit again', ['safe-deploy', 'rollback', '--rebuild'])

const tellBad = (
  desk: Desk,
  kind: Intended['kind'],
  draft: Draft & { type: 'deploy.ended' },
  found: Verified,
  ending: Ending,
  recorded: Recorded,
) => {
  const tip = recorded.kind === 'spooled' ? null : recorded.tip
  desk.emit({
    type: 'halted',
    outcome: found.outcome,
    serving: found.serving,
    why: found.why,
    tail: draft.tail,
    suspects: draft.suspects,
    moved: ending.moved,
    again: again(tip),
    ...(tip?.core?.halt ? { halt: tip.core.halt.id } : {}),
    ...urlOf(desk, found),
  })
  const code = ending.imageGone ? 'IMAGE_PRUNED' : codeOf(kind, found)
  return refuse(recorded.kind === 'spooled' ? 'LEDGER_SPOOLED' : code, {
    what: `Halted: ${found.why}`,
    why: [...found.evidence.slice(0, 4), ...(recorded.kind === 'spooled' ? [`the ledger could not be written: ${waits(recorded)}`] : [])],
    who: 'anybody may roll back; a person acknowledges or adopts',
    next: [...(ending.imageGone ? [REBUILD] : []), ...(tip?.core ? waysOut(tip.core) : [BACK])],
  })
}

/** «2 failed deploys since the last known good, same error»: said only when it is so. */
const again = (tip: Tip | null): string | null => {
  const incident = tip?.state?.incident
  if (!incident || incident.failures < 2) return null
  return `${count(incident.failures, 'failed deploy')} since the last known good${incident.same > 1 ? ', same error' : ''}`
}

const codeOf = (kind: Intended['kind'], found: Verified): Code => {
  if (found.outcome === 'unknown') return 'OUTCOME_UNKNOWN'
  if (kind === 'rollback') return 'ROLLBACK_FAILED'
  return found.outcome === 'unhealthy' && found.probes.some((probe) => !probe.passed) ? 'PROBE_FAILED' : 'DEPLOY_FAILED'
}
