import type { Question } from './instructions.ts'

/**
 * The skill that Claude Code loads when a deploy is near. It allows no tool: the commands it names are asked for like any other.
 * @param questions those of the shipped pack
 */
export const skillText = (questions: readonly Question[]): string => `---
name: safe-deploy
description: Deploys, rolls back and diagnoses the Fly app of this repository through safe-deploy. Use it before any deploy, release, rollback, secret change or push to a branch that deploys, and when a command was refused with "safe-deploy" or an app is halted.
---

<!-- safe-deploy:@ — safe-deploy init --agents writes this file and replaces it. -->

# Deploy with safe-deploy

1. STOP. \`safe-deploy status\`. Halted, frozen or deploying: read why, and stop here. \`safe-deploy rollback\` is always allowed.
2. READ. \`safe-deploy plan\`. Read every file and every finding it lists; it prints a digest.
3. ISOLATE. One change at a time. What the reason does not need goes into its own deploy.
4. TEST. \`safe-deploy test\`. A failing smoke or an env that is not loaded is the finding, not an obstacle.
5. DEPLOY. \`safe-deploy --because="WHAT FOR" --plan=DIGEST\`, once. A finding that asks is answered with the flag it prints, truthfully.

Answer before step 5:

${questions.map(({ say }) => `- ${say}`).join('\n')}

## After a failure

The app is halted. What is printed names what serves now, what failed and which change could explain it. Go back with \`safe-deploy rollback\`, then look for the
cause: \`fly logs\`, the diff since the known good, the smoke. Do not deploy a guess. An acknowledgement (\`safe-deploy ack\`) is a person's unless policy says otherwise.

## What not to try

\`fly deploy\` by its path, in a script, in another shell, by Fly's API or MCP tools; pushing instead; changing secrets or machines to make it start; editing the hooks,
\`.safe-deploy/\` or the ledger. A refusal says who can lift it: tell that person.

A command line is read as \`safe-deploy hook explain 'COMMAND'\` shows. A deploy that was cut off goes on: \`safe-deploy status --wait\`.
`
