import { oneLine } from '../harmless.ts'
import { outcomeOf, type Story } from '../story.ts'

/** Codes that say that the app is halted now. */
const HALTS: ReadonlySet<string> = new Set(['HALTED'])
/** Statuses in which a deploy is refused by what a person or a failure decided: a job that would deploy is left out, not red. */
const NOT_NOW: ReadonlySet<string> = new Set(['halted', 'frozen'])

/**
 * Outputs of a job's step. An empty value: this run did not find out.
 *
 * - `outcome`: what a deploy or rollback really did; `refused`, `interrupted`, `nothing-to-do`, `findings`, `done`
 * - `code`: the permanent code of a refusal or failure
 * - `release`: the release that serves, e.g. `v42`
 * - `halt`, `halted`: id of the halt, and `true` or `false`
 * - `url`: where the app answers
 * - `deploy`: of a status alone: `false` while a halt or freeze stands
 */
export const outputsOf = (story: Story): Record<string, string> => {
  const { live, halted, status, refusal } = story
  const version = (live?.serving ?? halted?.serving ?? status?.live ?? null)?.version ?? null
  const halt = haltOf(story)
  return {
    outcome: outcomeOf(story),
    code: refusal?.code ?? '',
    release: version === null ? '' : `v${version}`,
    halt: halt ?? '',
    halted: halt !== null || halted !== null || HALTS.has(refusal?.code ?? '') ? 'true' : knowsThereIsNone(story) ? 'false' : '',
    url: live?.url ?? halted?.url ?? '',
    ...(story.command === 'status' || status ? { deploy: mayDeploy(story) ? 'true' : 'false' } : {}),
  }
}

const haltOf = ({ live, halted, status, refusal }: Story): string | null =>
  halted?.halt ?? refusal?.halt ?? live?.halt ?? status?.state?.core.halt?.id ?? null

const knowsThereIsNone = ({ live, halted, status }: Story): boolean =>
  halted === null && (live !== null || (status?.state ?? null) !== null)

/** A ledger that is broken or out of reach is not hidden behind a job that was left out: the deploy itself says so. */
const mayDeploy = ({ status, report }: Story): boolean => {
  if (status) return !NOT_NOW.has(status.status)
  const rows: unknown[] = Array.isArray(report?.data) ? report.data : []
  return !rows.some((row) => typeof row === 'object' && row !== null && 'status' in row && NOT_NOW.has(String(row.status)))
}

/**
 * Outputs as lines of GITHUB_OUTPUT. A value ends only at its delimiter, which nobody knows beforehand: none can write another output.
 * @param random text that no value can hold
 */
export const outputLines = (outputs: Readonly<Record<string, string>>, random: string): string =>
  Object.entries(outputs)
    .map(([name, value]) => `${name}<<${random}\n${oneLine(value)}\n${random}\n`)
    .join('')
