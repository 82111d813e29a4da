import * as z from 'zod'
import { notifySchema } from './schema-notify.ts'
import { envSchema, smokeSchema, verifySchema } from './schema-proof.ts'
import { targetSchema } from './schema-target.ts'
import { choice, day, duration, path, ruleId, severity, text } from './values.ts'

/** What users write: the schema of safe-deploy.yml. Paths are relative to the folder of the file. Unknown keys are problems. */

const list = <T extends z.ZodType>(item: T, says: string) => z.array(item).max(1000, { error: 'at most 1000 entries' }).describe(says)

const ledgerSchema = z
  .strictObject({
    remote: text(
      'A git remote (name or URL) that shares the ledger with everybody who deploys, or none: this clone only. Default: origin in CI; elsewhere where this clone has it, else origin if that holds one.',
    ).optional(),
    id: z
      .string()
      .regex(/^\S{4,64}$/, { error: 'the id that init wrote, in quotes' })
      .describe('Which ledger this is. Written by init; a ledger that is gone is then not taken for a first deploy.')
      .optional(),
    ref: z
      .string()
      .regex(/^refs\/[^\s~^:?*[\\]+$/, { error: 'a full ref name, such as refs/heads/safe-deploy' })
      .describe('A ref name for hosts that take only heads. Default refs/safe-deploy/<app>.')
      .optional(),
    logs: choice(['share', 'none'], 'none keeps the tails of deploy and smoke output out of the ledger. Default share.').optional(),
  })
  .describe('Where the history of deploys and halts is kept.')

const readSchema = z
  .strictObject({
    deploy_branch: text(
      'On this branch the merge was the reading: its clean commits need no --plan. Default: the HEAD of the remote.',
    ).optional(),
    clean: choice(
      ['off', 'ask', 'block'],
      'Uncommitted files in the candidate: off, ask (when not interactive), block. Default ask.',
    ).optional(),
    decrypt: z
      .boolean()
      .describe(
        'Open encrypted Rails credentials with RAILS_MASTER_KEY or the key file of the work tree, to name the keys that changed (never their values). Default false.',
      )
      .optional(),
    pushed: choice(['off', 'ask', 'block'], 'A candidate whose commit is on no remote: off, ask, block. Default off.').optional(),
  })
  .describe('What READ demands.')

const protectedSchema = z
  .strictObject({
    file: path('The file.'),
    keeps: text('Text that must stay in the file, on one line.'),
    because: text('Why; shown to whoever removes it.'),
  })
  .describe('Known working configuration that must stay.')

const testSchema = z
  .strictObject({
    env: envSchema.optional(),
    smoke: list(smokeSchema, 'Commands that show, here and by themselves, that the app works.').optional(),
  })
  .describe('What is tried here before anything ships.')

const budgetSchema = z
  .strictObject({
    unproven: z
      .int({ error: 'a whole number from 1' })
      .min(1, { error: 'a whole number from 1' })
      .describe('Deploys without a passed probe. Default 4.')
      .optional(),
    per: duration('The window they are counted in. Default 1h.').optional(),
  })
  .describe('How many unproven deploys a window holds; verified ones, refusals and rollbacks never count.')

const acknowledgeSchema = z
  .strictObject({
    level: choice(
      ['local', 'signed', 'remote'],
      'The least an acknowledgement must be: typed at a terminal, signed with an SSH key, approved on the host. Default local.',
    ).optional(),
    agents: z.boolean().describe('May an AI agent acknowledge a failure? Default false.').optional(),
    signers: path(
      'Who may sign, as ssh-keygen reads allowed signers; read as the last known good has it. Default .safe-deploy/allowed_signers; /etc/safe-deploy/allowed_signers goes first.',
    ).optional(),
    touch: z.boolean().describe('Must a signature come from a security key that somebody touched? Default false.').optional(),
    approval: z
      .strictObject({
        repository: text('Where the approval is given: owner/name.').regex(/^[\w.-]+\/[\w.-]+$/, { error: 'owner/name' }),
        workflow: text('The workflow that acknowledges, and does nothing else: .github/workflows/acknowledge.yml.'),
        environment: text('The environment of its job; its reviewers approve.'),
        api: text('The API of the host. Default https://api.github.com.').optional(),
      })
      .describe('For level remote: the run of GitHub Actions that somebody has to approve.')
      .optional(),
  })
  .describe('Who may go on after a failure.')

const acceptSchema = z
  .strictObject({
    rule: ruleId.describe('The rule id, as printed with the finding.'),
    subject: text('The subject of the finding, as printed after the rule id.'),
    because: text('Why it is fine.'),
    until: day('The last day this holds, YYYY-MM-DD.').optional(),
    says: text('Part of the finding’s text: it holds only while the finding says this, and is asked again when it changes.').optional(),
  })
  .describe('A finding that is known and accepted.')

const vendorSchema = z
  .strictObject({
    name: text('What expires.'),
    expires: day('The day, YYYY-MM-DD.'),
    on_expiry: text('What happens then: deleted, billed, read-only …'),
    owner: text('Who looks after it.').optional(),
    runbook: text('Where it says what to do.').optional(),
  })
  .describe('Something outside that ends on a day: a trial, a certificate, a token.')

const overriders = list(choice(['person', 'agent', 'ci'], 'Who.'), 'Who may override this rule.')

/** Keys that an app of `apps:` may set over the top level. */
const perApp = {
  app: text('A display name; the ledger is named after the target.').optional(),
  target: targetSchema.optional(),
  paths: list(
    path('A glob.'),
    'Globs of what belongs to the app. READ shows these; root lockfiles and build inputs are always in.',
  ).optional(),
  ledger: ledgerSchema.optional(),
  read: readSchema.optional(),
  isolate: z
    .strictObject({ protect: list(protectedSchema, 'Lines that must stay.').optional() })
    .describe('What one change may not take along.')
    .optional(),
  test: testSchema.optional(),
  verify: verifySchema.optional(),
  budget: budgetSchema.optional(),
  acknowledge: acknowledgeSchema.optional(),
  hears: list(
    text('A name, such as #reports (customer Slack).'),
    'Who hears a failure; shown before every deploy. Default: whoever notify tells.',
  ).optional(),
  notify: list(notifySchema, 'Who is told of a halt and of its end.').optional(),
  rules: z.record(ruleId, severity).describe('Severity by rule id: off, note, warn, ask, block.').optional(),
  overrides: z.record(ruleId, overriders).describe('Who may override a rule that blocks: person (default), agent, ci.').optional(),
  accept: list(acceptSchema, 'Accepted findings.').optional(),
  checklists: list(
    path('A file or folder.'),
    'Rule packs of your own: files, or folders that hold them. Default: checklists/ beside this file. The packs of the last known good judge.',
  ).optional(),
  vendors: list(vendorSchema, 'What expires outside; past its day it is an ask.').optional(),
}

const appKey = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, { error: 'a short name of letters, digits, dots and dashes' })

/** The schema of the whole file. Problems of zod with it read on after "expected". */
export const writtenSchema = z
  .strictObject({
    version: z.literal(1, { error: '1 (the version this safe-deploy reads)' }).describe('The version of this format.'),
    ...perApp,
    apps: z
      .record(appKey, z.strictObject(perApp))
      .describe('Several apps by a name of yours; what an app says is merged over the top level.')
      .optional(),
  })
  .meta({ title: 'safe-deploy.yml' })

/** What one app says. */
export type WrittenApp = Omit<Written, 'version' | 'apps'>

/** The file, checked but not settled: every key may be missing. */
export type Written = z.infer<typeof writtenSchema>
