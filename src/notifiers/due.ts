import { countsOf, type Entry, type Heard, KINDS, type Missed, type Told } from './book.ts'
import type { Told as Answer, Happening, Notice, Outlet } from './outlet.ts'

/** Who said that he tells, and did not say how it ended, is dead: telling takes 5 s at most. */
const STALE_MS = 30_000
/** What lasts only for a time at the other side is renewed by later commands, not by each of a burst. */
const RENEW_MS = 60_000

type Listener = Pick<Outlet, 'id' | 'hears' | 'idempotent'>

/** What a listener has not heard yet of an incident, what weighs most first. */
const owed = (entry: Entry, told: Told, now: number): Happening[] => {
  const { story } = entry
  if (story.ended) return told.ended ? [] : ['ended']
  // It was told as ended by whoever saw further than this clone does.
  if (told.ended) return []
  return [
    ...(told.kinds.includes(story.kind) ? [] : ['another' as const]),
    ...(story.ack !== null && story.ack !== told.ack ? ['acknowledged' as const] : []),
    ...(countsOf(entry) === told.counts && story.halt === told.halt ? [] : ['counted' as const]),
    ...(now - Date.parse(told.at) >= RENEW_MS ? ['renewed' as const] : []),
  ]
}

/**
 * What an outlet must be told of an incident now. Pure.
 * @param by who asks: what it claimed itself holds it up no longer
 * @param fresh this command ended it: who was never told that it began hears of it as a whole
 * @returns null: nothing, or not now, or another machine is telling it
 */
export const due = (entry: Entry, outlet: Listener, now: number, { by, fresh }: { by: string; fresh: boolean }): Happening | null => {
  const heard = entry.outlets[outlet.id]
  const wait = heard?.missed?.notBefore
  if (wait && Date.parse(wait) > now) return null
  const happening = unheard(entry, outlet, heard, now, fresh)
  return happening && claims(outlet, happening) && isClaimed(heard, now, by) ? null : happening
}

const unheard = (entry: Entry, { hears }: Listener, heard: Heard | undefined, now: number, fresh: boolean): Happening | null => {
  if (heard?.told) return owed(entry, heard.told, now).find((happening) => hears.includes(happening)) ?? null
  if (!entry.story.ended) return 'opened'
  // An incident of the time before this outlet was named is nothing to it; whoever died while telling it may have told it.
  return heard?.missed || heard?.claim || fresh ? 'ended' : null
}

const POSTS: ReadonlySet<Happening> = new Set(['opened', 'another', 'ended'])

/** Must one machine alone tell it? */
export const claims = ({ idempotent }: Pick<Outlet, 'idempotent'>, happening: Happening): boolean => !idempotent && POSTS.has(happening)

/** A claim from the future is a clock that goes wrong. */
const isClaimed = (heard: Heard | undefined, now: number, by: string): boolean =>
  !!heard?.claim && heard.claim.by !== by && Math.abs(now - Date.parse(heard.claim.at)) < STALE_MS

/**
 * What an outlet has heard after an answer to this telling. Pure; the same answer again changes nothing. Others told it more in the meantime, maybe:
 * what they told stays told, and what they claimed claimed.
 * @param by whose telling it was
 */
export const answered = (heard: Heard, entry: Entry, answer: Answer, { at, by }: { at: string; by: string }): Heard => {
  const claim = heard.claim?.by === by ? null : heard.claim
  const { story } = entry
  const { told: before } = heard
  if (before?.ended && !story.ended) return { ...heard, claim }
  if (!answer.ok) return { ...heard, claim, missed: missed(heard.missed, answer, at) }
  const kinds = [...new Set([...(before?.kinds ?? []), story.kind])].slice(-KINDS)
  const told = { at, kinds, halt: story.halt, counts: countsOf(entry), ack: story.ack ?? before?.ack ?? null, ended: story.ended !== null }
  return { told, memory: answer.memory, claim, missed: null }
}

const missed = (before: Missed | null, { why, retryMs }: Extract<Answer, { ok: false }>, at: string): Missed => ({
  count: before?.last === at ? before.count : (before?.count ?? 0) + 1,
  first: before?.first ?? at,
  last: at,
  why,
  notBefore: retryMs === null ? null : new Date(Date.parse(at) + retryMs).toISOString(),
})

/** An incident as outlets tell it. */
export const noticeOf = (
  { story, refused }: Pick<Entry, 'story' | 'refused'>,
  about: { app: string; happening: Happening; at: string; atLeast: boolean; ways: Notice['ways'] },
): Notice => ({
  v: 1,
  happening: about.happening,
  app: about.app,
  incident: story.key,
  halt: story.ended ? null : story.halt,
  since: story.since,
  at: about.at,
  outcome: story.outcome,
  why: story.why,
  by: story.by,
  serving: story.serving,
  suspect: story.suspect,
  counts: { failures: story.failures, refused, rollbacks: story.rollbacks, atLeast: about.atLeast },
  cause: story.cause,
  ended: story.ended,
  ways: story.ended ? [] : about.ways,
  url: story.url,
  commit: story.commit,
  test: false,
})
