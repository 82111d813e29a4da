import * as z from 'zod'
import { choice, ruleId, severity, text } from './values.ts'

/** What users write into a rule pack of their own: `checklists/*.yml`, or what `checklists:` names. Unknown keys are problems. */

const list = <T extends z.ZodType>(item: T, says: string) => z.array(item).max(1000, { error: 'at most 1000 entries' }).describe(says)
const lines = (says: string) => list(z.string().max(10_000, { error: 'shorter text' }), says)

const when = z
  .union(
    [
      z.strictObject({
        changed: z
          .array(text('A glob.').max(200, { error: 'a shorter glob' }))
          .min(1, { error: 'at least one glob' })
          .describe('Globs of changed files, from the root of the repository.'),
        added: text('An RE2 expression that a line of the new side has to match. Case counts; (?i) in front lets it not count.').optional(),
        removed: text('An RE2 expression that a line of the old side has to match.').optional(),
      }),
      z.strictObject({
        fact: text('A kind of fact that safe-deploy sees by itself, as safe-deploy plan --json shows it.'),
        where: z.record(z.string(), z.string()).describe('Values that the fact must have.').optional(),
      }),
      z.strictObject({ always: z.literal(true, { error: 'true' }).describe('On every deploy.') }),
    ],
    { error: 'changed: [globs], fact: KIND, or always: true' },
  )
  .describe('When the rule speaks.')

const exampleFile = z.strictObject({
  path: text('The file.'),
  from: text('Its old path, where it was renamed.').optional(),
  removed: lines('Lines of the old side.').optional(),
  added: lines('Lines of the new side.').optional(),
  was: z.string().describe('The whole file before; left out where it is new.').optional(),
  now: z.string().describe('The whole file after; left out where it is deleted.').optional(),
})

const example = z.union(
  [
    z.strictObject({
      files: list(exampleFile, 'The files of the change.'),
      subject: text('Subject of the commit.').optional(),
      tree: z.record(z.string(), z.string()).describe('Files that the change leaves as they are.').optional(),
    }),
    z.strictObject({
      fact: z
        .strictObject({
          kind: text('Its kind.'),
          subject: z.string().describe('What it is about.'),
          data: z.record(z.string(), z.string()).describe('Its values.').optional(),
          place: z
            .strictObject({ file: text('The file.'), line: z.int().describe('The line.').optional() })
            .describe('Where.')
            .optional(),
        })
        .describe('A fact as it would be seen.'),
    }),
  ],
  { error: 'files: […], a change, or fact: {…}' },
)

const examples = z
  .strictObject({
    fires: list(example, 'Changes on which it must speak; at least two.'),
    silent: list(example, 'Changes on which it must be silent, near misses; at least two.'),
  })
  .describe('Its tests: safe-deploy checklist test runs them.')

const rule = z.strictObject({
  id: ruleId.describe('Its permanent name; rules:, overrides: and accept: speak of it by this.'),
  stage: choice(['stop', 'read', 'isolate', 'test', 'deploy'], 'The stage that shows it. Default read.').default('read'),
  severity: severity.describe('off, note (one line), warn (shown), ask (stops until answered), block (stops until a person overrides it).'),
  when,
  say: text('The fact in one sentence; {file}, {line} and {how} are filled in.'),
  why: text('Why it matters, in one sentence.'),
  fix: z.array(text('A sentence or a command.')).min(1, { error: 'at least one' }).describe('What to do.'),
  answer: choice(['run'], 'run: an agent’s sentence answers it only with a run that shows it (--evidence-run).').exactOptional(),
  lifecycle: choice(['experimental', 'stable', 'deprecated'], 'Default stable.').default('stable'),
  examples: examples.default({ fires: [], silent: [] }),
})

/** The schema of a rule pack. Problems of zod with it read on after "expected". */
export const packSchema = z
  .strictObject({
    id: ruleId.describe('A name for the pack.'),
    rules: z.array(rule).min(1, { error: 'at least one rule' }).max(500, { error: 'at most 500 rules' }).describe('The rules.'),
  })
  .meta({ title: 'A rule pack of safe-deploy' })

export type WrittenPack = z.infer<typeof packSchema>
