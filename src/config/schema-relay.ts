import * as z from 'zod'
import { patternOf } from './pattern.ts'
import { choice, duration, secret, text, urlOrKey } from './values.ts'

const whyNoPattern = (source: string): string | null => {
  try {
    patternOf(source)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : 'it cannot be read'
  }
}

/** A pattern of RE2, as Go has it: linear in time, so without look-around and back-references. */
const pattern = z
  .string()
  .min(1, { error: 'a pattern that is not empty' })
  .max(1_000, { error: 'a shorter pattern' })
  .superRefine((source, context) => {
    const why = whyNoPattern(source)
    if (why !== null) context.addIssue({ code: 'custom', message: `a pattern of RE2 (${why})` })
  })
const patterns = (says: string) => z.array(pattern).max(100, { error: 'at most 100 patterns' }).describe(says)

const merge = z.strictObject({ merge: pattern.describe('What matches is one kind.'), as: text('Its name.') })
const split = z.strictObject({ split: pattern.describe('Each different text that matches is a kind of its own.') })
const never = z.strictObject({ never: pattern.describe('What matches is never held.') })

const channel = z
  .strictObject({
    name: text('Its name, for people.'),
    app: text('The app whose quiet windows it obeys.'),
    token: secret('The last part of the path that the app posts to, at least 22 characters.'),
    to: secret('The real webhook.'),
    audience: choice(['ops', 'customer'], 'Who reads there. Default ops.').optional(),
    ops: secret('Another webhook, for what is diverted and for the relay’s own words.').optional(),
    quiet: choice(
      ['hold', 'divert'],
      'What a window does: hold lets the first of each kind through and counts the rest; divert sends all of that to ops. Default: divert for customers that have ops, else hold.',
    ).optional(),
    hold: z
      .union([z.enum(['failures', 'all']), patterns('What may be held.')], { error: 'failures, all, or a list of patterns' })
      .describe('What may be held in a window: what reads like a failure, all, or what matches. Default failures.')
      .optional(),
    never_hold: patterns('What is never held.').optional(),
    kinds: z
      .array(z.union([merge, split, never], { error: 'merge with as, or split, or never' }))
      .max(100, { error: 'at most 100' })
      .describe('What is one kind, or several; the first that matches holds.')
      .optional(),
  })
  .refine(({ quiet, ops }) => quiet !== 'divert' || ops !== undefined, { error: 'ops beside divert: somebody has to hear it' })

const quiet = z.strictObject({
  max: duration('The longest window that may be asked for at once. Default 4h; each call says its own.').optional(),
  digests: z
    .array(duration('A pause.'))
    .min(1, { error: 'at least one pause' })
    .max(10, { error: 'at most 10' })
    .describe('Pauses between digests of one window; the last one repeats. Default 15m, 1h.')
    .optional(),
  new_kinds: z
    .int({ error: 'a whole number' })
    .min(1, { error: 'at least 1' })
    .max(60, { error: 'at most 60' })
    .describe('New kinds that pass in a minute; more go into a digest of other kinds. Default 5.')
    .optional(),
})

const number = (least: number, most: number, says: string) =>
  z
    .int({ error: 'a whole number' })
    .min(least, { error: `at least ${least}` })
    .max(most, { error: `at most ${most}` })
    .describe(says)
    .optional()

/** relay.yml, as written. */
export const relaySchema = z.strictObject({
  version: z.literal(1, { error: '1' }).describe('Version of this format: 1.'),
  listen: z
    .strictObject({
      host: text('Default ::, which is every address, also those of Fly’s private network.').optional(),
      port: number(0, 65_535, 'Default 8080.'),
    })
    .describe('Where apps reach it.')
    .optional(),
  data: text('The folder of the journal. Default /data.').optional(),
  admin: secret('Whoever has it opens windows and reads what is held; at least 22 characters.'),
  quiet: quiet.describe('Windows in which repeats are held.').optional(),
  keep: z
    .strictObject({ days: number(1, 365, 'Default 30.'), megabytes: number(16, 100_000, 'Default 900.') })
    .describe('What of the journal is kept.')
    .optional(),
  rate: number(1, 100_000, 'Requests a second of one channel. Default 5000.'),
  hosts: z
    .array(z.string().regex(/^(?:http:\/\/)?[A-Za-z0-9.-]{1,253}(?::\d{1,5})?$/, { error: 'a host such as hooks.slack.com' }))
    .max(100, { error: 'at most 100' })
    .describe('Where webhooks may be; https, but for a host that is written with http://. Default hooks.slack.com, hooks.slack-gov.com.')
    .optional(),
  alertmanager: z
    .strictObject({ url: urlOrKey('The base URL'), bearer: secret('A token for Authorization: Bearer.').optional() })
    .describe('Where alerts of open halts are renewed.')
    .optional(),
  channels: z
    .array(channel)
    .min(1, { error: 'at least one channel' })
    .max(500, { error: 'at most 500' })
    .describe('Webhooks that apps post to.'),
})

/** What somebody wrote into relay.yml. */
export type WrittenRelay = z.infer<typeof relaySchema>
