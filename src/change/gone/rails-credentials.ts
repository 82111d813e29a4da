import { type Glimpse, someOf, type Wants } from '../sight.ts'
import type { Gone } from './files.ts'
import { gemAt, type Place, spokenPlace, wantProof } from './proof.ts'
import { readerAt } from './readers.ts'
import { inComment } from './tokens.ts'

/** `config/credentials.yml.enc`, `config/credentials/<env>.yml.enc` and their keys, with the app's folder and the environment. */
const CREDENTIALS = /^((?:.*\/)?)config\/(?:credentials(?:\/([\w-]+))?\.(yml\.enc)|credentials\/([\w-]+)\.key|master\.key)$/
/** Environments in which nobody is served. */
const AT_WORK = /^(?:dev|development|test|ci|local|e2e|cypress)$/

/** Gems that take what they need from the credentials unless told otherwise (from their own sources and documents). */
const GEMS: readonly [gem: string, takes: string][] = [
  ['lockbox', 'takes its master key from it by default'],
  ['devise', 'takes secret_key_base from it by default'],
  ['pay', 'takes its processors’ keys from it by default'],
  ['aws-sdk-rails', 'takes its AWS keys from it by default'],
  ['anyway_config', 'loads every config class from it by default'],
]
/** Texts by which code reads them. */
const READS = ['credentials.', 'credentials[', 'active_record_encryption', ' encrypts '] as const

export interface Credentials {
  /** The app's folder, with its slash. */
  app: string
  /** null: for all environments. */
  env: string | null
  key: boolean
}

export const credentialsOf = (path: string): Credentials | null => {
  const match = CREDENTIALS.exec(path)
  return match && { app: match[1]!, env: match[2] ?? match[4] ?? null, key: match[3] === undefined }
}

export const wantCredentials = (path: string, listing: Glimpse['listing']): Wants => ({
  ...wantProof(path, [{ gem: 'rails' }], listing),
  mentions: READS,
})

/** Who reads the credentials of this app, as one says it: gems first, since no line names them, then lines. */
export const credentialReaders = (path: string, sight: Glimpse): string[] => {
  const gems = GEMS.flatMap(([gem, takes]) => {
    const place = gemAt(path, gem, sight)
    return place ? [`${gem} (${spokenPlace(place)}) ${takes}`] : []
  })
  const lines = readingLines(path, sight).map(spokenPlace)
  return [...gems, ...(lines.length > 0 ? [`${someOf(lines)} ${lines.length > 1 ? 'read' : 'reads'} it`] : [])]
}

const READ_FORM =
  /(?:application|app|config|Rails|^|[\s(=:])\.?credentials(?:\.(?!content_path|key_path|yml)(?:\w|$)|\[|\.dig|\.fetch|!)|^\s*encrypts\s+:/

const readingLines = (path: string, sight: Glimpse): Place[] => {
  const { app } = credentialsOf(path)!
  const lines = READS.flatMap((text) => sight.mentions(text))
  const found = lines.filter(
    (one) =>
      one.path.startsWith(app) &&
      /\.(?:rb|ya?ml|erb|ru|rake|haml|slim)$/.test(one.path) &&
      readerAt(one.path) !== null &&
      isRead(one.path, one.text),
  )
  return [...new Map(found.map((one) => [`${one.path}:${one.line}`, { file: one.path, line: one.line }])).values()]
}

const isRead = (path: string, text: string): boolean => {
  const match = READ_FORM.exec(text)
  if (!match || inComment(path, text, match.index + 1)) return false
  return /^\s*encrypts/.test(match[0]) || /Rails|application|config\.credentials|app\.credentials/.test(text)
}

/** Does the app say by itself where its credentials are? */
const saysPath = (app: string, sight: Glimpse): boolean =>
  sight
    .mentions('credentials.')
    .some(({ path, text }) => path.startsWith(`${app}config/`) && /^\s*config\.credentials\.content_path\s*=/.test(text))

/** How much it matters: `must` where production reads it, `should` for a key that may come from the environment too. */
export const weightOf = ({ app, env, key }: Credentials, sight: Glimpse): 'must' | 'should' | 'may' | null => {
  const enc = `${app}config/credentials${env === null ? '' : `/${env}`}.yml.enc`
  if (key) return sight.listing.has(enc) && !(env && AT_WORK.test(env)) ? 'should' : null
  if (env !== null && AT_WORK.test(env)) return 'may'
  if (env === null && sight.listing.has(`${app}config/credentials/production.yml.enc`)) return 'may'
  return saysPath(app, sight) ? 'may' : 'must'
}

/** What Rails reads instead. */
export const insteadOf = ({ app, env, key }: Credentials, listing: Glimpse['listing']): string => {
  if (key) return 'Rails then opens the credentials with RAILS_MASTER_KEY alone'
  const shared = `${app}config/credentials.yml.enc`
  if (env === null) return 'Rails then finds no credentials, and every value in them is nil'
  return listing.has(shared)
    ? `Rails falls back to ${shared}, which another key opens: with this environment’s key the app stops at its start (InvalidMessage)`
    : `Rails falls back to ${shared}, which is not there: every value is nil`
}

/** Heaviest first: production and what all share before others. */
export const byWeight = (a: Gone, b: Gone): number => rank(a) - rank(b)

const rank = ({ path }: Gone): number => {
  const { env, key } = credentialsOf(path)!
  return (key ? 10 : 0) + (env === 'production' ? 0 : env === null ? 1 : AT_WORK.test(env) ? 3 : 2)
}
