import { guardFiles } from './adapters/guard-files.ts'
import { makeHttp } from './adapters/http.ts'
import { isCi } from './agents/actor.ts'
import type { Call } from './commands/call.ts'
import type { News } from './commands/news.ts'
import type { Settings } from './config/settings.ts'
import { withMissing } from './errors.ts'
import { recalled } from './ledger/memory.ts'
import { makeNoticesRef } from './ledger/notices-ref.ts'
import type { PrivateFolder } from './ledger/private.ts'
import { routeTo } from './ledger/route.ts'
import { readSpool } from './ledger/spool.ts'
import type { State } from './ledger/state.ts'
import { waysOut } from './ledger/ways-out.ts'
import { makeKept } from './notices-kept.ts'
import { makeOutlets } from './notifiers/make.ts'
import type { Notice } from './notifiers/outlet.ts'
import { originUrl } from './origin-url.ts'
import type { Git } from './ports.ts'
import { typed } from './reporters/typed.ts'
import type { Desk } from './stages/desk.ts'
import { endedStory, openStory } from './story.ts'
import { tellNotices, type Untold } from './tell-notices.ts'
import { whichLedger } from './which-ledger.ts'

export type World = Pick<Call, 'env' | 'clock' | 'mask' | 'hide' | 'emit'>

/** An app that there may be something to tell of. */
interface Subject {
  settings: Settings
  state: State
  /** Was it read from the ledger just now? Then what it does not know of is over. */
  sure: boolean
  folder: PrivateFolder
  git: Git
  /** Where its ledger is; null: in this clone alone. */
  place: string | null
  gitDir: string
}

/** What the ledger says, and upon it what this clone could not append to it yet. */
const stateOf = async (desk: Desk): Promise<{ state: State | null; sure: boolean }> => {
  const tip = await desk.ledger.newest()
  const waits = (await readSpool(desk)).some(({ spooled }) => spooled?.app === desk.ledger.app)
  if (waits) return { state: (await recalled(desk, { ...tip, cachedAt: tip.cachedAt ?? '' })).state, sure: false }
  return { state: tip.state, sure: tip.problem === null && tip.cachedAt === null }
}

const byDesk = async (desk: Desk): Promise<Subject | null> => {
  const { state, sure } = await stateOf(desk)
  const { settings, folder, git, ledger } = desk
  return state && { settings, state, sure, folder, git, place: ledger.store.sharedAt, gitDir: ledger.store.gitDir }
}

/** Who only looked has read neither settings nor git's config yet. */
const byLook = async (call: Call, { looked }: News): Promise<Subject | null> => {
  if (!looked) return null
  const [{ makeGit }, { settingsOf }, { openLedger }] = await Promise.all([
    import('./adapters/git.ts'),
    import('./settings-of.ts'),
    import('./open-ledger.ts'),
  ])
  const { root, folder, state } = looked
  const git = makeGit({ cwd: root, env: call.env })
  const settings = await settingsOf({ ...call, emit: () => undefined }, { git, root, folder })
  const { store } = await openLedger(call, { git, folder }, whichLedger(settings), { name: '', via: 'terminal', host: '' })
  return { settings, state, sure: false, folder, git, place: store.sharedAt, gitDir: store.gitDir }
}

const subjectsOf = async (news: News, call: Call | null): Promise<Subject[]> => {
  const desks = [...news.desks.values()].filter(({ settings }) => settings.notify.length > 0)
  const found = await Promise.all(desks.map(byDesk))
  const seen = news.looked && news.desks.has(news.looked.app) ? null : call && (await byLook(call, news))
  return [...found, seen].filter((one) => one !== null)
}

const masker =
  ({ mask }: World) =>
  (notice: Notice): Notice => {
    const text = <T extends string | null>(value: T): T => (value === null ? value : (mask(value) as T))
    const { why, by, serving, suspect, cause, url, ended } = notice
    return {
      ...notice,
      why: text(why),
      by: text(by),
      serving: text(serving),
      suspect: text(suspect),
      cause: text(cause),
      url: text(url),
      ended: ended && { ...ended, by: text(ended.by), because: text(ended.because) },
    }
  }

const waysOf = ({ state, settings }: Subject): Notice['ways'] =>
  waysOut(state.core).map((one) => ({ says: one.says, type: typed(withMissing(one, settings.key ? [`--app=${settings.key}`] : [])) }))

const isSince = (at: string | undefined, began: number): boolean => at !== undefined && Date.parse(at) >= began

const tellSubject = async (world: World, news: News, one: Subject): Promise<Untold[]> => {
  const { settings, state, folder, git } = one
  const app = whichLedger(settings).app
  const { env, clock } = world
  const made = makeOutlets(settings.notify, { env, http: makeHttp(), clock, remoteUrl: await originUrl(git) })
  world.hide(made.secrets)
  const saw = news.saw.get(app) ?? { serving: null, url: null }
  const open = openStory(state, saw, world.mask)
  const kept = makeKept(guardFiles, folder, app)
  for (const refused of open ? news.refused : []) if (refused === app) await kept.refuse(open!.key)
  const route = one.place === null ? null : await routeTo({ git, env, ci: isCi(env) }, settings.ledger.remote ?? one.place)
  return tellNotices({
    app: settings.display,
    open,
    ended: state.ended ? endedStory(state.ended, saw, world.mask) : null,
    kept,
    clock,
    mask: masker(world),
    asOf: one.sure && (open !== null || state.incident === null) ? (state.last?.at ?? null) : null,
    opened: isSince(state.core.halt?.since, news.began),
    fresh: isSince(state.ended?.at, news.began),
    outlets: made.outlets,
    unable: made.missing.map(({ id, keys }) => ({ id, why: `$${keys.join(' and $')} is not set here` })),
    ways: waysOf(one),
    shared: makeNoticesRef({ git, files: guardFiles, clock, gitDir: one.gitDir, folder: folder.noticesGit, app, route }),
  })
}

/**
 * Tells outlets what this command leaves to tell, after its outcome was shown, and closes the windows of relays that it opened. What could not be told is
 * said in one line, kept for `status`, and told by the next command. Never throws: no notice changes how a command ends.
 * @param call null where the command line could not be read
 */
export const tell = async (world: World, news: News, call: Call | null): Promise<void> => {
  const failed: string[] = []
  try {
    const subjects = await subjectsOf(news, call)
    const untold = await Promise.all(subjects.map((one) => tellSubject(world, news, one)))
    failed.push(...untold.flat().map(({ id, why }) => `${id} (${why})`))
  } catch (error) {
    failed.push(error instanceof Error ? error.message : 'nobody could be told')
  }
  const windows = (await Promise.all(news.windows)).flat()
  failed.push(...(await Promise.all(windows.map(({ close }) => close()))).flat())
  if (failed.length === 0) return
  const text = world.mask(`Not told: ${failed.join('; ')}. This changes nothing here; the next command tries again.`)
  world.emit({ type: 'said', stage: null, tone: 'warn', text })
}
