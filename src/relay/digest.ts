import { oneLine } from '../notifiers/clip.ts'
import { duration, quote } from '../words.ts'
import { type Channel, destination } from './policy.ts'
import { gravest, type Hearing, type Tally, type Window } from './window.ts'

/** How a window ended. */
export interface Ending {
  how: 'released' | 'expired'
  by: string
}

/** A kind, and how many of it a digest tells of. */
export interface Counted {
  kind: string
  tally: Tally
  told: number
}

/** What a digest tells of. */
export interface Telling {
  what: 'digest' | 'others' | 'closing'
  window: Window
  channel: Channel
  hearing: Hearing
  /** Those with something to tell: at the end all that was held, before that what no digest told. */
  kinds: readonly Counted[]
  ending: Ending | null
  now: number
}

/** Slack takes more; beyond this it folds or cuts. */
const LONGEST = 3_000
const MOST_KINDS = 10
/** Characters of a sample, of a reason and of a name, after escaping. */
const SAMPLE = 150
const REASON = 200
const NAME = 60

/** A webhook body. Nothing in it pings anybody, and no link unfolds. */
export const digestText = (telling: Telling): Readonly<Record<string, unknown>> => ({
  text: fitted(telling),
  link_names: false,
  unfurl_links: false,
  unfurl_media: false,
})

/** As many kinds as fit, most messages first; the rest as a number. */
const fitted = (telling: Telling): string => {
  const sorted = [...telling.kinds].sort((a, b) => b.told - a.told || a.tally.first - b.tally.first)
  for (let shown = Math.min(MOST_KINDS, sorted.length); shown > 0; shown--) {
    const text = lines(telling, sorted.slice(0, shown), sorted.slice(shown))
    if (text.length <= LONGEST) return text
  }
  return lines(telling, [], sorted)
}

const lines = (telling: Telling, shown: Telling['kinds'], rest: Telling['kinds']): string =>
  [
    headline(telling),
    ...shown.map((one) => kindLine(one, isCalm(telling))),
    ...(rest.length > 0 ? [`and ${many(rest.length, 'more kind')}, ${many(toldOf(rest), 'message')}`] : []),
    ...(isCalm(telling)
      ? []
      : [whyLine(telling), `All of them: \`safe-deploy relay held --app ${clean(quote(telling.window.app), NAME)}\``]),
  ].join('\n')

/** Customers read what came to their channel, and how often; why it was quiet, who did what, and commands are for ops. */
const isCalm = ({ channel }: Telling): boolean => channel.audience === 'customer' && destination(channel) === 'main'

const headline = (telling: Telling): string => (telling.what === 'closing' ? closing(telling) : running(telling))

const running = ({ what, window, kinds }: Telling): string => {
  const since = kinds.reduce((least, { tally }) => Math.min(least, tally.first), Number.POSITIVE_INFINITY)
  const counts = `${many(toldOf(kinds), 'message')} in ${many(kinds.length, 'kind')}`
  return what === 'others'
    ? `*${clean(window.app, NAME)}*: ${counts} beyond those that were let through, since ${time(since)} UTC`
    : `*${clean(window.app, NAME)}*: ${counts} held since the last post here`
}

const closing = (telling: Telling): string => {
  const { window, channel, hearing, ending, now } = telling
  const tallies = [...hearing.kinds.values()]
  const all = tallies.reduce((sum, tally) => sum + tally.all, 0)
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0)
  const how = ending?.how === 'released' ? `: released by ${clean(ending.by, NAME)}` : ': ended by itself, its time was over'
  return [
    `*${clean(window.app, NAME)}* is no longer quiet${isCalm(telling) ? '' : how}, after ${duration(Math.max(0, now - window.opened))}.`,
    `${many(all, 'message')} in ${many(tallies.length, 'kind')}: ${number(passed)} shown${channel.quiet === 'divert' ? ' here' : ''}, ${number(all - passed)} held.`,
  ].join('\n')
}

const kindLine = ({ kind, tally: { sample, all, first, last }, told }: Counted, calm: boolean): string =>
  [
    `• *${number(told)}×*${told === all ? '' : ` (${number(all)} in all)`} ${times(first, last)} UTC: \`${clean(sample, SAMPLE)}\``,
    ...(calm ? [] : [`\n   \`safe-deploy relay show ${kind}\``]),
  ].join('')

const whyLine = ({ what, window, now }: Telling): string => {
  const why = gravest(window, now)
  const incident = why?.incident ? `, incident ${clean(why.incident, NAME)}` : ''
  return `${what === 'closing' ? 'It was quiet since' : 'Quiet since'} ${time(window.opened)} UTC${why ? `: ${clean(why.because, REASON)} (by ${clean(why.by, NAME)}${incident})` : ''}`
}

const toldOf = (kinds: Telling['kinds']): number => kinds.reduce((sum, { told }) => sum + told, 0)

const number = (n: number): string => n.toLocaleString('en-US')

const many = (n: number, noun: string): string => `${number(n)} ${noun}${n === 1 ? '' : 's'}`

const times = (first: number, last: number): string => [...new Set([time(first), time(last)])].join('–')

const time = (at: number): string => new Date(at).toISOString().slice(11, 19)

/** One line that Slack takes for text: no mention, no link, no code. */
const clean = (text: string, most: number): string => escaped(text.replaceAll('`', "'"), most)

/** What Slack, or another that takes its webhooks, would read as a mention, a link or an entity. */
const SAFE: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '@': '@\u200b' }

/** The beginning of a text on one line, as long as its escapes allow. */
const escaped = (text: string, most: number): string => {
  let safe = ''
  for (const sign of oneLine(text.slice(0, most * 4))) {
    const next = SAFE[sign] ?? sign
    if (safe.length + next.length >= most) return `${safe}…`
    safe += next
  }
  return safe
}
