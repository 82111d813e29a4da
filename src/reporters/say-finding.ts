import type { Finding } from '../model.ts'
import { quote } from '../words.ts'
import { type Line, line, type Tone } from './reporter.ts'

const MARKS: Readonly<Record<Finding['severity'], readonly [mark: string, tone: Tone]>> = {
  block: ['block', 'bad'],
  ask: ['ask', 'warn'],
  warn: ['warn', 'warn'],
  note: ['note', 'dim'],
}

/** Rules that no flag answers; their own lines name the way. */
const BY_ACK_ALONE = new Set(['ships-failed-change', 'ack-outside'])

/** `rule:subject`, the key of a finding. */
const keyOf = (finding: Pick<Finding, 'rule' | 'subject'>): string =>
  finding.subject ? `${finding.rule}:${finding.subject}` : finding.rule

const placeOf = (finding: Finding): string =>
  finding.place ? `   ${finding.place.file}${finding.place.line ? `:${finding.place.line}` : ''}` : ''

/** A subject that holds an equals sign cannot be told from the reason: then the rule alone is answered. */
const answerable = (finding: Finding): string => (finding.subject.includes('=') ? finding.rule : keyOf(finding))

/** The one flag that answers a finding, or null where none does. */
const answerFlag = (finding: Finding): string | null => {
  if (finding.answer || BY_ACK_ALONE.has(finding.rule)) return null
  if (finding.severity === 'ask') return `--accept=${answerable(finding)}`
  return finding.severity === 'block' ? `--override=${answerable(finding)}` : null
}

/** A note is one line, and what was answered needs no reason any more. */
export const saysWhy = ({ severity, answer }: Finding): boolean => severity !== 'note' && !answer

/** `flag` answers it here; undefined: by its severity; null: none does. `run`: only with a run beside it. */
interface Told {
  finding: Finding
  flag?: string | null
  run?: true
}

/**
 * A finding as lines: what, where, why, what to do, and the flag that fits it.
 * @param known the why stands above already
 */
export const sayFinding = ({ finding, flag, run }: Told, known = false): Line[] => {
  const [mark, tone] = MARKS[finding.severity]
  const head = `  ${mark.padEnd(6)} ${keyOf(finding)}${placeOf(finding)}`
  if (finding.severity === 'note') return [line(`${head}   ${finding.fact}`, tone)]
  const under = (label: string, text: string) => line(`         ${label}${text}`)
  if (finding.answer) {
    const { answer } = finding
    return [line(`${head}   ${finding.fact}`, 'dim'), under('answered: ', `${answer.reason} (${answer.by}, ${answer.who})`)]
  }
  const fits = flag === undefined ? answerFlag(finding) : flag
  return [
    line(head, tone),
    under('', finding.fact),
    ...(known ? [] : [under('why: ', finding.why)]),
    ...finding.fix.map((fix, i) => under(i === 0 ? 'do:  ' : 'or:  ', fix)),
    ...(fits ? [under('else: ', `${quote(`${fits}=REASON`)}${run ? ' --evidence-run=COMMAND' : ''}`)] : []),
  ]
}
