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

/** What a terminal obeys or does not show (controls, marks that turn text round, marks without width): who signs has to see what stands there. */
const UNSEEN = /[\u007f-\u009f\u2028\u2029\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]/gu
const written = (one: string): string =>
  [...Array(one.length).keys()].map((i) => `\\u${one.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')

/** The bytes that are signed: keys in order, and every character to be seen. */
export const documentText = (document: AckDocument): string => {
  const sorted = Object.fromEntries(Object.entries(document).sort(([a], [b]) => (a < b ? -1 : 1)))
  return `${JSON.stringify(sorted, null, 2).replace(UNSEEN, written)}\n`
}

const TEXTS = ['ledger', 'app', 'cause', 'evidence', 'next', 'nonce', 'by', 'issued', 'expires'] as const
const MAYBE = ['halt', 'failed', 'commit', 'good', 'outside'] as const
const KEYS = new Set<string>(['v', ...TEXTS, ...MAYBE, 'evidenceRun', 'paths'])
/** Of a text, and how many paths: what nobody reads, nobody signs. */
const LONGEST = 4000
const MOST_PATHS = 200
const isText = (value: unknown): boolean => typeof value === 'string' && value.length <= LONGEST

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
  Object.keys(value).every((key) => KEYS.has(key)) &&
  TEXTS.every((key) => isText(value[key])) &&
  MAYBE.every((key) => value[key] === null || isText(value[key])) &&
  // By it the record knows whether it was used.
  /^[0-9a-f]{32}$/.test(value.nonce) &&
  value.cause !== '' &&
  Array.isArray(value.paths) &&
  value.paths.length <= MOST_PATHS &&
  value.paths.every(isText) &&
  (value.paths.length > 0 || !!value.outside) &&
  isRun(value.evidenceRun)

const isRun = (run: AckDocument['evidenceRun']): boolean =>
  run === null ||
  (Object.keys(run).join() === 'command,exit' && isText(run.command) && (run.exit === null || Number.isSafeInteger(run.exit)))
