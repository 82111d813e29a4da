/** Why a window is open. It closes when none of its reasons is left. */
export type Reason = 'halt' | 'deploy' | 'person'

/** An alert that the relay renews while its window is open. */
export interface Alert {
  labels: Readonly<Record<string, string>>
  annotations: Readonly<Record<string, string>>
}

interface At {
  /** Epoch milliseconds. */
  at: number
}

/** A window opens, or one of its reasons is renewed. */
export interface Opened extends At {
  t: 'quiet'
  app: string
  window: string
  reason: Reason
  /** Epoch milliseconds at which this reason ends by itself. */
  until: number
  because: string
  by: string
  incident: string | null
  alert: Alert | null
}

/** A reason goes; the window with the last one. */
export interface Released extends At {
  t: 'release'
  app: string
  window: string
  /** null: all of them. */
  reason: Reason | null
  /** The one that was asked for, where it was the last: what it stood for is over. */
  last?: Reason
  how: 'released' | 'expired'
  by: string
}

/** Where it counts: the window of this app that is open as it is written. */
interface InWindow {
  app?: string
  window?: string
}

/** A message of an app, as it came. */
interface Message extends At, InWindow {
  id: string
  channel: string
  kind: string
  mask: string
  /** First characters of what it says, for people. */
  text: string
}

/** The first of its kind: written down before it goes out. */
export interface First extends Message {
  t: 'first'
  to: 'main' | 'ops'
}

/** What came back for a first. Null: no answer. What is not sent by now is delivered later, as a post. */
export interface Sent extends At {
  t: 'sent'
  id: string
  status: number | null
}

/** Answered `ok`, counted, told in a digest. `body`: all of it, as it came. `other`: an unseen kind beyond the cap. */
export interface Held extends Message {
  t: 'held'
  body: string
  type: string
  other?: true
}

/** Something of ours that is to be delivered: a digest, or a message whose channel did not take it. */
export interface Post extends At, InWindow {
  t: 'post'
  /** Of a message whose channel did not take it: the id of its first. */
  id: string
  channel: string
  to: 'main' | 'ops'
  what: 'digest' | 'others' | 'closing' | 'message' | 'word'
  body: string
  type: string
  /** What it tells of: kind → how many. */
  covers: Readonly<Record<string, number>>
}

/** A post was taken, or will never be: a 4xx that is no 429. */
interface Posted extends At {
  t: 'posted'
  id: string
  status: number
}

/** What a journal that begins anew begins with. */
interface Snapshot extends At {
  t: 'snapshot'
  state: unknown
}

export type Entry = Opened | Released | First | Sent | Held | Post | Posted | Snapshot
