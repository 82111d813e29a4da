import type { NoticesRef } from './ledger/notices-ref.ts'
import type { Kept, Mark } from './notices-kept.ts'
import { type Book, type Entry, entryOf, heardAs, joined, noted, type Story, UNHEARD } from './notifiers/book.ts'
import { answered, claims, due, noticeOf } from './notifiers/due.ts'
import type { Happening, Notice, Outlet, Told } from './notifiers/outlet.ts'
import { parseBook } from './notifiers/parse-book.ts'
import { tellOnce } from './notifiers/tell-once.ts'
import type { Clock } from './ports.ts'
import { differentHex } from './random.ts'

/** What there is to tell of one app, to whom, and where it is written what was told. */
export interface Telling {
  app: string
  /** The open incident, and the one that ended last; each null where there is none. */
  open: Story | null
  ended: Story | null
  /** Time of the ledger's newest event; null: it was not read just now, or holds an incident that nobody is told of. */
  asOf: string | null
  /** This command opened the halt that stands. */
  opened: boolean
  /** This command ended it. */
  fresh: boolean
  outlets: readonly Outlet[]
  /** Outlets that cannot be told from here, and why. */
  unable: readonly { id: string; why: string }[]
  ways: Notice['ways']
  kept: Kept
  shared: NoticesRef
  clock: Clock
  mask(notice: Notice): Notice
}

/** One outlet that was not told. */
export interface Untold {
  id: string
  why: string
}

/** All of reading and writing the shared book, and how much of it the first time may take. */
const BOOK_MS = 5000
const READ_MS = 4000
/** Telling has its own time, whatever the book took. */
const TELL_MS = 5000
/** An end that nobody has heard of since is history: until then each new clone asks once whether all heard. */
const HISTORY_MS = 30 * 86_400_000
/** Clocks of machines differ, and a halt may be younger than what was read of the ledger. */
const SURE_MS = 15 * 60_000

interface Item {
  entry: Entry
  outlet: Outlet
  happening: Happening
}

const write = (book: Book): string => `${JSON.stringify(book)}\n`

const isOld = (story: Story | null, now: number): boolean => !story?.ended || now - Date.parse(story.ended.at) > HISTORY_MS

const outletOf = ({ id, why }: Untold): Outlet => ({
  id,
  hears: ['opened', 'ended'],
  idempotent: true,
  tell: async () => ({ ok: false, why, retryMs: null, final: true }),
})

/** All that is due by a book. What is neither open nor known to be over nobody can tell of. */
const itemsOf = (telling: Telling, book: Book, by: string): Item[] => {
  const now = telling.clock.now()
  const { open, ended, fresh, unable } = telling
  const told = book.incidents.filter(({ story }) => story.ended !== null || story.key === open?.key)
  const items = (entry: Entry, outlets: readonly Outlet[]): Item[] =>
    outlets.flatMap((outlet) => {
      const happening = due(entry, outlet, now, { by, fresh: fresh && entry.story.key === ended?.key })
      return happening ? [{ entry, outlet, happening }] : []
    })
  return told.flatMap((entry) => [
    ...items(entry, telling.outlets),
    // Said once; whoever can tell it does.
    ...items(entry, unable.map(outletOf)).filter(({ outlet }) => !entry.outlets[outlet.id]?.missed),
  ])
}

/**
 * Ends what the ledger, though it was written since, has neither open nor as ended last: it ended unseen before another one, by an earlier version, or with
 * a ledger that was begun anew.
 */
const withForgotten = ({ asOf, open, ended }: Telling, book: Book): Book =>
  asOf === null
    ? book
    : book.incidents
        .map(({ story }) => story)
        .filter(
          ({ key, since, ended: over }) =>
            !over && key !== open?.key && key !== ended?.key && Date.parse(asOf) - Date.parse(since) > SURE_MS,
        )
        .reduce((now, story) => noted(now, { ...story, halt: null, kind: 'ended', ack: null, ended: { at: asOf, ...UNSEEN } }, []), book)

const UNSEEN = { how: 'not known', by: 'somebody', because: 'the ledger no longer knows of it' } as const

const withStories = (telling: Telling, before: Book, marks: readonly Mark[]): Book =>
  withForgotten(telling, withKnown(telling, before, marks))

const withKnown = (telling: Telling, book: Book, marks: readonly Mark[]): Book =>
  [telling.ended, telling.open].reduce(
    (now, story) =>
      story
        ? noted(
            now,
            story,
            marks.flatMap(({ key, mark }) => (key === story.key ? [mark] : [])),
          )
        : now,
    book,
  )

const claimed = (book: Book, items: readonly Item[], by: string, at: string): Book =>
  items
    .filter(({ outlet, happening }) => claims(outlet, happening))
    .reduce((now, { entry, outlet }) => heardAs(now, entry.story.key, outlet.id, (heard) => ({ ...heard, claim: { by, at } })), book)

