import type { Act, Step } from './acts.ts'
import type { Commit } from './changes.ts'
import { ATTEMPTS, DEPLOY_SCRIPT } from './storm-app.ts'
import { ofTheScript } from './storm-tally.ts'

/** The attempts after which somebody looks for the cause for so long that the schedule runs the pipeline again. */
const LEFT_ALONE = new Set([1, 4])

const attempt = (commit: Commit, n: number): Act[] => [
  { kind: 'commit', commit },
  { kind: 'run', argv: ['node', DEPLOY_SCRIPT], exit: 1 },
  ...(LEFT_ALONE.has(n) ? [{ kind: 'post', path: '/run', holds: /"failed":2/ } as const] : []),
]

/** The incident as it went: no guard, no relay. */
export const BEFORE: readonly Step[] = [
  {
    title: '1. Without a guard, without a relay',
    text: [
      'everflow posts a failed run into the customer’s channel. Whoever deploys it has a script: fly deploy, a look whether the',
      'work is done, and a line into the same channel where it is not. Six deploys, one commit each:',
    ],
    acts: [
      { kind: 'run', argv: ['node', DEPLOY_SCRIPT] },
      ...ATTEMPTS.flatMap(attempt),
      { kind: 'channel', title: 'The customer’s channel, #everflow-reports:', texts: ({ texts }) => texts.customer },
      {
        kind: 'tell',
        text: ({ heard, texts }) =>
          `${heard} posts: ${heard - ofTheScript(texts.customer)} of the app, ${ofTheScript(texts.customer)} of the script.`,
        holds: ({ heard, texts }) => heard === 14 && ofTheScript(texts.customer) === 6,
      },
    ],
  },
]
