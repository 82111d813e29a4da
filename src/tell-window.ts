import { makeHttp } from './adapters/http.ts'
import type { News, Window } from './commands/news.ts'
import { makeRelays } from './notifiers/make.ts'
import type { Desk } from './stages/desk.ts'
import type { World } from './tell.ts'

/** An attempt whose tool is started next. */
interface Starts {
  attempt: string
  deadline_s: number
}

/** The desk whose attempt this is; where the ledger could not take it, the one that was opened last. */
const deskOf = async (news: News, attempt: string): Promise<Desk | null> => {
  const desks = [...news.desks.values()]
  for (const desk of desks) if ((await desk.ledger.newest()).core?.open?.attempt === attempt) return desk
  return desks.at(-1) ?? null
}

/**
 * Opens a window of each relay that the config names: what an app says while it is live and not verified may be held. Never throws, and nothing waits for it
 * but the end of the command.
 */
export const openWindows = async (world: Pick<World, 'env' | 'clock'>, news: News, { attempt, deadline_s }: Starts): Promise<Window[]> => {
  try {
    const desk = await deskOf(news, attempt)
    if (!desk) return []
    const { display, notify } = desk.settings
    const open = (await desk.ledger.newest()).core?.open
    const by = open ? `${open.by.name} (${open.by.via})` : desk.actor.name
    const relays = makeRelays(notify, { ...world, http: makeHttp() })
    return await Promise.all(
      relays.map(async (relay) => {
        const told = await relay.began(display, attempt.slice(0, 8), deadline_s, desk.mask(open?.because ?? ''), desk.mask(by))
        return { attempt, close: () => close(desk, relay, attempt, told.ok ? [] : [`${relay.id} (${told.why})`]) }
      }),
    )
  } catch {
    return []
  }
}

/** An attempt that is still open when its command ends is not verified: then the window ends with its time. */
const close = async (desk: Desk, relay: ReturnType<typeof makeRelays>[number], attempt: string, failed: string[]): Promise<string[]> => {
  try {
    if ((await desk.ledger.newest()).core?.open?.attempt === attempt) return failed
    const told = failed.length > 0 ? null : await relay.over(desk.settings.display)
    return told && !told.ok ? [`${relay.id} (${told.why})`] : failed
  } catch {
    return failed
  }
}
