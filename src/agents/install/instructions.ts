/** A question of the deployment discipline, as its rule asks it. */
export interface Question {
  /** `STOP: what is broken …` */
  say: string
}

/**
 * What an agent reads before it works here. Help, not enforcement: the hooks enforce.
 * @param questions those of the shipped pack, in the order of the stages; an acknowledgement asks the same
 */
export const instructions = (questions: readonly Question[]): string => `## Deployment discipline

Deploys of this repository go through \`safe-deploy\`. Do not run \`fly deploy\`, \`fly secrets set\`, \`fly machine update\` or any other command that changes
production, do not call Fly's API or its MCP tools, and do not push to a branch that deploys by itself. A hook refuses these. A refusal is policy, not an error
to work around: read it, do what it names, or tell the person you work for.

STOP → READ → ISOLATE → TEST → DEPLOY. Answer these before you deploy, in the text you give with \`--because\`:

${questions.map(({ say }) => `- ${say}`).join('\n')}

Type:

- \`safe-deploy status\`: may anything be deployed
- \`safe-deploy plan\`: what differs from the last known good; it prints the digest
- \`safe-deploy test\`: does it work here
- \`safe-deploy --because="WHAT FOR" --plan=DIGEST\`: deploy, once
- \`safe-deploy run -- fly secrets set NAME=VALUE\`: any other change of production
- \`safe-deploy rollback\`: back, after a failure
- \`safe-deploy history\`: what was tried, and how it ended
- \`safe-deploy explain CODE\`: what a rule or a code means
- \`safe-deploy hook explain 'COMMAND'\`: how a command line is read

Reading stays free, halted or not: \`fly status\`, \`fly logs\`, \`fly ssh console\`.

**When it says halted**, the last deploy failed or was called bad, and nothing ships until that is settled. You may always run \`safe-deploy rollback\`. Do not deploy
another guess, do not push, do not change secrets or machines, and do not edit the hooks, \`.safe-deploy/\`, \`safe-deploy.yml\` or the ledger: none of these lifts a
halt. Find the cause in the logs and in the diff since the known good, say what you found, and let a person decide on \`safe-deploy ack\`.

A deploy may take minutes. If yours is cut off, it goes on: \`safe-deploy status --wait\` tells how it ended. Do not start another. Exit code 0 of a command is not
proof that the work happens; say "deployed" only with what safe-deploy reports.
`
