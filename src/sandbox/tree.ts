import type { Flag } from './argv.ts'
import { subcommandIndex } from './argv.ts'
import type { Run } from './command.ts'
import { FlyError } from './fail.ts'
import { APP, bools, CONFIG_SHOW, DEPLOY, JSON_FLAG, LOGS, MACHINE, ROOT, SCALE, SSH, STAGE, texts, withJson, YES } from './flags.ts'
import type { Touch } from './scenario.ts'

/** A command of the tree: a leaf runs, a group has children. */
interface Leaf {
  names: readonly string[]
  flags: readonly Flag[]
  /** Most positional arguments. */
  most: number
  touches: readonly Touch[]
  load: () => Promise<Run>
}

interface Group {
  names: readonly string[]
  children: readonly (Leaf | Group)[]
}

const READ: readonly Touch[] = ['api', 'read']
const MACHINES: readonly Touch[] = ['api', 'read', 'machines']
const WRITE: readonly Touch[] = ['api']
const LOCAL: readonly Touch[] = []

const leaf = (names: string, flags: readonly Flag[], most: number, touches: readonly Touch[], load: Leaf['load']): Leaf => ({
  names: names.split('|'),
  flags,
  most,
  touches,
  load,
})
const group = (names: string, ...children: readonly (Leaf | Group)[]): Group => ({ names: names.split('|'), children })

const machine = () => import('./commands/machine.ts')
const secrets = () => import('./commands/secrets.ts')
const apps = () => import('./commands/apps.ts')
const about = () => import('./commands/about.ts')
const scale = () => import('./commands/scale.ts')
const config = () => import('./commands/config.ts')
const look = () => import('./commands/look.ts')
const shell = () => import('./commands/ssh.ts')

const MANY = Number.POSITIVE_INFINITY

const TREE: Group = group(
  'flyctl',
  leaf('deploy', DEPLOY, 1, ['api', 'deploy'], async () => (await import('./commands/deploy.ts')).deploy),
  leaf('releases', [...withJson(APP), ...bools('image')], 0, READ, async () => (await import('./commands/releases.ts')).releases),
  leaf(
    'status',
    [...withJson(APP), ...bools('all', 'deployment', 'watch'), ...texts('rate')],
    0,
    MACHINES,
    async () => (await import('./commands/status.ts')).status,
  ),
  group(
    'machine|machines|m',
    leaf('list|ls', [...withJson(APP), { name: 'quiet', short: 'q', kind: 'bool' }], 0, MACHINES, async () => (await machine()).list),
    leaf('start', MACHINE, MANY, WRITE, async () => (await machine()).start),
    leaf('stop', MACHINE, MANY, WRITE, async () => (await machine()).stop),
    leaf('restart', MACHINE, MANY, WRITE, async () => (await machine()).restart),
    leaf('destroy|remove|rm', MACHINE, MANY, WRITE, async () => (await machine()).destroy),
    leaf('exec', [...APP, ...texts('timeout')], 2, WRITE, async () => (await shell()).exec),
  ),
  group(
    'secrets',
    leaf('list|ls', withJson(APP), 0, ['api', 'read', 'secrets'], async () => (await secrets()).list),
    leaf('set', STAGE, MANY, WRITE, async () => (await secrets()).set),
    leaf('unset', STAGE, MANY, WRITE, async () => (await secrets()).unset),
    leaf('import', STAGE, 0, WRITE, async () => (await secrets()).load),
    leaf('deploy', STAGE, 0, WRITE, async () => (await secrets()).live),
  ),
  group(
    'image|img',
    leaf('show', withJson(APP), 1, READ, async () => (await look()).image),
  ),
  group(
    'config',
    leaf('show|display', CONFIG_SHOW, 0, READ, async () => (await config()).show),
    leaf('validate', [...APP, { name: 'strict', short: 's', kind: 'bool' }], 0, LOCAL, async () => (await config()).validate),
  ),
  group(
    'apps|app',
    leaf('list|ls', [JSON_FLAG, ...texts('org')], 0, READ, async () => (await apps()).list),
    leaf(
      'create',
      [
        JSON_FLAG,
        YES,
        ...bools('machines', 'generate-name', 'save'),
        ...texts('name', 'network'),
        { name: 'org', short: 'o', kind: 'string' },
      ],
      1,
      WRITE,
      async () => (await apps()).create,
    ),
    leaf('destroy|delete|remove|rm', [...APP, YES], 1, WRITE, async () => (await apps()).destroy),
    leaf('restart', APP, 1, WRITE, async () => (await machine()).restartApp),
    leaf('releases', withJson(APP), 0, READ, async () => (await import('./commands/releases.ts')).releases),
  ),
  leaf('logs', LOGS, 0, READ, async () => (await import('./commands/logs.ts')).logs),
  group(
    'checks',
    leaf('list|ls', [...withJson(APP), ...texts('check-name')], 0, MACHINES, async () => (await look()).checks),
  ),
  group(
    'scale',
    leaf('count', SCALE, MANY, WRITE, async () => (await scale()).count),
    leaf('vm', SCALE, 1, WRITE, async () => (await scale()).vm),
    leaf('memory', SCALE, 1, WRITE, async () => (await scale()).memory),
    leaf('show', withJson(APP), 0, READ, async () => (await scale()).show),
  ),
  group(
    'ssh',
    leaf('console', SSH, 0, WRITE, async () => (await shell()).ssh),
  ),
  leaf('version', [JSON_FLAG, { name: 'saveinstall', short: 's', kind: 'string' }], 0, LOCAL, async () => (await about()).version),
  group(
    'auth',
    leaf('whoami', [JSON_FLAG], 0, READ, async () => (await about()).whoami),
  ),
  group(
    'platform',
    leaf('status', [JSON_FLAG], 0, LOCAL, async () => (await about()).platform),
    leaf('regions', [JSON_FLAG], 0, LOCAL, async () => (await about()).regions),
  ),
)

export interface Found {
  leaf: Leaf | null
  /** The words of the command, e.g. `machine list`. */
  path: string[]
  /** What is left for the flag parser. */
  rest: string[]
}

/** Finds the command as cobra does: exact names and declared aliases only; words may stand among flags. */
export const findCommand = (argv: readonly string[]): Found => {
  let node: Leaf | Group = TREE
  let rest = [...argv]
  const path: string[] = []
  while ('children' in node) {
    const at = subcommandIndex(rest, ROOT)
    if (at < 0) return { leaf: null, path, rest }
    const word: string = rest[at]!
    const child: Leaf | Group | undefined = node.children.find((one) => one.names.includes(word))
    if (!child) throw new FlyError(`unknown command ${JSON.stringify(word)} for "${['flyctl', ...path].join(' ')}"`)
    path.push(child.names[0]!)
    rest = [...rest.slice(0, at), ...rest.slice(at + 1)]
    node = child
  }
  return { leaf: node, path, rest }
}
