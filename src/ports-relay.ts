/** The world of the relay as arguments, beyond what `ports.ts` has. */

/** Bytes for a webhook, as they came. */
export interface Bytes {
  body: Buffer
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
}

/** What a webhook answered, as it is, or why it did not. `timeout`: it took longer than it may. */
export type Forwarded =
  | { ok: true; status: number; headers: Readonly<Record<string, string>>; body: Buffer }
  | { ok: false; why: string; timeout: boolean }

/** Hands bytes on to a webhook, once; follows no redirect. Never thrown. */
export interface Forwarder {
  post(url: string, bytes: Bytes): Promise<Forwarded>
  /** Ends what is under way. */
  close(): void
}

/** A request as far as it is known before its body is read. */
export interface Knock {
  method: string
  /** Without the query. */
  path: string
  query: string
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>
}

export interface Reply {
  status: number
  headers: Readonly<Record<string, string>>
  body: string | Buffer
}

/** Who answers requests. Neither throws. */
export interface Answerer {
  /** Refuses by the head alone, or null: then the body is read. */
  refuses(knock: Knock): Reply | null
  answer(knock: Knock, body: Buffer): Promise<Reply>
}

/** A server that listens. */
export interface Listening {
  host: string
  port: number
  /** Takes nothing new, waits at most `ms` for what is under way, then ends it. */
  stop(ms: number): Promise<void>
}
