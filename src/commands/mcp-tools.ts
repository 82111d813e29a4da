import * as z from 'zod'

/** What the tools of `safe-deploy mcp` take and give. */

/** A text that becomes one argument of a command. */
const text = (says: string, most = 4000) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine((value) => !value.includes('\0'), { error: 'a text without NUL' })
    .describe(says)

const app = text('The app, where safe-deploy.yml names several.', 200).optional()
const because = text('What it is for; the record keeps it.')
const accept = z
  .array(text('RULE[:SUBJECT]=REASON, as the finding prints its flag.'))
  .max(100)
  .optional()
  .describe('Answers to findings that ask.')
const evidenceRun = text('A shell command that shows it: it is run here and its exit code recorded; only 0 answers a finding.').optional()

export const statusInput = z.object({
  app,
  live: z.boolean().optional().describe('Also ask the platform what serves now, and settle an interrupted deploy.'),
  wait_s: z.number().int().min(0).max(50).optional().describe('Come back to a deploy that runs: wait up to so many seconds for its end.'),
})

export const planInput = z.object({ app, accept, evidence_run: evidenceRun })

export const historyInput = z.object({
  app,
  id: z
    .string()
    .regex(/^[0-9a-f]{4,40}$/)
    .optional()
    .describe('One attempt, by its id.'),
  limit: z.number().int().min(1).max(100).optional().describe('How many; 20 if not said.'),
})

export const deployInput = z.object({
  app,
  plan: text('The digest that the tool plan gave for what was read.', 100),
  because,
  accept,
  evidence_run: evidenceRun,
  again: z.boolean().optional().describe('Deploy though nothing changed.'),
})

export const rollbackInput = z.object({
  app,
  to: text('Another known good or release: an id, a commit or vN. Left out: the last known good.', 200).optional(),
  because: because.optional(),
})

const command = z.looseObject({ argv: z.array(z.string()), needs: z.array(z.string()), says: z.string() })

/** The last line of `--json`, and of a plan what was read. */
export const answer = z.looseObject({
  ok: z.boolean().nullable().describe('null while it still runs.'),
  running: z.boolean().describe('It goes on by itself; the tool status with wait_s says how it ends.'),
  command: z.string(),
  exit: z.number().nullable(),
  code: z.string().nullable().describe('The permanent name of a refusal.'),
  result: z.looseObject({}).nullable(),
  error: z.looseObject({ code: z.string(), message: z.string() }).nullable(),
  next: z.array(command).describe('Commands that lead on; each of needs is typed as FLAG=TEXT.'),
})
