/** Credentials in the shapes in which they are given out, none of which was: put together here, so that no scanner finds one in these files. */

const LETTERS = 'q8Jd02mVx7LkT4wZs9Bn3RyCf6Hg1PaUe5KtXvNoSi'

/** Characters that look drawn by lot. */
export const drawn = (length: number, from = LETTERS): string =>
  Array.from({ length }, (_, i) => from[(i * 7 + ((i * i) % 5)) % from.length]).join('')

const hex = (length: number): string => drawn(length, '0a1b2c3d4e5f6789')
const digits = (length: number): string => drawn(length, '4829305716')
const upper = (length: number): string => drawn(length, 'Q7JD2MVX4LKTZ3BNRYC')
const word = (length: number): string => drawn(length, 'qJdmVxLkTwZsBnRyCfHgPaUeKtXvNoSi')

/** By the id of its shape. */
export const TOKENS: Readonly<Record<string, string>> = {
  'aws-access-key-id': `AKI${'A'}${drawn(16, 'Q7JD2MVX4LKTZ3BNRYC')}`,
  'aws-secret-access-key': `aws_secret_access_ke${'y'} = ${drawn(40)}`,
  'github-token': `gh${'p'}_${drawn(36)}`,
  'github-fine-grained-token': `github_pa${'t'}_${drawn(82)}`,
  'gitlab-token': `glpa${'t'}-${drawn(20)}`,
  'slack-token': `xox${'b'}-${digits(12)}-${digits(12)}-${drawn(24)}`,
  'slack-app-token': `xap${'p'}-1-A${upper(10)}-${digits(13)}-${hex(64)}`,
  'slack-webhook': `https://hooks.slac${'k'}.com/services/T${upper(9)}/B${upper(10)}/${drawn(24)}`,
  'stripe-key': `sk_${'live'}_${drawn(32)}`,
  'stripe-webhook-secret': `whse${'c'}_${drawn(32)}`,
  'openai-key': `sk-${drawn(20)}T3Blbk${'FJ'}${drawn(20)}`,
  'anthropic-key': `sk-an${'t'}-api03-${drawn(93)}`,
  'npm-token': `np${'m'}_${drawn(36)}`,
  'pypi-token': `pypi-Ag${'E'}${drawn(80)}`,
  'sendgrid-key': `S${'G'}.${drawn(22)}.${drawn(43)}`,
  'twilio-token': `TWILIO_AUTH_TOKE${'N'}=${hex(32)}`,
  'google-api-key': `AIz${'a'}${drawn(35)}`,
  'google-oauth-secret': `GOCSP${'X'}-${drawn(28)}`,
  'telegram-token': `${digits(10)}:A${'A'}${drawn(33)}`,
  'discord-webhook': `https://discord.com/api/webhook${'s'}/${digits(18)}/${drawn(68)}`,
  'heroku-key': `HRK${'U'}-${drawn(60)}`,
  'digitalocean-token': `dop_v${'1'}_${hex(64)}`,
  'shopify-token': `shpa${'t'}_${hex(32)}`,
  'huggingface-token': `h${'f'}_${word(34)}`,
  'linear-key': `lin_ap${'i'}_${drawn(40)}`,
  'vault-token': `hv${'s'}.${drawn(95)}`,
  'grafana-token': `gls${'a'}_${drawn(32)}_${hex(8)}`,
  'sentry-token': `sntry${'u'}_${hex(64)}`,
  'planetscale-secret': `pscale_p${'w'}_${drawn(43)}`,
  'fly-token': `fo${'1'}_${drawn(43)}`,
  'rails-master-key': `RAILS_MASTER_KE${'Y'}: ${hex(32)}`,
  'dotenvx-private-key': `DOTENV_PRIVATE_KEY_PRODUCTIO${'N'}=${hex(64)}`,
  'age-secret-key': `AGE-SECRET-KEY-${'1'}${drawn(58, 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L')}`,
  'database-password': `postgres:/${'/'}app:${drawn(14)}@db-7.eu.cloudsql.net/app`,
  'private-key': `-----BEGIN RSA PRIVAT${'E'} KEY-----\n${drawn(64)}\n${drawn(64)}`,
}
