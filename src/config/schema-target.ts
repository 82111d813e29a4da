import * as z from 'zod'
import { duration, exactlyOne, path, shellLine, text } from './values.ts'

const dir = path('Where the command runs. Default: the folder of this file.').optional()
const timeout = duration('How long one deploy may take before it is ended. Default 30m.').optional()

const flySchema = z
  .strictObject({
    config: path('The config file, relative to dir. Default fly.toml, else fly.json, else fly.yaml.').optional(),
    args: z
      .array(z.string({ error: 'text, in quotes where it looks like a number' }))
      .max(200, { error: 'at most 200 entries' })
      .describe('Arguments for every fly deploy, such as --remote-only.')
      .optional(),
    dir: path('Where fly runs: the folder of fly.toml. Default: the folder of this file.').optional(),
    timeout,
  })
  .describe('Fly.io, through fly or flyctl.')

const commandSchema = z
  .strictObject({
    name: text('The name of what is deployed; the ledger is named after it.'),
    deploy: shellLine('Deploys.'),
    current: shellLine('Prints what is live: a version, a commit, an image digest. Empty means nothing.'),
    rollback: shellLine('Puts back what $SAFE_DEPLOY_TO names, as current printed it then.').optional(),
    dir,
    timeout,
  })
  .describe('Any other tool: Kamal, kubectl, Vercel, a script.')

export const targetSchema = z
  .strictObject({ fly: flySchema.optional(), command: commandSchema.optional() })
  .refine(exactlyOne('fly', 'command'), { error: 'one of fly and command' })
  .describe('What is deployed, and with what. Default: fly with the fly.toml here.')
