import { next, refuse } from '../errors.ts'
import type { Emit } from '../events.ts'
import type { Notice, Outlet, Told } from '../notifiers/outlet.ts'

/** What `notify test` works with. */
export interface NotifyContext {
  /** The config that names the outlets, or null: there is none. */
  file: string | null
  outlets: readonly Outlet[]
  /** Outlets that could not be made for want of env keys. */
  missing: readonly { id: string; keys: readonly string[] }[]
  /** Whose notices: the app, who tries, the commit that is checked out, and an id that no incident has. */
  about: Pick<Notice, 'app' | 'by' | 'commit' | 'incident'>
  now: number
  emit: Emit
}

/** How one outlet did. `ended`: what it said when it was told that the test is over, where something stays open there until then. */
interface Tried {
  outlet: string
  arrived: boolean
  says: string
  retry_ms: number | null
  final: boolean
  ended: string | null
}

const TIMEOUT_MS = 5000

const noticeOf = ({ about, now }: NotifyContext, over: boolean): Notice => {
  const at = new Date(now).toISOString()
  return {
    v: 1,
    happening: over ? 'ended' : 'opened',
    ...about,
    ...{ halt: over ? null : about.incident, since: at, at, outcome: null, why: 'Somebody tries whether notices arrive.' },
    ...{ serving: null, suspect: null, cause: null, ways: [], url: null, test: true },
    counts: { failures: 0, refused: 0, rollbacks: 0, atLeast: false },
    ended: over ? { at, how: 'adopted', by: about.by, because: 'the test is over' } : null,
  }
}

const saysOf = (told: Told): string => (told.ok ? told.said : told.why)

/** Tells of a test, and where something stays open, that it is over: also after a failure, which may have come halfway. */
const tryOut = async (context: NotifyContext, outlet: Outlet): Promise<Tried> => {
  const told = await outlet.tell(noticeOf(context, false), {}, TIMEOUT_MS)
  const over = outlet.stays ? await outlet.tell(noticeOf(context, true), told.ok ? told.memory : {}, TIMEOUT_MS) : null
  const failed = [told, over].find((one) => one?.ok === false)
  const how = failed && !failed.ok ? { retry_ms: failed.retryMs, final: failed.final } : { retry_ms: null, final: false }
  return { outlet: outlet.id, arrived: !failed, says: saysOf(told), ...how, ended: over && saysOf(over) }
}

const lineOf = ({ outlet, says, ended }: Tried): string =>
  `${outlet}: ${[...new Set([says, ...(ended === null ? [] : [ended])])].join('; then ')}`

const later = ({ retry_ms }: Tried): string => (retry_ms === null ? '' : `; it asks to wait ${Math.ceil(retry_ms / 1000)} s`)

/**
 * `safe-deploy notify test`: one notice to every outlet of the config, and what came back. What a notice would leave open is ended at once.
 * @returns 0 when all arrived
 * @throws NO_OUTLETS where none is configured, NOTICE_FAILED naming each that did not take it
 */
export const notifyTest = async (context: NotifyContext): Promise<number> => {
  const { file, outlets, missing, emit } = context
  if (outlets.length + missing.length === 0) throw noOutlets(file)
  const tried = await Promise.all(outlets.map((outlet) => tryOut(context, outlet)))
  const unset = missing.map(({ id, keys }): Tried => {
    const says = `${keys.map((key) => `$${key}`).join(' and ')} ${keys.length === 1 ? 'is' : 'are'} not set here`
    return { outlet: id, arrived: false, says, retry_ms: null, final: true, ended: null }
  })
  const all = [...tried, ...unset]
  const failed = all.filter(({ arrived }) => !arrived)
  for (const one of all) if (one.arrived) emit({ type: 'said', stage: null, tone: 'good', text: lineOf(one) })
  const title =
    failed.length === 0 ? 'Every outlet took the notice.' : `${all.length - failed.length} of ${all.length} outlets took the notice.`
  emit({ type: 'report', title, lines: [], data: all })
  if (failed.length === 0) return 0
  throw refuse('NOTICE_FAILED', {
    what: `Not told: ${failed.map(({ outlet }) => outlet).join(', ')}.`,
    why: failed.map((one) => `${lineOf(one)}${later(one)}`),
    who: 'whoever may set these env keys, or change notify in the config',
    next: [next('again, when that is done', ['safe-deploy', 'notify', 'test'])],
  })
}

const noOutlets = (file: string | null) =>
  refuse('NO_OUTLETS', {
    what: `${file === null ? 'There is no safe-deploy.yml here: nobody is' : `${file} names nobody to be`} told of a halt.`,
    why: [
      `Write it into ${file ?? 'safe-deploy.yml (safe-deploy init makes one)'}, for example:`,
      'notify: [{ slack: { webhook: $SLACK_WEBHOOK_URL } }]',
      'Others: webhook, pagerduty, alertmanager, github, relay. Secrets stay in the environment.',
    ],
    next: [
      next('what each of them takes', ['safe-deploy', 'notify', 'test', '--help']),
      next('try it then', ['safe-deploy', 'notify', 'test']),
    ],
  })