interface Answer extends Item {
  told: Told
  at: string
}

const withAnswers = (book: Book, answers: readonly Answer[], by: string): Book =>
  answers.reduce(
    (now, { entry, outlet, told, at }) => heardAs(now, entry.story.key, outlet.id, (heard) => answered(heard, entry, told, { at, by })),
    book,
  )

/**
 * Tells whoever has not heard yet how an incident stands, once among all machines. Nothing is asked of anybody where this clone knows that all is told.
 * Never throws.
 * @returns outlets that were not told
 */
export const tellNotices = async (telling: Telling): Promise<Untold[]> => {
  const { kept, shared, clock } = telling
  const by = differentHex()
  const [own, marks] = [await kept.read(), await kept.refused()]
  if (isAllTold(telling, own, marks, by)) return []
  const until = clock.now() + BOOK_MS
  const plan = await planned(telling, own, marks, by)
  const answers = await tellAll(telling, plan.items, plan.away)
  // Telling took its own time.
  const left = Math.max(BOOK_MS - READ_MS, until - clock.now())
  if (answers.length > 0 && !plan.away)
    await shared.change((text) => write(withAnswers(joined(parseBook(text), plan.book), answers, by)), left)
  await kept.write(withAnswers(plan.keep, answers, by))
  if (!plan.away) await kept.forget(marks)
  return answers.flatMap(({ outlet, told }) => (told.ok ? [] : [{ id: outlet.id, why: told.why }]))
}

/** Does this clone know, without asking anybody, that there is nothing to do? */
const isAllTold = (telling: Telling, own: Book, marks: readonly Mark[], by: string): boolean => {
  const { ended, clock } = telling
  const unknown = !isOld(ended, clock.now()) && ended !== null && entryOf(own, ended.key) === null
  return !unknown && marks.length === 0 && itemsOf(telling, withStories(telling, own, []), by).length === 0
}

interface Plan {
  items: Item[]
  book: Book
  /** What this clone keeps: what is not in the shared book yet is counted there later, and is therefore left out. */
  keep: Book
  /** The shared book is out of reach. */
  away: boolean
}

/** Notes how things stand where all can read it, and claims what is to be told. */
const planned = async (telling: Telling, own: Book, marks: readonly Mark[], by: string): Promise<Plan> => {
  const plan = { items: [] as Item[], book: own }
  const read = await telling.shared.change((text) => {
    const there = joined(parseBook(text), own)
    const book = withStories(telling, there, marks)
    plan.items = itemsOf(telling, book, by)
    plan.book = claimed(book, plan.items, by, new Date(telling.clock.now()).toISOString())
    const counted = marks.some(({ key, mark }) => !entryOf(there, key)?.recent.includes(mark))
    return plan.items.length === 0 && !counted ? null : write(plan.book)
  }, READ_MS)
  if (read.kind === 'at') return { ...plan, keep: plan.book, away: false }
  const book = withStories(telling, own, marks)
  const items = itemsOf(telling, book, by).filter(({ entry }) => isKnownHere(telling, own, entry))
  return { items, book, keep: withStories(telling, own, []), away: true }
}

/** What others began is theirs to tell, as long as nobody can ask whether they did; what this command did, or this clone was told to tell, is not. */
const isKnownHere = ({ fresh, ended, opened }: Telling, own: Book, { story }: Entry): boolean =>
  entryOf(own, story.key) !== null || opened || (fresh && story.key === ended?.key)

/** Outlets all at once; to each an older incident first: that one is over must not be the last that is heard while another is open. */
const tellAll = async (telling: Telling, items: readonly Item[], atLeast: boolean): Promise<Answer[]> => {
  const until = telling.clock.now() + TELL_MS
  const tellInTurn = async (own: readonly Item[]): Promise<Answer[]> => {
    const answers: Answer[] = []
    for (const item of own) answers.push(await tellItem(telling, item, { atLeast, until }))
    return answers
  }
  const ids = [...new Set(items.map(({ outlet }) => outlet.id))]
  return (await Promise.all(ids.map((id) => tellInTurn(items.filter(({ outlet }) => outlet.id === id).toReversed())))).flat()
}

const tellItem = async (
  { app, ways, clock, mask }: Telling,
  item: Item,
  { atLeast, until }: { atLeast: boolean; until: number },
): Promise<Answer> => {
  const { entry, outlet, happening } = item
  const at = new Date(clock.now()).toISOString()
  const notice = mask(noticeOf(entry, { app, happening, at, atLeast, ways }))
  const { memory } = entry.outlets[outlet.id] ?? UNHEARD
  const told = await tellOnce(clock, outlet, notice, memory, Math.max(1, until - clock.now()))
  return { ...item, told, at: new Date(clock.now()).toISOString() }
}
