import { encodeApp } from './config/encode-app.ts'
import type { Settings } from './config/settings.ts'

/** Which ledger is meant, as config, flags and target say it. */
export interface Which {
  /** The app, encoded for a ref. */
  app: string
  /** A name or URL, `none` where that is said, null where nothing is said. */
  remote: string | null
  /** The ref on the remote; null: the one named after the app. */
  at: string | null
  id: string | null
  /** Tails of output stay out of it. */
  logs: 'share' | 'none'
}

/** Which ledger an app's settings mean. */
export const whichLedger = ({ app, ledger }: Pick<Settings, 'app' | 'ledger'>): Which => ({
  app: encodeApp(app),
  remote: ledger.remote,
  at: ledger.ref,
  id: ledger.id,
  logs: ledger.logs,
})
