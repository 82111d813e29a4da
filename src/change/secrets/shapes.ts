import { entropyOf, isPlaceholder } from './placeholder.ts'

/** A credential whose public format says what it is. */
export interface Shape {
  id: string
  /** As one would say it. */
  what: string
  /** Texts of which a line must hold one: looked for first, since almost no line does. */
  words: readonly string[]
  /** Group `v`, or all of it, is the credential. No quantifier lies in another. */
  pattern: RegExp
  /** How mixed it must be, in bits a character; 3 if not said. 0: its form is proof enough. */
  bits?: number
  /** Drawn up by whoever uses it, and so also for a test; what a service gives out is never only that. */
  own?: boolean
  /** Is often meant to be seen. */
  open?: boolean
  /** A last look at a match, in its line. */
  holds?: (value: string, line: string) => boolean
}

const shape = (id: string, what: string, words: string | readonly string[], pattern: RegExp, more: Partial<Shape> = {}): Shape => ({
  ...{ id, what, pattern, ...more },
  words: typeof words === 'string' ? [words] : words,
})

/** Keys that are meant to be in a page: Firebase, and what a build tool gives to the browser. */
const PUBLIC = /PUBLIC|VITE_|REACT_APP_|EXPO_|GATSBY_|firebase|authDomain|maps|recaptcha/i

/**
 * The formats as their makers publish them, and what else gives a platform away. Generic rules ("a long value beside the word key") are left out: on 1.01
 * million added lines of history they gave 41 hits and no secret.
 */
