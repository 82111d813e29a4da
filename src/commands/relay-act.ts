import { durationMs, LONGEST_MS } from '../config/duration.ts'
import { next, refuse } from '../errors.ts'
import type { QuietSaid } from '../relay/answers.ts'
import { count, inTime } from '../words.ts'
import { type Flags, textOf } from './flags.ts'
import { eachRelay, type RelayContext, type RelayHere } from './relay-each.ts'
import { clean, timeOf, typed } from './relay-lines.ts'

/** A window as it is asked for. */
interface Wanted {
  ttlS: number
  because: string
}

/**
 * What `relay quiet` was asked for.
 * @throws USAGE without an end: a window that nobody ends would leave a channel mute; NO_BECAUSE
 */
export const wantedQuiet = (flags: Flags, { retype }: Pick<RelayContext, 'retype'>): Wanted => {
  const [span, because] = [textOf(flags, 'for'), textOf(flags, 'because')?.trim() ?? '']
  const ms = span === null ? Number.NaN : durationMs(span)
  if (Number.isNaN(ms) || ms < 1000 || ms > LONGEST_MS) {
    throw refuse('USAGE', {
      what: span === null ? 'For how long? Every quiet window has an end.' : `--for cannot be read, or is no length for a window: ${span}`,
      why: [
        'a window without an end would leave a channel mute when nobody comes back',
        '--for takes 30m, 2h or 45s; the relay cuts it to its longest',
      ],
      next:
        because === ''
          ? [next('for example', retype('quiet', '--for=30m'), ['--because'])]
          : [next('for example', retype('quiet', '--for=30m', `--because=${because}`))],
    })
  }
  if (because === '') {
    throw refuse('NO_BECAUSE', {
      what: 'Say why repeats are held: the digests tell it to whoever waits for these messages.',
      next: [next('with a reason', retype('quiet', `--for=${span}`), ['--because'])],
    })
  }
  return { ttlS: ms / 1000, because: because.slice(0, 500) }
}

const appOf = ({ app }: RelayHere): string => {
  if (app === null) throw refuse('USAGE', { what: 'Which app? Nothing here names one; say --app=NAME, as the relay’s config has it.' })
  return app
}

const more = ({ said, warning }: Pick<QuietSaid, 'said' | 'warning'>): string[] =>
  [said, warning].flatMap((text) => (text ? [clean(text)] : []))

/** `safe-deploy relay quiet`: opens the window of a person, or renews it, on every relay that is named. */
export const relayQuiet = async (context: RelayContext, { ttlS, because }: Wanted): Promise<number> => {
  const by = await context.by()
  return eachRelay(context, async (relay, client) => {
    const app = appOf(relay)
    const answer = await client.quiet({ app, ttlS, because, by: by.slice(0, 200), reason: 'person' })
    const until = answer.window?.reasons.find(({ reason }) => reason === 'person')?.until ?? answer.window?.until ?? null
    const last = until === null ? '' : ` until ${timeOf(until, context.now)} UTC (${inTime(Date.parse(until) - context.now)})`
    context.emit({
      type: 'report',
      title: until === null ? `${relay.name}: no window of ${app} is open.` : `${relay.name}: ${app} is quiet${last}.`,
      lines: [
        ...more(answer),
        ...(until === null ? [] : ['The first of each kind still comes through; repeats are kept and counted.']),
        `what is held: ${typed(context.retype('held'))}`,
        `end it: ${typed(context.retype('release'))}`,
      ],
      data: { relay: relay.name, ...answer },
    })
  })
}

/** `safe-deploy relay release`: ends the window, whatever opened it; what was held is told in a closing digest. */
export const relayRelease = async (context: RelayContext): Promise<number> => {
  const by = await context.by()
  return eachRelay(context, async (relay, client) => {
    const app = appOf(relay)
    const answer = await client.release(app, by.slice(0, 200), null)
    const still = answer.window ? `; still quiet until ${timeOf(answer.window.until, context.now)} UTC` : ''
    context.emit({
      type: 'report',
      title: `${relay.name}: ${answer.released ? `${app} is released` : `${app} was not quiet`}${still}.`,
      lines: more(answer),
      data: { relay: relay.name, ...answer },
    })
  })
}

/** `safe-deploy relay flush`: posts the digests of what is held now instead of later. The window goes on. */
export const relayFlush = async (context: RelayContext): Promise<number> =>
  eachRelay(context, async (relay, client) => {
    const posts = await client.flush(relay.app)
    const whose = relay.app === null ? '' : ` for ${relay.app}`
    context.emit({
      type: 'report',
      title:
        posts === 0
          ? `${relay.name}: nothing is waiting to be told${whose}.`
          : `${relay.name}: ${count(posts, 'post')} on the way${whose}.`,
      lines: [],
      data: { relay: relay.name, posts },
    })
  })
