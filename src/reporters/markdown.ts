import type { Next } from '../errors.ts'
import type { Finding, FoldedLine, Suspect } from '../model.ts'
import { duration, howProved, nameServing } from '../words.ts'
import { fenced, plainText } from './markdown-text.ts'
import { outcomeOf, type Story } from './story.ts'
import { trailersFor } from './trailers.ts'
import { typed } from './typed.ts'

/** A host takes 1 MiB from a step, of which others may write too. */
const LARGEST = 256 * 1024
const MOST_FINDINGS = 100
const ORDER: Readonly<Record<Finding['severity'], number>> = { block: 0, ask: 1, warn: 2, note: 3 }

/**
 * A run as a page of Markdown: outcome, what serves, findings, ways out, trailers to paste. Whatever a text of it quotes is text and nothing else.
 * @returns empty where nothing is to tell
 */
export const markdownOf = (stories: readonly Story[]): string => {
  const pages = stories.map(pageOf).filter((page) => page.length > 0)
  if (pages.length === 0) return ''
  const text = `${pages.map((page) => page.join('\n')).join('\n\n')}\n`
  return Buffer.byteLength(text) <= LARGEST
    ? text
    : `${pages.map((page) => page[0]).join('\n\n')}\n\nToo much for a summary; the log tells all of it.\n`
}

const pageOf = (story: Story): string[] => [
  `## ${['safe-deploy', plainText(story.command), plainText(story.app)].filter(Boolean).join(' ')}: ${plainText(headline(story))}`,
  ...serves(story),
  ...failure(story),
  ...findings(story.findings),
  ...refusal(story),
  ...(story.status?.next ? ways(story.status.status === 'halted' ? 'Ways out' : 'Next', story.status.next) : []),
  ...trailers(story.findings),
]

const headline = (story: Story): string => {
  if (story.halted) return `HALTED, ${story.halted.outcome}`
  if (story.refusal) return story.refusal.code
  if (story.status) return story.status.status
  return outcomeOf(story)
}

const serves = ({ live, halted, status, probes }: Story): string[] => {
  const probed = probes.map(({ name, passed, wasRed, ms, note }) => {
    const how = passed ? 'passed' : wasRed ? 'failed, as it was before' : 'failed'
    return `- Probe ${plainText(name)} ${how}, ${duration(ms)}${note ? `: ${plainText(note)}` : ''}`
  })
  const list = [
    ...(live ? [`- Serves now: ${serving(live.serving)}, ${howProved(live)}, after ${duration(live.ms)}`] : []),
    ...(halted ? [`- Serves now: ${serving(halted.serving)}`] : []),
    ...[live?.url ?? halted?.url].flatMap((url) => (url ? [`- Answers at ${plainText(url)}`] : [])),
    ...probed,
    ...(status?.words ?? []).map((word) => `- ${plainText(word)}`),
  ]
  return list.length > 0 ? ['', ...list] : []
}

const serving = (what: { id: string; version: number | null; commit: string | null } | null): string =>
  what ? `${plainText(nameServing(what))}${what.commit ? `, commit ${plainText(what.commit.slice(0, 10))}` : ''}` : 'not known'

const failure = ({ halted }: Story): string[] => {
  if (!halted) return []
  const suspects = halted.suspects.slice(0, 5).map(suspect)
  return [
    '',
    `**What failed:** ${plainText(halted.why)}`,
    ...(halted.again ? ['', `**Again:** ${plainText(halted.again)}`] : []),
    ...(halted.tail.length > 0 ? ['', ...fenced(halted.tail.map(folded))] : []),
    '',
    '**What could explain it**',
    '',
    ...(suspects.length > 0
      ? suspects
      : ['- nothing in the change matches this failure', ...halted.moved.map((one) => `- also moved: ${plainText(one)}`)]),
  ]
}

const folded = ({ text, count }: FoldedLine): string => `${text.slice(0, 500)}${count > 1 ? `   (${count} times)` : ''}`

const placeOf = (place: { file: string; line?: number } | null | undefined): string =>
  place ? `${place.file}${place.line ? `:${place.line}` : ''}` : ''

const suspect = ({ place, text, because }: Suspect): string =>
  `- ${plainText([placeOf(place), text].filter(Boolean).join('   '))} (${plainText(because)})`

const findings = (all: readonly Finding[]): string[] => {
  if (all.length === 0) return []
  const sorted = [...all].sort((a, b) => Number(!!a.answer) - Number(!!b.answer) || ORDER[a.severity] - ORDER[b.severity])
  const rest = sorted.length - MOST_FINDINGS
  return [
    '',
    '| severity | finding | place | what is the case | what to do |',
    '| --- | --- | --- | --- | --- |',
    ...sorted.slice(0, MOST_FINDINGS).map(row),
    ...(rest > 0 ? ['', `… and ${rest} more; the log tells them.`] : []),
  ]
}

const row = ({ severity, rule, subject, place, fact, why, fix, answer }: Finding): string => {
  const todo = answer ? `answered: ${answer.reason} (${answer.by}, ${answer.who})` : fix.join(' Or: ')
  const name = `${rule}${subject ? `:${subject}` : ''}`
  const says = severity === 'note' ? fact : `${fact} ${why}`
  return `| ${[severity, name, placeOf(place), says, todo].map((cell) => plainText(cell)).join(' | ')} |`
}

const refusal = ({ refusal, halted }: Story): string[] => {
  if (!refusal) return []
  const { what, why, who, next, code, exit } = refusal
  return [
    ...(halted ? [] : ['', `**${plainText(what)}**`]),
    ...(why.length > 0 ? ['', ...why.slice(0, 20).map((one) => `- ${plainText(one)}`)] : []),
    ...(who ? ['', `Who can lift it: ${plainText(who)}.`] : []),
    '',
    `${plainText(code)}, exit ${exit}`,
    ...ways(halted || code === 'HALTED' ? 'Ways out' : 'Next', next),
  ]
}

const ways = (title: string, all: readonly Next[]): string[] =>
  all.length === 0 ? [] : ['', `**${title}**`, '', ...fenced(all.slice(0, 12).map((one) => `${typed(one)}   # ${one.says}`))]

const trailers = (all: readonly Finding[]): string[] => {
  const lines = trailersFor(all)
  if (lines.length === 0) return []
  const where =
    'To answer here what asks, end the message of the last commit with this paragraph, each line with its reason. A merge carries it; a squash wants it in its message.'
  return ['', '**Trailers to paste**', '', where, '', ...fenced(lines)]
}
