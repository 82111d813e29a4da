import type { PrivateFolder } from '../ledger/private.ts'
import type { State } from '../ledger/state.ts'
import type { Desk } from '../stages/desk.ts'

/** An app that was looked at without a desk, and whose config names outlets. */
interface LookedAt {
  /** The app, encoded for a ref. */
  app: string
  root: string
  folder: PrivateFolder
  state: State
}

/** A window of a relay that the start of an attempt opened; `close` releases it. Never rejects. */
export interface Window {
  attempt: string
  close(): Promise<string[]>
}

/** What one invocation leaves to tell, collected while it runs; told after its outcome is shown. */
export interface News {
  /** When it began, in epoch milliseconds. */
  began: number
  /** The newest desk of each app that it opened, by the app as its ledger names it. */
  desks: Map<string, Desk>
  looked: LookedAt | null
  /** The app of each attempt that it refused. */
  refused: string[]
  /** What was last seen to serve, and where the app answers, by app. */
  saw: Map<string, { serving: string | null; url: string | null }>
  windows: Promise<Window[]>[]
}

/** Nothing to tell yet. */
export const noNews = (began: number): News => ({
  began,
  desks: new Map(),
  looked: null,
  refused: [],
  saw: new Map(),
  windows: [],
})

/** Does any of it have somebody to be told to? Where `notify:` names nobody, nothing more loads. */
export const worthTelling = ({ desks, looked }: News): boolean =>
  looked !== null || [...desks.values()].some(({ settings }) => settings.notify.length > 0)
