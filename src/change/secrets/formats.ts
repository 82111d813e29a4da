import { jsonLeaves, type Leaves, pairLeaves, pick } from './leaves.ts'
import { railsKeys } from './rails-blob.ts'
import type { Format, Sealed } from './sealed.ts'
import { yamlLeaves } from './yaml-leaves.ts'

const BASE64 = '[A-Za-z0-9+/]+={0,2}'
const RAILS = new RegExp(`^${BASE64}--${BASE64}--${BASE64}\\s*$`)
const DOTENVX = /^[ \t]*(?:export[ \t]+)?[A-Za-z_]\w*[ \t]*=[ \t]*["']?encrypted:/m
const ENV_NAME = /(?:^|\/)\.env(?:\.[\w.-]+)?$|\.env$/
const YAML_NAME = /\.ya?ml(?:\.\w+)?$/
const SYMFONY = /(?:^|\/)config\/secrets\/[\w-]+\/[\w-]+\.([A-Z][A-Z0-9_]*)\.[0-9a-f]{6}\.php$/
/** Data of one item and its name: as YAML, JSON, INI or lines of an env file. */
const leavesOf = (path: string, text: string): Leaves => {
  if (/^\s*\{/.test(text.slice(0, 1000))) return jsonLeaves(text)
  return YAML_NAME.test(path) || !/\.env\b|\.ini$/.test(path) ? yamlLeaves(text) : pairLeaves(text)
}

/** Encrypted by the file's name, by a tool that leaves no mark (a key service of a cloud, openssl). */
export const UNKNOWN = 'an unknown format'
const BLOB_NAME = /\.(?:enc|encrypted|gpg|pgp|age|kms|aes)$/
/** Keys that are for everybody to see, of package sources say. */
const PUBLIC_KEY = /keyrings?|pub(?:lic|ring)|archive-key|trusted|PGP (?:PUBLIC|SIGN)/i

/** Formats, first that fits; those whose names are readable first, since a file may mix them with plain values. */
const FORMATS: readonly Format[] = [
  {
    name: 'SOPS',
    fits: (_, text) => text.includes('ENC[AES256_GCM,') && /(?:^|["'\s[])sops(?:["']?\s*:|\]|_)/m.test(text),
    keys: (path, text) => pick(leavesOf(path, text), (key, value) => (value.startsWith('ENC[') && !/^sops[._]/.test(key) ? key : null)),
  },
  {
    name: 'EJSON',
    fits: (_, text) => text.includes('"EJ[1:'),
    keys: (_, text) => pick(jsonLeaves(text), (key, value) => (value.startsWith('EJ[1:') ? key : null)),
  },
  {
    name: 'dotenvx',
    fits: (path, text) => ENV_NAME.test(path) && DOTENVX.test(text),
    keys: (_, text) => pick(pairLeaves(text), (key, value) => (value.startsWith('encrypted:') ? key : null)),
  },
  {
    name: 'Chamber',
    fits: (path, text) => YAML_NAME.test(path) && text.includes('_secure_'),
    keys: (_, text) =>
      pick(yamlLeaves(text), (key, value) =>
        /(?:^|\.)_secure_/.test(key) && sealedByChamber(value) ? key.replaceAll('_secure_', '') : null,
      ),
  },
  {
    name: 'Sealed Secrets',
    fits: (_, text) => /^kind:\s*["']?SealedSecret\b/m.test(text),
    keys: (_, text) => pick(yamlLeaves(text), (key) => /(?:^|\.)encryptedData\.(.+)$/.exec(key)?.[1] ?? null),
  },
  { name: 'ansible-vault', fits: (_, __, head) => head.startsWith('$ANSIBLE_VAULT;') },
  {
    name: 'ansible-vault',
    fits: (path, text) => YAML_NAME.test(path) && /:\s*!vault\s/.test(text),
    keys: (_, text) => pick(yamlLeaves(text), (key, value) => (value.startsWith('!vault') ? key : null)),
  },
  {
    name: 'Symfony',
    fits: (path) => SYMFONY.test(path),
    keys: (path, text) => new Map([[SYMFONY.exec(path)![1]!, text]]),
  },
  { name: 'Rails', fits: (path, text) => /\.enc$/.test(path) && RAILS.test(text) },
  { name: 'git-crypt', fits: (_, __, head) => head.startsWith('\0GITCRYPT\0') },
  { name: 'age', fits: (_, __, head) => head.startsWith('age-encryption.org/v1') || head.startsWith('-----BEGIN AGE ENCRYPTED FILE') },
  { name: 'PGP', fits: (_, __, head) => head.startsWith('-----BEGIN PGP MESSAGE') },
  { name: 'transcrypt', fits: (_, __, head) => head.startsWith('U2FsdGVkX1') || head.startsWith('Salted__') },
  { name: 'Laravel', fits: (path, _, head) => /(?:^|\/)\.env(?:\.[\w-]+)?\.encrypted$/.test(path) && /^[A-Za-z0-9+/=\s]+$/.test(head) },
  { name: 'dotenv-vault', fits: (path, text) => /(?:^|\/)\.env\.vault$/.test(path) && text.includes('DOTENV_VAULT') },
  { name: UNKNOWN, fits: (path, text, head) => BLOB_NAME.test(path) && !PUBLIC_KEY.test(`${path}\n${head}`) && isBlob(text) },
]

/** Bytes that are no text, or one long word of base64. */
const isBlob = (text: string): boolean => /[\0\ufffd]/.test(text.slice(0, 4000)) || /^[A-Za-z0-9+/=\r\n]{64,}$/.test(text.slice(0, 4000))

/** A value that Chamber encrypted: base64, and long. What it has not yet encrypted stands there as it is. */
const sealedByChamber = (value: string): boolean => /^[A-Za-z0-9+/=#\s]{40,}$/.test(value)

const firstOpened = (text: string, keys: readonly string[]): Leaves | null => {
  for (const key of keys) {
    const found = railsKeys(text, key)
    if (found) return found
  }
  return null
}

/** How a file keeps its secrets; null where it keeps none encrypted. `open` gives keys of Rails files, where the user wants them opened. */
export const sealedOf = (path: string, text: string, open: (path: string) => readonly string[] = () => []): Sealed | null => {
  const head = text.slice(0, 200)
  const format = FORMATS.find((one) => one.fits(path, text, head))
  if (format?.name === 'Rails') return { format: 'Rails', keys: firstOpened(text, open(path)) }
  return format ? { format: format.name, keys: format.keys?.(path, text) ?? null } : null
}

/** Names of files that are worth reading for it. */
const NAMED =
  /(?:\.enc|\.ejson|\.age|\.gpg|\.pgp|\.asc|\.encrypted|\.sops\.\w+|(?:^|\/)\.env\.vault|(?:^|\/)\.env(?:\.[\w-]+)?|(?:^|\/)vault\.ya?ml)$|(?:^|\/)config\/secrets\/[\w-]+\/[^/]+\.php$/
/** What lines of such files look like; in files for data alone, since code may speak of it. */
const MARK =
  /ENC\[AES256_GCM,|encrypted:[A-Za-z0-9+/]{20}|EJ\[1:|_secure_|\$ANSIBLE_VAULT;|:\s*!vault\s|^\s*[0-9a-f]{80}$|:\s*"?Ag[A-D][A-Za-z0-9+/]{60}|^U2FsdGVkX1/
const DATA = /(?:\.(?:ya?ml|json|env|ini|toml|properties|conf|cfg|j2|txt)|(?:^|\/)[^/.]+)$/
const MEDIA =
  /\.(?:png|jpe?g|gif|webp|avif|ico|bmp|tiff?|svgz?|pdf|woff2?|ttf|otf|eot|mp[34]|m4[av]|mov|webm|ogg|wav|zip|gz|tgz|bz2|xz|7z|rar|jar|war|exe|dll|so|dylib|a|o|node|wasm|bin|dat|db|sqlite3?|pyc|class|psd|ai|sketch|fig|docx?|xlsx?|pptx?|lockb|heic|glb|parquet|onnx)$/i

/** Could this be such a file, by its name, its changed lines, or because git shows no lines of it? */
export const mayBeSealed = (file: {
  path: string
  opaque: boolean
  added: readonly { text: string }[]
  removed: readonly { text: string }[]
}): boolean =>
  NAMED.test(file.path) ||
  (file.opaque && !MEDIA.test(file.path)) ||
  (DATA.test(file.path) && [file.removed, file.added].some((lines) => lines.some(({ text }) => MARK.test(text))))
