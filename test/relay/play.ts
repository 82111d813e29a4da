import { due, nextDue, waiting } from '../../src/relay/due.ts'
import { type Call, quiet, release } from '../../src/relay/end.ts'
import type { Entry, Post, Reason } from '../../src/relay/entry.ts'
import { readsLikeFailure } from '../../src/relay/failure-words.ts'
import { judge } from '../../src/relay/judge.ts'
import { kindOfMessage } from '../../src/relay/kind-of-message.ts'
import type { Channel, Policy } from '../../src/relay/policy.ts'
import { apply, forgetFlights, newState } from '../../src/relay/state.ts'

export const MINUTE = 60_000
export const START = Date.UTC(2026, 10, 28, 9)

export const channelOf = (fields: Partial<Channel> = {}): Channel => ({
  name: 'reports',
  app: 'everflow',
  token: 'x'.repeat(22),
  to: 'https://slack.example/a',
  ops: null,
  audience: 'ops',
  quiet: 'hold',
  holds: readsLikeFailure,
  never: [],
  overrides: [],
  ...fields,
})

export const policyOf = (channels: Channel[], fields: Partial<Policy> = {}): Policy => ({
  listen: { host: '::', port: 8080 },
  data: '/data',
  admin: '',
  channels,
  maxTtlMs: 240 * MINUTE,
  digestMs: [15 * MINUTE, 60 * MINUTE],
  newKinds: 5,
  keepMs: 0,
  keepBytes: 0,
  ratePerS: 50,
  alertmanager: null,
  ...fields,
})

export const callOf = (fields: Partial<Call> = {}): Call => ({
  app: 'everflow',
  reason: 'halt',
  ttlMs: 60 * MINUTE,
  because: 'deploy 7 failed',
  by: 'ada',
  incident: 'h-1',
  alert: null,
  ...fields,
})

/** A relay without a network: everything that arrives at Slack is in `shown`, every entry in `journal`. Its clock moves only by `until`. */
export const play = (policy: Policy) => {
  const state = newState()
  const journal: Entry[] = []
  const shown: { at: number; to: 'main' | 'ops'; what: 'message' | Post['what'] | 'forwarded'; text: string }[] = []
  let now = START
  let made = 0
  let down = false
  const write = (entries: readonly Entry[]): void => {
    for (const entry of entries) {
      apply(state, entry)
      journal.push(entry)
    }
  }
  const deliver = (): void => {
    for (const post of down ? [] : waiting(state)) {
      shown.push({ at: now, to: post.to, what: post.what, text: JSON.parse(post.body).text })
      write([{ t: 'posted', at: now, id: post.id, status: 200 }])
    }
  }
  const tick = (): void => {
    write(due(state, policy, now))
    deliver()
  }
  return {
    state,
    journal,
    shown,
    now: () => now,
    write,
    deliver,
    /** Slack answers nothing to posts of ours. */
    outage: (): void => {
      down = true
    },
    /** Lets time pass, and does on the way what is due. */
    until: (at: number): void => {
      for (let next = nextDue(state, policy); next !== null && next <= at; next = nextDue(state, policy)) {
        now = Math.max(now, next)
        tick()
      }
      now = at
    },
    quiet: (fields: Partial<Call> = {}): void => {
      write(quiet(state, policy, callOf(fields), now, `w${++made}`))
      deliver()
    },
    release: (reason: Reason | null, by = 'ada'): void => {
      write(release(state, policy, { app: 'everflow', reason, by }, now))
      deliver()
    },
    /** Killed and started again on what was written down. */
    restart: (): void => {
      Object.assign(state, newState())
      for (const entry of journal) apply(state, JSON.parse(JSON.stringify(entry)))
      forgetFlights(state)
    },
    /** A message of the app; what became of it. @param status what the channel says to a first; `dies`: the relay does before it hears */
    say: (text: string, status: number | null | 'dies' = 200, channel: Channel = policy.channels[0]!): 'forward' | 'pass' | 'hold' => {
      const id = `m${++made}`
      const kind = kindOfMessage(text, channel)
      const judged = judge(state, policy, channel, { id, text, kind, body: JSON.stringify({ text }), type: 'application/json' }, now)
      if (judged.act === 'forward') shown.push({ at: now, to: 'main', what: 'forwarded', text })
      else write([judged.entry])
      if (judged.act === 'pass' && status === 200) shown.push({ at: now, to: judged.entry.to, what: 'message', text })
      if (judged.act === 'pass' && status !== 'dies') write([{ t: 'sent', at: now, id, status }])
      return judged.act
    },
  }
}

/** How many messages the entries of a journal tell of: firsts one by one, digests as counted. */
export const toldIn = (journal: readonly Entry[]): number =>
  journal.reduce((sum, entry) => {
    if (entry.t === 'first') return sum + 1
    return entry.t === 'post' ? sum + Object.values(entry.covers).reduce((a, b) => a + b, 0) : sum
  }, 0)
