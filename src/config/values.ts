import * as z from 'zod'
import { DURATION, durationMs, LONGEST_MS } from './duration.ts'
import { KEY } from './env-key.ts'

/** The small values that keys of safe-deploy.yml hold. Every `error` here reads on after "expected". */

const A_DURATION = 'a duration of at most 7 days: 30s, 2m, 1h, 500ms, or a number of seconds'
const fits = (value: string | number) => durationMs(value) <= LONGEST_MS

export const duration = (says: string) =>
  z
    .union([z.string().regex(DURATION, { error: A_DURATION }), z.number().nonnegative({ error: A_DURATION })], { error: A_DURATION })
    .refine(fits, { error: A_DURATION })
    .describe(says)

export const text = (says: string) =>
  z.string().min(1, { error: 'text that is not empty' }).max(10_000, { error: 'shorter text' }).describe(says)

/** One line of a shell, as the user wrote it. */
export const shellLine = (says: string) => text(`${says} A shell line.`)

const inside = (path: string) => !path.startsWith('/') && !/^[a-z]:/i.test(path) && !path.includes('\\') && !path.split('/').includes('..')

export const path = (says: string) =>
  text(says).refine(inside, { error: 'a path inside the repository, relative to the folder of this file, with /' })

/** A calendar day that exists. */
export const day = (says: string) =>
  z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, { error: 'a day as YYYY-MM-DD' })
    .refine((value) => new Date(`${value}T00:00:00Z`).toJSON()?.startsWith(value) === true, { error: 'a day that exists, as YYYY-MM-DD' })
    .describe(says)

export const envKey = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'the name of an env key' })

export const httpUrl = (says: string) =>
  z
    .string()
    .regex(/^https?:\/\/[^\s/]+\S*$/i, { error: 'a URL that begins with http:// or https://' })
    .refine((value) => URL.canParse(value), { error: 'a URL that begins with http:// or https://' })
    .describe(says)

const plainUrl = (value: string): boolean => {
  if (!/^https?:\/\/[^\s/]+\S*$/i.test(value) || !URL.canParse(value)) return false
  const { username, password } = new URL(value)
  return username === '' && password === ''
}

/** A URL that is asked over HTTP, as text or by the env key that holds it; who asks is never said in the URL. */
export const urlOrKey = (says: string) =>
  z
    .string()
    .refine((value) => KEY.test(value) || plainUrl(value), {
      error: 'a URL that begins with http:// or https://, without a user or password in it, or the env key that holds one',
    })
    .describe(`${says}, or the env key that holds it, such as $HOOK_URL.`)

/** A secret is named by the env key that holds it (`$SLACK_WEBHOOK_URL`); written out it would be in everybody's clone. */
export const secret = (says: string) =>
  z
    .string()
    .regex(KEY, { error: 'the env key that holds it, such as $SLACK_WEBHOOK_URL' })
    .describe(`${says} The env key that holds it, such as $SLACK_WEBHOOK_URL; never the secret itself.`)

export const ruleId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,79}$/, { error: 'the id of a rule (lower case, with dashes)' })

export const severity = z.enum(['off', 'note', 'warn', 'ask', 'block'])

export const choice = <const T extends readonly string[]>(values: T, says: string) => z.enum(values).describe(says)

/** True when exactly one of the keys is there. */
export const exactlyOne =
  <K extends string>(...keys: K[]) =>
  (value: { [key in K]?: unknown }): boolean =>
    keys.filter((key) => value[key] !== undefined).length === 1
