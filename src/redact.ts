/** The one door: text passes here before it reaches ledger, log, screen, notice or report. */
export type Mask = (text: string) => string

const SECRET_FLAGS = /^(--(?:env|build-secret|file-literal|file-secret|access-token|build-arg)|-e|-t)$/
/** Without the scheme in front: looked for at every word, it cost more than everything else here together. */
const URL_CREDENTIALS = /:\/\/([^\s/?#@:]{0,200}):([^\s/?#@]{1,500})@/g
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
    'hooks\\.slack\\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{8,}',
  ].join('|'),
  'g',
)
const SECRET_NAME =
  /(?:SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|PRIVATE|API_?KEY|ACCESS_?KEY|DSN|WEBHOOK|_KEY$|^KEY$|_PASS$|_URL$|^DATABASE_URL$)/i

/** Values too short or too common to be told from ordinary text are not masked by value. */
const worthMasking = (value: string): boolean =>
  value.length >= 6 && !/^(?:true|false|production|development|staging|localhost|[a-z]{1,8})$/i.test(value)

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

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
      if (!worthMasking(form)) continue
      forms.add(form)
      forms.add(encodeURIComponent(form))
      forms.add(JSON.stringify(form).slice(1, -1))
      forms.add(Buffer.from(form).toString('base64'))
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
  return (text) => {
    const known = text.replace(URL_CREDENTIALS, '://$1:•••@').replace(KNOWN_TOKENS, '•••')
    return byValue ? known.replace(byValue, '•••') : known
  }
}

/** Masks an argument list: values of flags that carry secrets keep only their name (`--env KEY=•••`). */
export const maskArgv = (argv: readonly string[], mask: Mask): string[] =>
  argv.map((arg, i) => {
    const [flag, ...rest] = arg.split('=')
    if (SECRET_FLAGS.test(flag ?? '') && rest.length > 0) return `${flag}=${hideValue(rest.join('='))}`
    if (SECRET_FLAGS.test(argv[i - 1] ?? '')) return hideValue(arg)
    return mask(arg)
  })

/** Masks a command for the record: arguments one by one, a shell line as one. */
export const maskCommand = ({ command }: { command: readonly string[] | { shell: string } }, mask: Mask): string[] =>
  'shell' in command ? [mask(command.shell)] : maskArgv(command, mask)

const hideValue = (pair: string): string => (pair.includes('=') ? `${pair.slice(0, pair.indexOf('='))}=•••` : '•••')
