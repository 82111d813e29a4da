import { next, refuse } from '../errors.ts'
import type { ChannelSaid, HeldSaid, KindSaid, MessageSaid, PageSaid, StatusSaid, WindowSaid } from '../relay/answers.ts'
import type { RelayClient } from '../relay/client.ts'
import { ago, count } from '../words.ts'
import { eachRelay, type RelayContext, type RelayHere } from './relay-each.ts'
import { clean, clip, linesOf, table, timeOf, typed } from './relay-lines.ts'

/** Rows of a table; `--json` has all. */
const ROWS = 100
const SAMPLE = 72
/** Characters of names and reasons in a table. */
const NAME = 40

const stateOf = ({ window }: ChannelSaid, now: number): string =>
  window === null ? 'normal' : `quiet until ${timeOf(window.until, now)} (${reasonsOf(window)})`

const reasonsOf = ({ reasons }: WindowSaid): string => reasons.map(({ reason }) => clean(reason)).join(', ')

/** Why a window is open, once each. */
const whyQuiet = (channels: readonly ChannelSaid[]): string[] => {
  const windows = new Map(channels.flatMap(({ app, window }) => (window ? [[app, window] as const] : [])))
  return [...windows].flatMap(([app, { reasons }]) =>
    reasons.map(
      ({ reason, because, by }) =>
        `${clip(clean(app), NAME)} is quiet, ${clean(reason)}: ${clip(clean(because), 200)} (${clip(clean(by), NAME)})`,
    ),
  )
}

const statusLines = ({ journal, channels }: StatusSaid, { now, retype }: RelayContext): string[] => {
  const rows = channels
    .slice(0, ROWS)
    .map((one) => [clip(clean(one.name), NAME), clip(clean(one.app), NAME), stateOf(one, now), one.passed, one.held, one.kinds, one.queue])
  return [
    ...table(['CHANNEL', 'APP', 'STATE, UTC', 'PASSED', 'HELD', 'KINDS', 'QUEUE'], rows),
    ...(channels.length > ROWS ? [`and ${channels.length - ROWS} more: --json shows all`] : []),
    ...whyQuiet(channels),
    ...channels.flatMap(({ name, trouble }) =>
      trouble === null ? [] : [`${clip(clean(name), NAME)} cannot be posted to: ${clip(clean(trouble), 200)}`],
    ),
    ...(journal.ok ? [] : [`The journal fails, so nothing is held and everything is handed on: ${clip(clean(journal.why ?? ''), 200)}`]),
    ...(journal.torn > 0 ? [`Lines of the journal that a crash cut off, and that were never acknowledged: ${journal.torn}`] : []),
    ...(channels.some(({ held }) => held > 0) ? [`what is held: ${typed(retype('held'))}`] : []),
  ]
}

/** `safe-deploy relay status`: each channel, whether its app is quiet, and what was passed and held. */
export const relayStatus = async (context: RelayContext): Promise<number> =>
  eachRelay(context, async ({ name }, client) => {
    const said = await client.status()
    context.emit({
      type: 'report',
      title: `${name}: version ${clip(clean(said.version), NAME)}, began ${ago(said.since, context.now)}`,
      lines: statusLines(said, context),
      data: { relay: name, ...said },
    })
  })

const kindRow = (one: KindSaid, now: number): (string | number)[] => [
  clip(clean(one.kind), NAME),
  one.held,
  one.count,
  timeOf(one.first, now),
  timeOf(one.last, now),
  clip(clean(one.channel), NAME),
  `${one.ended ? '(window over) ' : ''}${clip(clean(one.sample), SAMPLE)}`,
]

const heldLines = ({ kinds, more }: HeldSaid, { now, retype }: RelayContext): string[] => [
  ...table(
    ['KIND', 'HELD', 'ALL', 'FIRST', 'LAST', 'CHANNEL', 'SAMPLE'],
    kinds.slice(0, ROWS).map((one) => kindRow(one, now)),
  ),
  ...(kinds.length > ROWS ? [`and ${kinds.length - ROWS} more kinds: --json shows ${more ? 'them' : 'all'}`] : []),
  ...(more ? [`and ${count(more.kinds, 'kind')} of which less is held, ${count(more.held, 'message')}`] : []),
  ...kinds.slice(0, 1).map(({ kind }) => `all of one, times UTC: ${typed(retype('show', clip(clean(kind), NAME)))}`),
]

/** `safe-deploy relay held`: kinds of the open window and of the last one, most held first. */
export const relayHeld = async (context: RelayContext): Promise<number> =>
  eachRelay(context, async ({ name, app }, client) => {
    const said = await client.held(app)
    const kinds = [...said.kinds].sort((a, b) => b.held - a.held)
    const held = kinds.reduce((sum, one) => sum + one.held, said.more?.held ?? 0)
    const whose = app === null ? '' : ` of ${app}`
    context.emit({
      type: 'report',
      title:
        kinds.length === 0
          ? `${name}: nothing${whose} is held.`
          : `${name}: ${count(held, 'message')}${whose} held in ${count(kinds.length + (said.more?.kinds ?? 0), 'kind')}`,
      lines: kinds.length === 0 ? [] : heldLines({ ...said, kinds }, context),
      data: { relay: name, ...said, kinds },
    })
  })

const messageLines = ({ at, channel, body }: MessageSaid, text: string, now: number): string[] => {
  const [first = '', ...rest] = linesOf(text === '' ? (body ?? '') : text)
  const head = `${timeOf(at, now)}  ${clip(clean(channel), NAME)}${body === null ? ', passed on' : ''}  `
  return [`${head}${first}`, ...rest.map((line) => `${' '.repeat(10)}${line}`)]
}

/** Pages as they come: no more than one is held here. */
const showAll = async ({ emit, now }: RelayContext, { name }: RelayHere, client: RelayClient, asked: string): Promise<void> => {
  const at = { kind: asked, after: null as string | null, seen: 0 }
  do {
    const page: PageSaid = await client.show(at.kind, at.after)
    at.seen += page.messages.length
    const title =
      at.after === null
        ? `${name}: kind ${clean(page.kind)}, oldest first, times UTC: ${clip(clean(page.mask), 160)}`
        : `… to message ${at.seen}`
    emit({
      type: 'report',
      title,
      lines: page.messages.flatMap((one) => messageLines(one, client.textOf(one), now)),
      data: { relay: name, ...page },
    })
    // A relay that sends nothing new would be asked for ever.
    if (page.messages.length === 0 || page.next === at.after) return
    Object.assign(at, { kind: page.kind, after: page.next })
  } while (at.after !== null)
}

/**
 * `safe-deploy relay show KIND`: every message of a kind, with its time; with `--json` also its body, as it was posted.
 * @throws USAGE without a kind
 */
export const relayShow = async (context: RelayContext, kind: string | null): Promise<number> => {
  if (kind === null || !/^[0-9a-z]{1,12}$/.test(kind)) {
    throw refuse('USAGE', {
      what:
        kind === null
          ? 'Which kind? relay held lists them; its beginning is enough.'
          : `${JSON.stringify(clip(clean(kind), NAME))} is no kind: they are like 3f9a1c2b77d0.`,
      next: [next('the kinds, most held first', context.retype('held'))],
    })
  }
  return eachRelay(context, (relay, client) => showAll(context, relay, client, kind), {
    enough: 'one',
    lead: next('the kinds, most held first', context.retype('held')),
  })
}