export const SHAPES: readonly Shape[] = [
  shape('aws-access-key-id', 'an AWS access key id', ['AKIA', 'ASIA'], /(?<![A-Za-z0-9/+=])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Za-z0-9/+=])/g),
  shape(
    'aws-secret-access-key',
    'an AWS secret access key',
    ['secret_access_key', 'SECRET_ACCESS_KEY', 'secretAccessKey', 'SecretAccessKey'],
    /secret_?access_?key["'\]]{0,3}\s{0,10}(?:[:=]|=>)\s{0,10}["']?(?<v>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/gi,
    { bits: 4 },
  ),
  shape('github-token', 'a GitHub token', ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], /\bgh[pousr]_[A-Za-z0-9]{36}(?![A-Za-z0-9])/g),
  shape('github-fine-grained-token', 'a GitHub fine-grained token', 'github_pat_', /\bgithub_pat_[A-Za-z0-9_]{80,90}(?!\w)/g),
  shape('gitlab-token', 'a GitLab token', ['glpat-', 'gldt-', 'glrt-', 'glptt-'], /\bgl(?:pat|dt|rt|ptt)-[\w-]{20,60}(?![\w-])/g),
  shape('slack-token', 'a Slack token', ['xoxb-', 'xoxp-', 'xoxa-', 'xoxr-', 'xoxs-'], /\bxox[abprs]-\d{6,16}-[\dA-Za-z-]{20,160}/g),
  shape('slack-app-token', 'a Slack app token', 'xapp-', /\bxapp-\d-[A-Z0-9]{8,16}-\d{8,16}-[a-f0-9]{40,80}/g),
  shape(
    'slack-webhook',
    'a Slack webhook address',
    'hooks.slack.com/',
    /hooks\.slack\.com\/(?:services|workflows|triggers)\/(?<v>T[A-Z0-9]{7,12}\/[A-Z0-9]{8,14}\/[A-Za-z0-9/]{18,60})/g,
  ),
  shape('stripe-key', 'a Stripe live key', ['sk_live_', 'rk_live_'], /\b[sr]k_live_[A-Za-z0-9]{20,120}(?![A-Za-z0-9])/g),
  shape('stripe-webhook-secret', 'a webhook signing secret', 'whsec_', /\bwhsec_[A-Za-z0-9+/]{32,64}(?![A-Za-z0-9+/])/g, { bits: 4 }),
  shape('openai-key', 'an OpenAI key', 'T3BlbkFJ', /\bsk-[A-Za-z0-9_-]{20,80}T3BlbkFJ[A-Za-z0-9_-]{20,80}/g),
  shape('anthropic-key', 'an Anthropic key', 'sk-ant-', /\bsk-ant-(?:api|admin|oat)\d{2}-[\w-]{80,120}/g),
  shape('npm-token', 'an npm token', 'npm_', /\bnpm_[A-Za-z0-9]{36}(?![A-Za-z0-9])/g),
  shape('pypi-token', 'a PyPI token', 'pypi-AgE', /\bpypi-AgE[\w-]{50,200}/g),
  shape('sendgrid-key', 'a SendGrid key', 'SG.', /\bSG\.[\w-]{22}\.[\w-]{43}(?![\w-])/g),
  shape(
    'twilio-token',
    'a Twilio token',
    ['TWILIO', 'twilio'],
    /twilio\w{0,20}(?:auth_?token|secret|api_?key)\w{0,10}["'\]]{0,3}\s{0,10}(?:[:=]|=>)\s{0,10}["']?(?<v>[0-9a-f]{32})(?![0-9a-f])/gi,
  ),
  shape('google-api-key', 'a Google API key', 'AIza', /\bAIza[\w-]{35}(?![\w-])/g, {
    bits: 4,
    open: true,
    holds: (_, line) => !PUBLIC.test(line),
  }),
  shape('google-oauth-secret', 'a Google OAuth client secret', 'GOCSPX-', /\bGOCSPX-[\w-]{28}(?![\w-])/g),
  shape('telegram-token', 'a Telegram bot token', ':AA', /(?<![\w:])\d{8,10}:AA[\w-]{33}(?![\w-])/g),
  shape(
    'discord-webhook',
    'a Discord webhook address',
    '/api/webhooks/',
    /discord(?:app)?\.com\/api\/webhooks\/(?<v>\d{17,20}\/[\w-]{60,80})/g,
  ),
  shape('heroku-key', 'a Heroku API key', 'HRKU-', /\bHRKU-[\w-]{36,80}/g),
  shape('digitalocean-token', 'a DigitalOcean token', ['dop_v1_', 'doo_v1_'], /\bdo[opr]_v1_[a-f0-9]{64}/g),
  shape('shopify-token', 'a Shopify token', ['shpat_', 'shpss_', 'shppa_'], /\bshp(?:at|ss|pa)_[a-fA-F0-9]{32}/g),
  shape('huggingface-token', 'a Hugging Face token', 'hf_', /\bhf_[A-Za-z]{34}(?![A-Za-z])/g, { bits: 4 }),
  shape('linear-key', 'a Linear key', 'lin_api_', /\blin_api_[A-Za-z0-9]{40}/g),
  shape('vault-token', 'a Vault token', 'hvs.', /\bhvs\.[\w-]{90,120}/g),
  shape('grafana-token', 'a Grafana token', ['glsa_', 'glc_'], /\bglsa_[A-Za-z0-9]{32}_[a-f0-9]{8}|\bglc_[A-Za-z0-9+/]{60,200}/g),
  shape('sentry-token', 'a Sentry token', ['sntryu_', 'sntrys_'], /\bsntry(?:u_[a-f0-9]{64}|s_[A-Za-z0-9+/=_]{60,300})/g),
  shape('planetscale-secret', 'a PlanetScale secret', ['pscale_pw_', 'pscale_tkn_'], /\bpscale_(?:pw|tkn)_[\w.-]{32,64}/g),
  shape('fly-token', 'a Fly token', ['fo1_', 'fm1a_', 'fm1r_', 'fm2_'], /\b(?:fo1_[\w-]{40,60}|fm(?:1[ar]|2)_[A-Za-z0-9+/=_-]{60,4000})/g),
  shape(
    'rails-master-key',
    'a Rails master key',
    ['RAILS_MASTER_KEY', 'rails_master_key'],
    /rails_master_key["'\]]{0,3}\s{0,10}(?:[:=]|=>)?\s{0,10}["']?(?<v>[0-9a-f]{32})(?![0-9a-f])/gi,
    { own: true },
  ),
  shape(
    'dotenvx-private-key',
    'a dotenvx private key',
    'DOTENV_PRIVATE_KEY',
    /DOTENV_PRIVATE_KEY\w{0,40}["']?\s{0,10}[:=]\s{0,10}["']?(?<v>[0-9a-f]{64})/g,
  ),
  shape('age-secret-key', 'an age secret key', 'AGE-SECRET-KEY-1', /AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}/g),
  shape(
    'database-password',
    'an address with its password',
    ['postgres', 'mysql', 'mariadb', 'mongodb', 'redis', 'amqp', 'mssql', 'sqlserver', 'clickhouse'],
    /\b(?:postgres|postgresql|mysql2?|mariadb|mongodb|rediss?|amqps?|mssql|sqlserver|clickhouse)(?:\+\w{1,20})?:\/\/[^\s:@/"'`<>]{0,80}:(?<v>[^\s:@/"'`<>]{8,200})@(?=[\w-]{1,63}\.[\w.-]{2,200})/gi,
    { own: true, holds: (value, line) => !WORDY.test(value) && realHost(line) },
  ),
]

/** Hosts of a developer's own machine, of examples and of tests; those without a dot are not matched at all. */
const OWN_HOST =
  /@(?:127\.|0\.0\.0\.0|10\.|192\.168\.|172\.|host\.docker\.|[\w.-]{0,200}(?:example|localhost|\.local\b|\.test\b|\.invalid\b|docker))/i
/** Passwords that say that they are none, and what a template puts in. */
const WORDY = /pass|secret|postgres|mysql|admin|user|root|[{}()[\]]/i
const realHost = (line: string): boolean => !OWN_HOST.test(line)

/** Is a match what its shape says, and no stand-in? */
export const isReal = (shape: Shape, value: string, line: string): boolean =>
  !isPlaceholder(value) && entropyOf(value) >= (shape.bits ?? 3) && (shape.holds?.(value, line) ?? true)
