import type { FileChange } from '../../model.ts'
import type { Glimpse } from '../sight.ts'
import { envHits, isEnvFile } from './env-lines.ts'
import { sealedOf } from './formats.ts'
import { hitsIn } from './hits.ts'
import { isPlaceholder, looksDrawn } from './placeholder.ts'
import { isSecretFile } from './secret-name.ts'

/** A key or secret that a file is, or holds, and the encrypted file that it opens. */
export interface SecretFile {
  file: FileChange
  what: string
  opens: string | null
}

/** More in one change is a migration of some kind. */
const MAX_FILES = 50
const LOGIN = /(?:^|\/)\.(?:npmrc|netrc|pgpass|pypirc)$/

/** Files of a change that a name says are secret: new ones, or renamed to it. */
export const newSecretNames = ({ change }: Pick<Glimpse, 'change'>): FileChange[] =>
  change.files
    .filter(({ path, status }) => (status === 'A' || status === 'R') && (isSecretFile(path) || LOGIN.test(path)))
    .slice(0, MAX_FILES)

/** Those of them that hold something: a blank or a sample is none. */
export const newSecretFiles = (glimpse: Pick<Glimpse, 'change' | 'text' | 'listing'>): SecretFile[] =>
  newSecretNames(glimpse).flatMap((file) => {
    const text = glimpse.text('candidate', file.path)
    const what = text === null ? null : whatIsIn(file.path, text)
    return what === null ? [] : [{ file, what, opens: openedBy(file.path, glimpse.listing) }]
  })

/** What secret a file of such a name holds; null for none. */
export const whatIsIn = (path: string, text: string): string | null => {
  if (!isEnvFile(path) && sealedOf(path, text)) return null
  const lines = text.slice(0, 1_000_000).split('\n').slice(0, 5_000)
  const numbered = lines.map((line, i) => ({ n: i + 1, text: line.slice(0, 4_000) }))
  const hit = hitsIn(numbered)[0]
  if (hit) return hit.what
  if (/\.(?:p12|pfx|jks|keystore)$/i.test(path)) return /debug/i.test(path) ? null : 'a key store'
  if (/\.key$/i.test(path)) return isOneKey(text) ? 'a key' : null
  if (isEnvFile(path)) return inEnv(path, numbered)
  if (/\.json$/i.test(path))
    return /"(?:private_key|client_secret|refresh_token)"\s{0,20}:\s{0,20}"([^"]{12,4000})"/.test(text) ? inJson(text) : null
  if (LOGIN.test(path)) return lines.some(hasLogin) ? 'a login' : null
  return null
}

const inEnv = (path: string, lines: { n: number; text: string }[]): string | null => {
  const hits = envHits(path, lines)
  return hits.length === 0 ? null : hits.length === 1 ? hits[0]!.what : `${hits[0]!.what} and ${hits.length - 1} more`
}

const inJson = (text: string): string | null => {
  const value = /"(?:private_key|client_secret|refresh_token)"\s{0,20}:\s{0,20}"([^"]{12,4000})"/.exec(text)?.[1] ?? ''
  return isPlaceholder(value) ? null : 'a credential of a service account or client'
}

/** One word drawn by lot and nothing else, as Rails and others write keys. */
const isOneKey = (text: string): boolean => text.length < 500 && !/\s/.test(text.trim()) && looksDrawn(text.trim(), 24, 3)

/** `_authToken=…`, `password …`, not a variable. */
const hasLogin = (line: string): boolean => {
  const [, value] = /(?:_authToken|_auth|_password|password)["']?\s{0,5}[=: ]\s{0,5}["']?([^\s"']{12,400})/.exec(line.slice(0, 4_000)) ?? []
  return value !== undefined && !isPlaceholder(value)
}

/** The encrypted file of Rails that a key file lies beside and opens. */
const openedBy = (path: string, listing: ReadonlyMap<string, unknown>): string | null => {
  const [, folder, name] = /^(.*?)([\w-]+)\.key$/.exec(path) ?? []
  if (folder === undefined) return null
  const sealed = `${folder}${name === 'master' ? 'credentials' : name}.yml.enc`
  return listing.has(sealed) ? sealed : null
}
