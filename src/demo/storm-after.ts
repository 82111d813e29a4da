import type { Act, GuardAct, Seen, Step } from './acts.ts'
import type { Commit } from './changes.ts'
import { ATTEMPTS } from './storm-app.ts'

const FROM_DEPLOY = { from: /^DEPLOY/, before: '  … STOP to TEST say what they say' }
const ANSWERS = [
  '--accept=env-loading-removed=the sandbox error looked like it',
  '--override=protected-config=the sandbox error looked like it',
  '--override=env-not-loaded=production will have its own env',
  '--evidence-run=node --check src/settings.js',
]
const [BROKEN, ...GUESSES] = ATTEMPTS as readonly [Commit, ...Commit[]]

const planned = (because: string, ending: Pick<GuardAct, 'exit' | 'says' | 'ships'>, answers: string[] = []): Act[] => [
  { kind: 'guard', args: () => ['plan'], exit: 0, says: ['--plan='], shows: { from: /--plan=/, before: '  …' } },
  {
    kind: 'guard',
    args: ({ digest }: Seen) => ['deploy', `--plan=${digest}`, `--because=${because}`, ...answers],
    shows: FROM_DEPLOY,
    ...ending,
  },
]

/** A refused attempt, and its schedule runs the pipeline again on what is live and broken. */
const guess = (commit: Commit, n: number): Act[] => [
  { kind: 'commit', commit },
  {
    kind: 'guard',
    args: () => ['deploy', `--because=${commit.message}`],
    exit: 12,
    says: ['HALTED, exit 12'],
    shows: { from: /HALTED, exit 12/, before: '  …' },
  },
  { kind: 'post', path: '/run', holds: new RegExp(`"failed":${n + 2}\\b`) },
]

const again = (failed: number): Act => ({ kind: 'post', path: '/run', holds: new RegExp(`"failed":${failed}\\b`) })

/** The kind of the messages that are held, as `relay held` shows it. */
const heardOf = (n: number) => (seen: Seen) => seen.heard >= n

/** The same incident, with a guard in front of fly and a relay in front of Slack. */
export const AFTER: readonly Step[] = [
  {
    title: '2. The same, with safe-deploy and its relay',
    text: [
      'Two changes to everflow: its SLACK_WEBHOOK_URL has the relay’s host and token, and safe-deploy.yml says whom to tell.',
      'The relay hands everything on while all is well. So does the first deploy:',
    ],
    acts: [
      { kind: 'run', argv: ['tail', '-n', '3', 'safe-deploy.yml'] },
      ...planned('First deploy through the guard', { exit: 0, ships: 1, says: ['verified by a probe'] }),
    ],
  },
  {
    title: '3. The broken deploy',
    text: [
      'Overridden on purpose, as in `safe-deploy demo`. It is halted; until then nobody knew, and from its first moment the relay did.',
    ],
    acts: [
      { kind: 'commit', commit: BROKEN },
      ...planned(BROKEN.message, { exit: 21, ships: 1, says: ['HALTED'] }, ANSWERS),
      { kind: 'channel', title: 'The customer’s channel has the first message, as it is:', texts: ({ texts }) => texts.customer },
      {
        kind: 'tell',
        text: ({ heard }) => `${heard} post.`,
        holds: ({ heard }) => heard === 1,
      },
    ],
  },
  {
    title: '4. Five more attempts',
    text: ['Each is refused, so nothing new ships. But what is live stays broken, and its schedule goes on: seven more failures.'],
    acts: [
      ...GUESSES.flatMap(guess),
      again(7),
      { kind: 'wait', text: 'The relay’s digest comes after a quarter of an hour; here, after five seconds …', until: heardOf(2) },
      again(8),
      { kind: 'guard', args: () => ['relay', 'held'], exit: 0, says: ['password authentication failed'] },
    ],
  },
  {
    title: '5. Back to what worked',
    text: ['The rollback ends the halt, and with it the quiet.'],
    acts: [
      { kind: 'guard', args: () => ['rollback'], exit: 0, ships: 1, says: ['verified by a probe'], shows: FROM_DEPLOY },
      { kind: 'wait', text: 'The closing digest follows at once.', until: heardOf(3) },
      { kind: 'channel', title: 'The customer’s channel, all of it:', texts: ({ texts }) => texts.customer },
      { kind: 'channel', title: 'The team’s channel, #everflow-team, told by safe-deploy itself:', texts: ({ texts }) => texts.team },
      {
        kind: 'tell',
        text: ({ heard }) => `${heard} posts, and all eight failures are in them: one as it was, seven counted, and kept word for word.`,
        holds: ({ heard, texts }) => heard === 3 && /8 messages in 1 kind: 1 shown, 7 held/.test(texts.customer.at(-1) ?? ''),
      },
    ],
  },
]
