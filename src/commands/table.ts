import { ANSWERS, BECAUSE, type Flag, maybe, on, text, texts } from './flags.ts'

/** A command as data. Names are permanent; a name of two words is a command below another. */
export interface Command {
  name: string
  group: 'deploy' | 'look' | 'ways out' | 'set up' | 'more'
  /** One line, for the list. */
  says: string
  /** What it takes besides flags, as shown; absent: nothing. */
  takes?: string
  /** How many arguments it takes at most. */
  most?: number
  /** What it changes, in one sentence. */
  changes: string
  flags: readonly Flag[]
  examples: readonly string[]
  /** Lines below all that. */
  more?: readonly string[]
  /** Everything behind `--` goes to fly. */
  rest?: true
  /** Known, but not in this version: whatever is given answers NOT_BUILT. */
  unbuilt?: true
}

const NOTHING = 'Changes nothing.'
const EVIDENCE = text('evidence', 'FILE', 'the result of a test job (safe-deploy test --out FILE)')
const AGAIN = on('again', 'deploy though nothing changed')

const unbuilt = (name: string, says: string): Command => ({
  name,
  group: 'more',
  says,
  changes: NOTHING,
  flags: [],
  examples: [],
  unbuilt: true,
})

/** Every command, in the order of `--help`. */
export const COMMANDS: readonly Command[] = [
  {
    name: 'deploy',
    group: 'deploy',
    says: 'the five stages, then one fly deploy; also without a name: safe-deploy',
    takes: '[-- FLY ARGUMENTS]',
    changes: 'Records an intent, runs fly deploy once, looks at what really serves, and records that. Anything but deployed is a halt.',
    flags: [
      BECAUSE,
      text('plan', 'DIGEST', 'the plan that was read; needed when nobody can be asked'),
      ...ANSWERS,
      EVIDENCE,
      maybe('wait', 'DURATION', 'wait while another deploy runs, at most this long (15m; in CI always)'),
      on('dry-run', 'everything up to the intent, and stop there'),
      AGAIN,
      on('changed', 'with several apps: those that changed, in order, until one fails'),
    ],
    examples: ['safe-deploy', 'safe-deploy --because="Fix the retry" --plan=1f0c2a9b7d3e4f55', 'safe-deploy -- --remote-only'],
    rest: true,
  },
  {
    name: 'plan',
    group: 'deploy',
    says: 'STOP, READ and ISOLATE alone: findings, and the digest that --plan takes',
    takes: '[-- FLY ARGUMENTS]',
    changes: NOTHING,
    flags: [
      text('base', 'COMMIT', 'compare with this commit instead of the last known good'),
      text('head', 'COMMIT', 'judge this commit instead of the work tree'),
      on('all', 'judge the whole tree, as if all of it were new'),
      on('exit-code', 'of two commits: 10 where a finding asks or blocks, for a job that judges a pull request'),
      ...ANSWERS,
      AGAIN,
    ],
    examples: ['safe-deploy plan', 'safe-deploy plan --json', 'safe-deploy plan --base=HEAD~3 --head=HEAD'],
    rest: true,
  },
  {
    name: 'test',
    group: 'deploy',
    says: 'TEST alone: env files, smoke commands, proofs that a smoke can fail',
    changes: 'Runs the smoke commands of safe-deploy.yml on this machine; deploys nothing.',
    flags: [text('out', 'FILE', 'write the result for a deploy elsewhere'), EVIDENCE, ...ANSWERS],
    examples: ['safe-deploy test', 'safe-deploy test --out=evidence.json'],
  },
  {
    name: 'status',
    group: 'look',
    says: 'ready, deploying, overdue, halted, acknowledged, frozen, or no ledger here',
    changes: 'Changes nothing; --live and --wait record what an interrupted deploy really did.',
    flags: [
      on('live', 'also ask the platform what serves now'),
      on('exit-code', '0 ready, 14 deploying or overdue, 12 halted or frozen, 69 no ledger'),
      maybe(
        'wait',
        'DURATION',
        'come back to a deploy that runs, for at most this long (15m), and say how it ended; one whose guard is gone is finished',
      ),
    ],
    examples: ['safe-deploy status', 'safe-deploy status --exit-code --json'],
  },
  {
    name: 'history',
    group: 'look',
    says: 'what was tried, by whom and how it ended; one attempt by its id',
    takes: '[ID]',
    most: 1,
    changes: NOTHING,
    flags: [text('limit', 'N', 'how many to show (default 20)')],
    examples: ['safe-deploy history', 'safe-deploy history 3f9a1c'],
  },
  {
    name: 'explain',
    group: 'look',
    says: 'a rule, an error code, the keys of safe-deploy.yml (explain config), the lines of --json (explain json)',
    takes: '[RULE | CODE | config | json]',
    most: 1,
    changes: NOTHING,
    flags: [],
    examples: ['safe-deploy explain protected-config', 'safe-deploy explain HALTED', 'safe-deploy explain config'],
  },
  {
    name: 'rollback',
    group: 'ways out',
    says: 'back to the last known good, by image; asks nothing, never blocked by a halt',
    changes: 'Deploys what was known good, unless it serves already; verifies it; lifts the halt when it held.',
    flags: [
      text('to', 'ID|SHA|vN', 'another known good or release'),
      text('image', 'REF', 'exactly this image'),
      on('rebuild', 'build the commit again, where its image is gone; unproven'),
      on('interrupt', 'take over a deploy that is still running'),
      BECAUSE,
    ],
    examples: ['safe-deploy rollback', 'safe-deploy rollback --to=v41 --because="orders fail"'],
  },
  {
    name: 'ack',
    group: 'ways out',
    says: 'forward, once: write down cause, evidence and next step',
    changes: 'Records an acknowledgement that lets one deploy through, within the paths it names.',
    flags: [
      text('cause', 'TEXT', 'what caused the failure'),
      text('evidence', 'TEXT', 'how you know'),
      text('evidence-run', 'COMMAND', 'show it: run this and record how it ends (asked of agents)'),
      text('next', 'TEXT', 'what comes next'),
      texts('path', 'GLOB', 'what the fix will touch (repeatable)'),
      text('outside', 'TEXT', 'what was changed outside the repository; allows the same tree once'),
      texts('override', 'RULE=REASON', 'fix-forward-limit=REASON, after three failures; a person'),
    ],
    examples: ['safe-deploy ack', 'safe-deploy ack --cause="env_file gone" --evidence-run="make smoke" --next="restore it" --path=app'],
  },
  {
    name: 'adopt',
    group: 'ways out',
    says: 'what serves now is good: proved now, by machine identity, probes and bake',
    changes: 'Makes what serves the known good and lifts the halt when every check is green; else nothing.',
    flags: [BECAUSE],
    examples: ['safe-deploy adopt --because="the probe pointed at the wrong host"'],
  },
  {
    name: 'bad',
    group: 'ways out',
    says: 'what serves is bad although it passed: halt now',
    changes: 'Opens a halt; that release is never a known good again.',
    flags: [BECAUSE],
    examples: ['safe-deploy bad --because="invoices are doubled since 14:00"'],
  },
  {
    name: 'freeze',
    group: 'ways out',
    says: 'no deploys until a time; rollbacks go on',
    changes: 'Records a freeze that ends by itself.',
    flags: [text('for', 'DURATION', '2h, 30m, 1d; at most 30 days'), text('until', 'TIME', 'for example 2026-12-24T18:00Z'), BECAUSE],
    examples: ['safe-deploy freeze --for=2h --because="database migration"'],
  },
  {
    name: 'thaw',
    group: 'ways out',
    says: 'lift a freeze',
    changes: 'Records that the freeze is lifted.',
    flags: [BECAUSE],
    examples: ['safe-deploy thaw --because="migration done"'],
  },
  {
    name: 'init',
    group: 'set up',
    says: 'write a commented safe-deploy.yml from what the repository shows',
    changes: 'Writes safe-deploy.yml and creates the ledger, in this clone or on a git remote; runs the smoke once.',
    flags: [
      maybe('share', 'REMOTE', 'keep the ledger on a git remote, for everybody who deploys (default origin)'),
      on('no-share', 'keep it in this clone'),
      on('force', 'replace a safe-deploy.yml that is there'),
      on('dry-run', 'show what would be written, and write nothing'),
    ],
    examples: ['safe-deploy init', 'safe-deploy init --share'],
  },
  {
    name: 'doctor',
    group: 'set up',
    says: 'try everything the guard needs: git, Node, fly, login, config, ledger, env files',
    changes: 'Changes nothing on the platform; writes a probe beside the ledger, in this clone or on its remote, and removes it.',
    flags: [],
    examples: ['safe-deploy doctor'],
  },
  {
    name: 'demo',
    group: 'set up',
    says: 'the incident, replayed in half a minute on a pocket fly; no account needed',
    changes: 'Works in a temporary folder and removes it.',
    flags: [],
    examples: ['safe-deploy demo'],
  },
  {
    name: 'sandbox',
    group: 'set up',
    says: 'a shell in which fly is a pocket one, on this machine',
    changes: 'Works in a temporary folder; everything it started ends with the shell.',
    flags: [],
    examples: ['safe-deploy sandbox'],
  },
  {
    name: 'checklist test',
    group: 'more',
    says: 'run the examples of every rule, of the packs that ship and of your own',
    takes: '[PACK.yml …]',
    most: 50,
    changes: NOTHING,
    flags: [],
    examples: ['safe-deploy checklist test', 'safe-deploy checklist test checklists/ours.yml'],
  },
  {
    name: 'ledger log',
    group: 'more',
    says: 'the record as it is, event by event',
    changes: NOTHING,
    flags: [text('limit', 'N', 'how many to show (default 50)')],
    examples: ['safe-deploy ledger log'],
  },
  {
    name: 'ledger verify',
    group: 'more',
    says: 'fold the record again and compare it with what it says of itself',
    changes: NOTHING,
    flags: [],
    examples: ['safe-deploy ledger verify'],
  },
  {
    name: 'ledger restore',
    group: 'more',
    says: 'bring back a ledger that is damaged or gone; a halt survives it',
    changes: 'Puts the ref back on the newest whole commit, or begins a new chain with the last state this clone saw.',
    flags: [
      texts('override', 'RULE=REASON', 'a person: ledger-missing, where nothing is known; ledger-newer, over what a newer version wrote'),
    ],
    examples: ['safe-deploy ledger restore'],
  },
  {
    name: 'ledger share',
    group: 'more',
    says: 'one halt for everyone: the ledger on the git remote',
    changes: 'Moves the ledger of this clone to a remote, or joins the one that is there, and says so in safe-deploy.yml.',
    flags: [text('remote', 'NAME', 'a remote of this clone, or a URL (default: what the config says, else origin)')],
    examples: ['safe-deploy ledger share', 'safe-deploy ledger share --remote=upstream'],
  },
  unbuilt('postmortem', 'the report of an incident'),
  unbuilt('notify test', 'try the notifiers'),
  unbuilt('hook', 'the check that agents and shells call before a command'),
  unbuilt('shim', 'a fly that goes through the guard'),
  unbuilt('run', 'any fly command under the guard'),
  {
    name: 'mcp',
    group: 'more',
    says: 'the guard as tools of an agent, over stdio: status, plan, history, deploy, rollback',
    changes: 'Serves until its client goes; each tool runs the command of its name. There is no tool for ack, adopt or bad.',
    flags: [],
    examples: ['safe-deploy mcp'],
    more: [
      'Register it, in the folder of the repository',
      '  claude mcp add --scope project safe-deploy -- safe-deploy mcp',
      '  codex mcp add safe-deploy -- safe-deploy mcp',
      '  Cursor (.cursor/mcp.json), Gemini (.gemini/settings.json), Claude (.mcp.json), under "mcpServers";',
      '  VS Code and Copilot (.vscode/mcp.json), under "servers":',
      '    { "safe-deploy": { "command": "safe-deploy", "args": ["mcp"] } }',
      'status, plan and history change nothing; let the client ask before deploy and rollback.',
    ],
  },
  unbuilt('relay', 'the storm relay'),
]
