import { type Command, NOTHING } from './command.ts'
import { BECAUSE, on, text, texts } from './flags.ts'

const STRICT = on('strict', 'deny what may be a deploy too, also while nothing is halted')
const SHIM_DIR = text('dir', 'DIR', 'the folder (default ~/.local/share/safe-deploy/shim)')

const unbuilt = (name: string, says: string): Command => ({
  name,
  group: 'more',
  says,
  changes: NOTHING,
  flags: [],
  examples: [],
  unbuilt: true,
})

const URL = text('url', 'URL', 'one relay; its admin token in $SAFE_DEPLOY_RELAY_TOKEN')
const relay = (name: string, says: string, flags: Command['flags'], changes = NOTHING): Command => ({
  ...{ name: `relay ${name}`, group: 'more', says, changes, flags },
  examples: [],
})

/** Upkeep, and what stands between agents, CI and fly. */
export const MORE: readonly Command[] = [
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
  {
    name: 'hook',
    group: 'more',
    says: 'what an agent’s host calls before a command; answers in that host’s own shape',
    takes: 'HOST',
    most: 1,
    changes: 'Changes nothing; reads a payload from stdin. HOST: claude, cursor, codex, copilot, gemini, antigravity, windsurf, opencode.',
    flags: [STRICT],
    examples: ['safe-deploy hook claude', 'safe-deploy hook codex --strict'],
  },
  {
    name: 'hook explain',
    group: 'more',
    says: 'how a command line is read: deploy, opaque or clear, by which rule and through what',
    takes: "'COMMAND'",
    most: 50,
    changes: NOTHING,
    flags: [STRICT],
    examples: ["safe-deploy hook explain 'npm run release'", 'safe-deploy hook explain -- fly deploy -a web'],
    rest: true,
  },
  unbuilt('postmortem', 'the report of an incident'),
  {
    name: 'notify test',
    group: 'more',
    says: 'send one notice to every outlet of notify, and show what came back',
    changes: 'Posts a test to each; what would stay open is ended at once (a trigger of PagerDuty may ring).',
    flags: [],
    examples: ['safe-deploy notify test', 'safe-deploy notify test --json'],
  },
  {
    name: 'run',
    group: 'more',
    says: 'any fly command: what changes production is guarded, the rest just runs',
    takes: '-- fly …',
    changes: 'Records an intent, runs the command once, looks at what it did, and records that. fly deploy is deployed in five stages.',
    flags: [BECAUSE],
    examples: ['safe-deploy run --because="rotate the key" -- fly secrets set API_KEY=…', 'safe-deploy run -- fly status'],
    rest: true,
  },
  {
    name: 'shim install',
    group: 'more',
    says: 'a fly in front of the real one: what changes production goes through the guard',
    changes: 'Writes fly and flyctl into a folder of the guard, and prints the line that puts it first on PATH.',
    flags: [SHIM_DIR],
    examples: ['safe-deploy shim install'],
  },
  {
    name: 'shim uninstall',
    group: 'more',
    says: 'take that fly away again',
    changes: 'Removes fly and flyctl from the folder of the guard, where they are its own.',
    flags: [SHIM_DIR],
    examples: ['safe-deploy shim uninstall'],
  },
  {
    name: 'relay explain',
    group: 'more',
    says: 'what kind of message the storm relay takes a text for',
    takes: 'TEXT | JSON',
    most: 1,
    changes: NOTHING,
    flags: [],
    examples: ['safe-deploy relay explain "order 8123 failed: HTTP 500 in 231 ms"'],
  },
  {
    name: 'mcp',
    group: 'more',
    says: 'the guard as tools of an agent, over stdio: status, plan, history, deploy, rollback',
    changes: 'Serves until its client goes; each tool runs the command of its name. There is no tool for ack, adopt or bad.',
    flags: [],
    examples: ['safe-deploy mcp'],
  },
  {
    name: 'relay',
    group: 'more',
    says: 'stands between an app and Slack; holds repeats while a deploy is bad',
    changes: 'Serves until it is stopped. What it holds is in a folder of its own.',
    flags: [],
    examples: ['safe-deploy relay --config=relay.yml'],
  },
  relay('status', 'channels of the relay: quiet or not, what was passed and held', [URL]),
  relay('held', 'kinds of messages that were held, with counts', [URL]),
  { ...relay('show', 'all messages of a kind; its beginning is enough', [URL]), takes: 'KIND', most: 1 },
  relay('flush', 'post the digests of what is held now', [URL], 'Posts what would be posted later.'),
  relay(
    'quiet',
    'hold repeats for a time',
    [text('for', 'DURATION', '30m, 2h; every window has an end'), BECAUSE, URL],
    'Opens a window, or renews it.',
  ),
  relay('release', 'let messages through again', [URL], 'Ends the window; a halt that stands opens it again with the next command.'),
  {
    ...relay('init', 'write what runs a relay on Fly', [], 'Writes three files where there are none (default relay/).'),
    takes: '[DIR]',
    most: 1,
  },
]
