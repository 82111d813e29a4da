/** What people sign with an SSH key for (`ssh-keygen -Y sign -n`): a signature for anything else is none for this. */
export const ACK_NAMESPACE = 'safe-deploy-ack-v1'
/** From the moment it was made: time to read it and to touch a key. */
export const ACK_LIFE_MS = 15 * 60_000

/** An acknowledgement as it is signed: what failed where, what was said of it, and the one time it counts. */
export interface AckDocument {
  v: 1
  ledger: string
  app: string
  halt: string | null
  failed: string | null
  /** Commit that failed, and the release that was known good, by its name and image. */
  commit: string | null
  good: string | null
  cause: string
  evidence: string
  evidenceRun: { command: string; exit: number | null } | null
  next: string
  paths: string[]
  outside: string | null
  nonce: string
  /** Who asked for it, and when (ISO 8601). */
  by: string
  issued: string
  expires: string
}

/** The bytes that are signed: keys in order, one document a line. */
export const documentText = (document: AckDocument): string =>
  `${JSON.stringify(Object.fromEntries(Object.entries(document).sort(([a], [b]) => (a < b ? -1 : 1))), null, 2)}\n`

const TEXTS = ['ledger', 'app', 'cause', 'evidence', 'next', 'nonce', 'by', 'issued', 'expires'] as const
const MAYBE = ['halt', 'failed', 'commit', 'good', 'outside'] as const

/** @returns null for what is no such document, whole and in this very form */
export const parseDocument = (text: string): AckDocument | null => {
  try {
    const value = JSON.parse(text) as AckDocument
    return isDocument(value) && documentText(value) === text ? value : null
  } catch {
    return null
  }
}

const isDocument = (value: AckDocument): boolean =>
  value?.v === 1 &&
  TEXTS.every((key) => typeof value[key] === 'string') &&
  MAYBE.every((key) => value[key] === null || typeof value[key] === 'string') &&
  Array.isArray(value.paths) &&
  value.paths.every((path) => typeof path === 'string') &&
  isRun(value.evidenceRun)

const isRun = (run: AckDocument['evidenceRun']): boolean =>
  run === null || (typeof run.command === 'string' && (run.exit === null || typeof run.exit === 'number'))
