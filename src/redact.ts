/** The one door: text passes here before it reaches ledger, log, screen, notice or report. */
export type Mask = (text: string) => string

/** Their value is KEY=VALUE: the key may be shown. */
const PAIR_FLAGS = /^(?:--(?:env|secret|build-secret|file-literal|file-secret|build-arg)|-e)$/
/** Their value is a secret, whole: `--access-token`, `--database-password`, `--private-key`. */
const TOKEN_FLAGS = /^(?:--(?:[a-z]{1,20}-){0,4}(?:token|password|passphrase|secret-key|private-key|api-key)|-t)$/
/** In a line for a shell elsewhere: `fly machine exec ID "env TOKEN=… ls"`. */
const ASSIGNED = /(?<![\w./-])([A-Za-z_]\w{0,100})=("[^"]+"|'[^']+'|[^\s"']+)/g
/**
 * Anchored at `://`: looked for from the scheme on, at every word, it cost more than everything else here together. All that follow are bounded, so
 * that time stays linear.
 */
const PASSWORD = /:\/\/([^\s/?#@:"'<>]{0,200}):[^\s/?#"'<>]{1,1000}@/g
/** Passwords of databases are often not encoded; a `/` in a web address behind a port is a path. */
const RAW_PASSWORD = /(?<!https?):\/\/([^\s/?#@:"'<>]{0,200}):[^\s"'<>:]{1,500}@/gi
const TOKEN_AS_USER = /(https?:\/\/)[^\s/?#@:"'<>]{1,500}@/gi
const KNOWN_TOKENS = new RegExp(
  [
    'FlyV1 [A-Za-z0-9_+/=,-]{8,}',
    '\\bfm(?:1[ar]|2)_[A-Za-z0-9_+/=-]{8,}',
    '\\bfo1_[A-Za-z0-9_-]{16,}',
    '\\bgh[pousr]_[A-Za-z0-9]{20,}',
    '\\bgithub_pat_[A-Za-z0-9_]{20,}',
    '\\bxox[abprs]-[A-Za-z0-9-]{10,}',
    '\\bsk-[A-Za-z0-9_-]{20,}',
    '\\b(?:sk|rk)_live_[A-Za-z0-9]{10,}',
    '\\bAKIA[0-9A-Z]{16}\\b',
    '\\bglpat-[A-Za-z0-9_-]{16,}',
    '\\bnpm_[A-Za-z0-9]{30,}',
    '\\beyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]*',
    '\\b(?:Bearer|Basic) [A-Za-z0-9._~+/=-]{16,}',
    'hooks\\.slack\\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{8,}',
  ].join('|'),
  'g',
)
const SECRET_NAME =
  /(?:SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|PRIVATE|API_?KEY|ACCESS_?KEY|DSN|WEBHOOK|_KEY$|^KEY$|_PASS$|_URL$|^DATABASE_URL$)/i

/** An address without credentials or anything that looks drawn by lot: the app's own, say, which probes and records must be able to name. */
const PLAIN_ADDRESS = /^[a-z][a-z0-9+.-]{1,20}:\/\/[a-z0-9.-]{1,253}(?::\d{1,5})?(?:\/[a-z-]{1,16}){0,4}\/?$/

/** Values too short or too common to be told from ordinary text are not masked by value. */
const worthMasking = (value: string): boolean =>
  value.length >= 6 && !/^(?:true|false|production|development|staging|localhost|[a-z]{1,8})$/i.test(value) && !PLAIN_ADDRESS.test(value)

/** The ways in which a value is written down: as it is, in a URL, in JSON, in base64. */
const formsOf = (value: string): string[] => [
  value,
  encodeURIComponent(Buffer.from(value).toString()),
  JSON.stringify(value).slice(1, -1),
  Buffer.from(value).toString('base64'),
]

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

const maskAddresses = (text: string): string =>
  text.includes('@') ? text.replace(PASSWORD, '://$1:•••@').replace(RAW_PASSWORD, '://$1:•••@').replace(TOKEN_AS_USER, '$1•••@') : text

/** Does this name say that its value is a secret? */
export const isSecretName = (name: string): boolean => SECRET_NAME.test(name)

/**
 * Makes the mask for one run.
 * @param secrets values that must never be shown: every value of the env files, and of the process env where the name says secret
 */
export const makeMask = (secrets: Iterable<string>): Mask => {
  const forms = new Set<string>()
  for (const value of secrets) {
    for (const form of [value, ...value.split('\n')].map((part) => part.trim())) {
      if (worthMasking(form)) for (const written of formsOf(form)) forms.add(written)
    }
  }
  const byValue =
    forms.size === 0
      ? null
      : new RegExp(
          [...forms]
            .sort((a, b) => b.length - a.length)
            .map(literally)
            .join('|'),
          'g',
        )
  // Values first: a pattern that hides a part of one would leave the rest.
  return (text) => maskAddresses(byValue ? text.replace(byValue, '•••') : text).replace(KNOWN_TOKENS, '•••')
}

/** Values that an argument list gives to flags that carry secrets. */
export const secretsIn = (argv: readonly string[]): string[] => {
  const isSecret = secretWordsOf(argv)
  return argv.flatMap((arg, i) => {
    const before = argv[i - 1] ?? ''
    if (PAIR_FLAGS.test(before)) return [valueIn(arg)]
    if (TOKEN_FLAGS.test(before)) return [arg]
    if (isSecret(arg, i)) return [valueIn(arg)]
    const [, flag = '', value = ''] = INLINE.exec(arg) ?? []
    const name = flag.replace(/=$/, '')
    if (PAIR_FLAGS.test(name)) return [valueIn(value)]
    return TOKEN_FLAGS.test(name) ? [value] : assignedIn(arg)
  })
}

const isLine = (arg: string): boolean => /\s/.test(arg.trim())

const assignedIn = (arg: string): string[] =>
  [...(isLine(arg) ? arg : '').matchAll(ASSIGNED)].flatMap(([, name = '', value = '']) =>
    isSecretName(name) ? [value.replace(/^(["'])(.*)\1$/s, '$2')] : [],
  )

const hideAssigned = (arg: string): string =>
  isLine(arg) ? arg.replace(ASSIGNED, (all, name: string) => (isSecretName(name) ? `${name}=•••` : all)) : arg

const PLACE_FLAGS = /^(?:--(?:app|config)|-[ac])$/

/** Which words of `fly secrets set K=V`, or of another command below `secrets`, are or hold a value: also where the name was forgotten. */
const secretWordsOf = (argv: readonly string[]): ((word: string, i: number) => boolean) => {
  const from = argv.findIndex((word) => word === 'secrets' || word === 'secret')
  const set = from < 0 ? -1 : argv.indexOf('set', from)
  return (word, i) => {
    if (from < 0 || i <= from || word.startsWith('-') || PLACE_FLAGS.test(argv[i - 1] ?? '')) return false
    return word.includes('=') || (set >= 0 && i > set)
  }
}

const valueIn = (pair: string): string => pair.slice(pair.indexOf('=') + 1)

/** `--env=KEY=VALUE`, `-eKEY=VALUE`: flag and value in one word. */
const INLINE = /^(--[a-z-]+=|-[et]=?)(.+)$/s

/** Masks an argument list: values of flags that carry secrets keep only their name (`--env KEY=•••`). */
export const maskArgv = (argv: readonly string[], mask: Mask): string[] => {
  const isSecret = secretWordsOf(argv)
  return argv.map((arg, i) => {
    const before = argv[i - 1] ?? ''
    if (PAIR_FLAGS.test(before)) return hidePair(arg, mask)
    if (TOKEN_FLAGS.test(before)) return '•••'
    if (isSecret(arg, i)) return hidePair(arg, mask)
    const [, flag = '', value = ''] = INLINE.exec(arg) ?? []
    const name = flag.replace(/=$/, '')
    if (PAIR_FLAGS.test(name)) return `${flag}${hidePair(value, mask)}`
    if (TOKEN_FLAGS.test(name)) return `${flag}•••`
    return mask(hideAssigned(arg))
  })
}

/** `KEY=VALUE` → `KEY=•••`; a value alone, or behind what is no name, is hidden whole. */
const hidePair = (pair: string, mask: Mask): string => {
  const name = /^[A-Za-z_/.][\w./-]*(?==)/.exec(pair)?.[0]
  return name ? `${mask(name)}=•••` : '•••'
}

/** Masks a command for the record: arguments one by one, a shell line as one. */
export const maskCommand = ({ command }: { command: readonly string[] | { shell: string } }, mask: Mask): string[] =>
  'shell' in command ? [mask(command.shell)] : maskArgv(command, mask)
