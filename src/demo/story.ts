import type { Act, Seen, Step } from './acts.ts'
import { FIX, GUESS, INCIDENT } from './changes.ts'

const AS_ABOVE = '  … STOP and READ say what the plan above says'
const ANSWERS = [
  '--accept=env-loading-removed=the sandbox error looked like it',
  '--override=protected-config=the sandbox error looked like it',
  '--override=env-not-loaded=production will have its own env',
  // Of an agent a run is asked as well; this one shows as little as its sentences.
  '--evidence-run=node --check src/settings.js',
]

const plan = (says: readonly string[], shows?: Extract<Act, { kind: 'guard' }>['shows']): Act => ({
  kind: 'guard',
  args: () => ['plan'],
  exit: 0,
  says: ['--plan=', ...says],
  ...(shows ? { shows } : {}),
})

const deploy = (
  because: string,
  ending: Pick<Extract<Act, { kind: 'guard' }>, 'exit' | 'says' | 'ships'>,
  answers: string[] = [],
): Act => ({
  kind: 'guard',
  args: ({ digest }: Seen) => ['deploy', `--plan=${digest}`, `--because=${because}`, ...answers],
  shows: { from: /^ISOLATE/, before: AS_ABOVE },
  ...ending,
})

const times = (n: number): string => (n === 1 ? 'once' : `${n} times`)

/** The incident, as its post-mortem tells it, and what the guard makes of it. */
export const STORY: readonly Step[] = [
  {
    title: '1. A good first deploy',
    text: [
      'everflow is a worker: its pipeline asks a database and reports. It works. The one wart: its workflow',
      'sandbox refuses the logger (RestrictedWorkflowAccessError), so it runs unlogged. Reading comes before deploying.',
    ],
    acts: [
      plan(['Nothing serves yet']),
      deploy('First deploy through the guard', { exit: 0, ships: 1, says: ['1 smoke passed', 'verified by a probe'] }),
    ],
  },
  {
    title: '2. The incident',
    text: ['One commit fixes the sandbox error, and takes the env line away as well. It was not the cause.'],
    acts: [
      { kind: 'commit', commit: INCIDENT },
      plan(['env-loading-removed:src/settings.js', 'src/settings.js:5', 'protected-config:src/settings.js', 'static env_file']),
      { kind: 'tell', text: () => 'READ names the line. Shipping it all the same:' },
      deploy('Fix the sandbox error', { exit: 10, says: ['FINDINGS', 'protected-config:src/settings.js', 'Nothing was deployed'] }),
      { kind: 'tell', text: () => 'ISOLATE stops it. And TEST alone, which runs the smoke that nobody ran:' },
      { kind: 'guard', args: () => ['test'], exit: 11, says: ['env-not-loaded', 'src/settings.js:5', 'password authentication failed'] },
      {
        kind: 'tell',
        text: ({ deploys, heard }) => `fly deploy was called ${times(deploys)} so far, and the customer’s channel heard ${heard} messages.`,
        holds: ({ deploys, heard }) => deploys === 1 && heard === 0,
      },
    ],
  },
  {
    title: '3. Overridden on purpose',
    text: ['Three findings, three written reasons. safe-deploy.yml says who may; the record keeps who did.'],
    acts: [
      deploy('Fix the sandbox error', { exit: 21, ships: 1, says: ['HALTED', 'runs.finished advances', 'src/settings.js:5'] }, ANSWERS),
      { kind: 'tell', text: () => 'fly was content: exit 0, its health check green. The worker runs. Only its work fails:' },
      { kind: 'get', path: '/health', holds: /^ok$/ },
      { kind: 'get', path: '/stats', holds: /"finished":0,"failed":[1-9]/ },
      { kind: 'run', argv: ['fly', 'logs', '--no-tail'], keeps: /password authentication failed/ },
      {
        kind: 'tell',
        text: ({ heard }) => `The customer’s channel heard it ${times(heard)}.`,
        holds: ({ heard }) => heard > 0,
      },
    ],
  },
  {
    title: '4. The second guess',
    text: ['“The password has special characters.” So it is quoted, and deployed again. In the incident this went on for 45 minutes.'],
    acts: [
      { kind: 'commit', commit: GUESS },
      { kind: 'guard', args: () => ['deploy', '--because=Quote the database password'], exit: 12, says: ['Halted', 'HALTED, exit 12'] },
      {
        kind: 'tell',
        text: ({ deploys }) =>
          `Nothing was built, nothing shipped: fly deploy was called ${times(deploys)} before it, and ${times(deploys)} after.`,
        holds: ({ deploys }) => deploys === 2,
      },
    ],
  },
  {
    title: '5. What was working, and what changed?',
    text: [],
    acts: [{ kind: 'guard', args: () => ['status'], exit: 0, says: ['Halted', 'suspect: ', 'src/settings.js (line 5)'] }],
  },
  {
    title: '6. Back to what worked',
    text: ['No question asked, no build: the image of the last known good, proved by the probes it once passed.'],
    acts: [
      { kind: 'guard', args: () => ['rollback'], exit: 0, ships: 1, says: ['verified by a probe'] },
      { kind: 'get', path: '/stats', holds: /"finished":[1-9]\d*,"failed":0/ },
    ],
  },
  {
    title: '7. The same change again',
    text: ['The guess is dropped; what failed is tried once more, with the same answers as before.'],
    acts: [
      { kind: 'run', argv: ['git', 'reset', '--hard', 'HEAD~1'] },
      plan(['ships-failed-change'], { from: /ships-failed-change/, until: /^ {2}(?:block|ask) +(?!ships)/, before: '  …' }),
      deploy('Fix the sandbox error, again', { exit: 10, says: ['FINDINGS', 'ships-failed-change'] }, ANSWERS.slice(0, 2)),
    ],
  },
  {
    title: '8. The real fix: one line',
    text: ['The env line comes back, the sandbox fix stays. That is not the change that failed, so nothing stands against it.'],
    acts: [
      { kind: 'commit', commit: FIX },
      { kind: 'run', argv: ['git', 'show', '--format=', '--unified=0', 'HEAD'], keeps: /^[+-]/ },
      plan(['src/pipeline.js']),
      deploy('Run the workflow unsandboxed', { exit: 0, ships: 1, says: ['1 smoke passed', 'verified by a probe'] }),
      { kind: 'guard', args: () => ['status'], exit: 0, says: ['Ready'] },
    ],
  },
]
