import type { Finding } from '../../model.ts'
import type { Story } from '../story.ts'
import { command } from './command.ts'

type Kind = 'error' | 'warning' | 'notice'

/** GitHub shows ten of a kind for a step, and drops the rest without a word. */
const SHOWN = 10

const KINDS: Readonly<Record<Finding['severity'], Kind | null>> = { block: 'error', ask: 'warning', warn: 'notice', note: null }

/** Asked for, these are an answer and no failure; a job that is left out because of one says why. */
const REFUSES: ReadonlySet<string> = new Set(['halted', 'frozen'])

interface Annotation {
  kind: Kind
  text: string
  properties: Readonly<Record<string, string>>
}

/**
 * What a run came to as annotations: at the lines that its open findings name, and one for why it ended. At most ten of a kind.
 * @returns lines for the log
 */
export const annotationsOf = (stories: readonly Story[]): string[] => {
  const all = stories.flatMap((story) => [...endOf(story), ...story.findings.flatMap(findingOf)])
  return (['error', 'warning', 'notice'] as const).flatMap((kind) => bounded(all.filter((one) => one.kind === kind)))
}

const bounded = (all: readonly Annotation[]): string[] => {
  const most = all.length > SHOWN ? SHOWN - 1 : SHOWN
  const rest = all.length - most
  const lines = all.slice(0, most).map(({ kind, text, properties }) => command(kind, text, properties))
  const [first] = all
  return rest > 0 && first
    ? [...lines, command(first.kind, `and ${rest} more: the job summary tells them all`, { title: 'safe-deploy' })]
    : lines
}

const endOf = ({ refusal, halted, status, app }: Story): Annotation[] => {
  const name = `safe-deploy${app ? ` ${app}` : ''}`
  if (halted) return [{ kind: 'error', text: halted.why, properties: { title: `${name}: HALTED, ${halted.outcome}` } }]
  if (status && REFUSES.has(status.status))
    return [{ kind: 'warning', text: status.words.slice(0, 4).join('\n'), properties: { title: name } }]
  if (!refusal) return []
  const text = [refusal.what, ...refusal.why.slice(0, 4)].join('\n')
  return [{ kind: 'error', text, properties: { title: `${name}: ${refusal.code}` } }]
}

const findingOf = ({ severity, rule, subject, place, fact, why, answer }: Finding): Annotation[] => {
  const kind = answer ? null : KINDS[severity]
  if (kind === null) return []
  const at: Record<string, string> = place ? { file: place.file, line: place.line ? String(place.line) : '' } : {}
  return [{ kind, text: `${fact}\n${why}`, properties: { ...at, title: `${severity} ${rule}${subject ? `:${subject}` : ''}` } }]
}
