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
  /** Answers by the head alone, or null: then the body is read. Who shows no key gets no room for a body. */
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

export interface JournalStats {
  /** Of all segments that are kept. */
  bytes: number
  segments: number
  /** Lines that were found cut off at opening, and whole ones that were not what was written; neither counts. */
  torn: number
  damaged: number
  /** Appended entries that are not on disk, since opening. */
  failed: number
  /** Why the last one is not: a system error code. Null once one is again. */
  why: string | null
}

/** What must not be lost, on disk. */
export interface Journal {
  /** Resolves when the entry is on disk. Rejects with the system's error (`code`: ENOSPC, EIO, …) when it is not; the next one may be. */
  append(entry: object): Promise<void>
  /** All entries that are kept as of now, oldest first, without snapshots. `since`: epoch milliseconds, by their `at`. */
  scan(since?: number): AsyncIterable<object>
  stats(): JournalStats
  /** Removes what is too old; done by itself from time to time. @throws system errors */
  tidy(): Promise<void>
  /** Removes all entries for good; what is known of them goes on as the snapshot that stands in their place. @throws system errors */
  purge(): Promise<void>
  /** Waits for what was appended, and lets go of the folder. */
  close(): Promise<void>
}
