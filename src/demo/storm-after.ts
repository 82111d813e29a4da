import type { Act, GuardAct, Seen, Step } from './acts.ts'
import type { Commit } from './changes.ts'
import { ATTEMPTS } from './storm-app.ts'

const FROM_LIVE = { from: /^(?:LIVE|HALTED)/, until: /^(?:Seen|Next)/, before: '  …' }
const ANSWERS = [
  '--accept=env-loading-removed=the sandbox error looked like it',
  '--override=protected-config=the sandbox error looked like it',
  '--override=env-not-loaded=production will have its own env',
  '--evidence-run=node --check src/settings.js',
]
const [BROKEN, ...GUESSES] = ATTEMPTS as readonly [Commit, ...Commit[]]

const planned = (because: string, ending: Pick<GuardAct, 'exit' | 'says' | 'ships'>, answers: string[] = []): Act[] => [
  { kind: 'guard', args: () => ['plan'], exit: 0, says: ['--plan='], shows: { from: /--plan=/, until: /^Next/, before: '  …' } },
  {
    kind: 'guard',
    args: ({ digest }: Seen) => ['deploy', `--plan=${digest}`, `--because=${because}`, ...answers],
    shows: FROM_LIVE,
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
    shows: { from: /HALTED, exit 12/, until: /^Next/, before: '  …' },
  },
  { kind: 'post', path: '/run', holds: new RegExp(`"failed":${n + 2}\\b`) },
]

const again = (failed: number): Act => ({ kind: 'post', path: '/run', holds: new RegExp(`"failed":${failed}\\b`) })

/** So many posts have reached the customer. */
const heardOf = (n: number) => (seen: Seen) => seen.heard >= n

/** The same incident, with a guard in front of fly and a relay in front of Slack. */
export const AFTER: readonly Step[] = [
  {
    title: '2. The same, with safe-deploy and its relay',
    text: [
      'SLACK_WEBHOOK_URL of everflow now has the relay’s host, and a token of the relay as its last part; its code is as before.',
      'safe-deploy.yml names the relay. While all is well, it hands every message on as it is, and the answer of Slack back.',
    ],
    acts: [
      { kind: 'run', argv: ['tail', '-n', '8', '../relay/relay.yml'] },
      { kind: 'run', argv: ['tail', '-n', '3', 'safe-deploy.yml'] },
      ...planned('First deploy through the guard', { exit: 0, ships: 1, says: ['verified by a probe'] }),
    ],
  },
  {
    title: '3. The broken deploy',
    text: [
      'Overridden on purpose, as in `safe-deploy demo`. The relay knows before fly does: a deploy that is not verified yet is no time for repeats.',
    ],
    acts: [
      { kind: 'commit', commit: BROKEN },
      ...planned(BROKEN.message, { exit: 21, ships: 1, says: ['HALTED'] }, ANSWERS),
      {
        kind: 'channel',
        title: 'The customer’s channel has the first message, at once and as it is:',
        texts: ({ texts }) => texts.customer,
      },
      { kind: 'tell', text: () => 'Nobody hides a new problem. What comes now is the same one.', holds: ({ heard }) => heard === 1 },
    ],
  },
  {
    title: '4. Five more attempts',
    text: ['Each is refused, so nothing new ships. But what is live stays broken, and the schedule goes on: seven more failures.'],
    acts: [
      ...GUESSES.flatMap(guess),
      again(7),
      { kind: 'wait', text: 'A digest comes after a quarter of an hour; here, after some seconds …', until: heardOf(2) },
      again(8),
      { kind: 'guard', args: () => ['relay', 'held'], exit: 0, says: ['password authentication failed', 'relay show'] },
      { kind: 'guard', args: ({ kind }) => ['relay', 'show', kind], exit: 0, says: ['password authentication failed'] },
    ],
  },
  {
    title: '5. Back to what worked',
    text: ['The rollback ends the halt, and with it the quiet.'],
    acts: [
      { kind: 'guard', args: () => ['rollback'], exit: 0, ships: 1, says: ['verified by a probe'], shows: FROM_LIVE },
      { kind: 'wait', text: 'What was held is told once more, with the exact number.', until: heardOf(3) },
      { kind: 'channel', title: 'The customer’s channel, all of it:', texts: ({ texts }) => texts.customer },
      { kind: 'channel', title: 'The team’s channel, as safe-deploy told it:', texts: ({ texts }) => texts.team },
      {
        kind: 'tell',
        text: ({ heard, texts }) =>
          `${heard} posts to the customer: eight failures, one as it was and seven counted. ${texts.team.length} to the team: the halt and its end.`,
        holds: ({ heard, texts }) =>
          heard === 3 && texts.team.length === 2 && /8 messages in 1 kind: 1 shown, 7 held/.test(texts.customer.at(-1) ?? ''),
      },
    ],
  },
]
