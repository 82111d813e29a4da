import * as z from 'zod'
import { choice, duration, envKey, exactlyOne, httpUrl, path, shellLine, text } from './values.ts'

const keys = (says: string) => z.array(envKey).max(1000, { error: 'at most 1000 entries' }).describe(says)

export const envSchema = z
  .strictObject({
    files: z
      .array(path('An env file.'))
      .max(100, { error: 'at most 100 entries' })
      .describe('Env files the app loads here. Default: .env where there is one.')
      .optional(),
    required: keys('Keys that must be there, filled and no placeholder.').optional(),
    inherit: choice(
      ['toolchain', 'minimal', 'all'],
      'What smokes inherit of the shell: toolchain (all but the keys that env files, required and the target’s secrets name), minimal (PATH, HOME and the like), all. Default toolchain.',
    ).optional(),
    inject: keys('Keys that production injects and the app does not load itself; smokes get them from the env files.').optional(),
    mute: z
      .union(
        [
          choice(['default', 'none'], 'default: alert webhooks such as *SLACK*WEBHOOK* and SENTRY_DSN; none: nothing.'),
          z
            .array(text('A key; * stands for any text.'))
            .max(100, { error: 'at most 100 entries' })
            .describe('These keys, with * for any text.'),
        ],
        { error: 'default, none, or a list of keys' },
      )
      .describe('Env keys that point at a loopback sink while smokes run, so that no customer hears a test. Default default.')
      .optional(),
  })
  .describe('The env the app is tried in. Values of env files are not passed: the app has to load them itself.')

export const smokeSchema = z
  .strictObject({
    name: text('A short name. Default: the command.').optional(),
    run: shellLine('Shows that the app works; exit 0 is good.'),
    timeout: duration('How long it may take. Default 2m.').optional(),
    proves: keys('Env keys without which it must fail; tried with each of them blank first.').optional(),
  })
  .describe('A local command that shows that the app works.')

const on = choice(['here', 'machine'], 'Where the command runs: here, or on a machine of the new version. Default here.')

const progressSchema = z
  .strictObject({
    http: httpUrl('A URL that answers the number, alone or in JSON.').optional(),
    command: shellLine('Prints the number, alone or in JSON.').optional(),
    on: on.optional(),
    value: text('Path into the JSON, such as runs.total. Without it the whole answer is a number.').optional(),
    advances: z
      .literal(true, { error: 'true (or leave it out and use below)' })
      .describe('Passes as soon as the number has grown.')
      .optional(),
    below: z.number().describe('Passes while the number stays below this.').optional(),
  })
  .refine(exactlyOne('http', 'command'), { error: 'one of http and command' })
  .refine(exactlyOne('advances', 'below'), { error: 'one of advances and below' })
  .describe('Did the work happen? Watches one number after the deploy.')

/** A shortest useful answer: statuses are three digits. */
const status = z
  .int({ error: 'an HTTP status, such as 200' })
  .min(100, { error: 'an HTTP status, such as 200' })
  .max(599, { error: 'an HTTP status, such as 200' })

const probeSchema = z
  .strictObject({
    http: httpUrl('A URL that must answer.').optional(),
    status: status.describe('With http: the status it must answer. Default: any below 400.').optional(),
    contains: text('With http: text the answer must hold.').optional(),
    command: shellLine('A command that must exit 0.').optional(),
    on: on.optional(),
    progress: progressSchema.optional(),
    within: duration('How long it may take to pass. Default 1m, for progress 5m.').optional(),
  })
  .refine(exactlyOne('http', 'command', 'progress'), { error: 'one of http, command and progress' })
  .refine((probe) => probe.http !== undefined || (probe.status === undefined && probe.contains === undefined), {
    error: 'status and contains only beside http',
  })
  .refine((probe) => probe.http === undefined || probe.on === undefined, { error: 'on only beside command or progress' })
  .describe('Asked of the new version after the deploy.')

export const verifySchema = z
  .strictObject({
    bake: duration('How long it is watched after it first looked good. Default 30s with probes, 0s without.').optional(),
    probes: z
      .array(probeSchema)
      .max(100, { error: 'at most 100 entries' })
      .describe('Only a passed probe makes a deploy verified.')
      .optional(),
  })
  .describe('What shows that the new version works where it runs.')
