/** A secret is never in the settings: the name of the env key that holds it is. */
export interface FromEnv {
  env: string
}

/** A text as written, or the env key that holds it. */
export type Value = string | FromEnv

/** Who reads there. Customers are told shortly that something did not work and when it is over, and nothing of how or why. */
export type Audience = 'ops' | 'customer'

/** How Alertmanager, or the proxy in front of it, is told who asks. */
type Auth = { bearer: FromEnv } | { user: string; password: FromEnv }

export interface AlertmanagerSpec {
  kind: 'alertmanager'
  url: Value
  auth: Auth | null
  headers: Readonly<Record<string, Value>>
  /** Labels of the alert beside our own. */
  labels: Readonly<Record<string, string>>
  /** What is silenced while the app is halted: alerts with `app` as its label, or with these labels. Null: nothing. */
  silence: 'app' | Readonly<Record<string, string>> | null
}

export interface RelaySpec {
  kind: 'relay'
  url: Value
  token: FromEnv
  /** Length of the window that a halt opens; later commands renew it. */
  ttlMs: number
  /** The app's name there; null: its own. */
  app: string | null
}

/** One outlet of `notify:`, settled. */
export type NotifySpec =
  | { kind: 'slack-webhook'; webhook: FromEnv; audience: Audience }
  | { kind: 'slack-bot'; token: FromEnv; channel: string; api: string; audience: Audience }
  /** `counts`: it hears each time that a counter grows, too. */
  | { kind: 'webhook'; url: Value; secret: FromEnv | null; audience: Audience; counts?: true }
  | { kind: 'pagerduty'; key: FromEnv; severity: 'critical' | 'error' | 'warning' | 'info'; api: string }
  | AlertmanagerSpec
  /** `repository`: owner/name; null: GITHUB_REPOSITORY, else what the remote names. */
  | { kind: 'github'; token: FromEnv; environment: string; repository: string | null; api: string }
  | RelaySpec

/** The spec of one kind. */
export type SpecOf<K extends NotifySpec['kind']> = Extract<NotifySpec, { kind: K }>
