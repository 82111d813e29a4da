import type { Verdict } from '../reading.ts'

/** What a command of fly does: a verdict, or one by the word that follows it. `else` is for words nobody listed. */
type Rule = Verdict | { deploy?: string; clear?: string; opaque?: string; else?: Verdict; deeper?: Readonly<Record<string, Rule>> }

const EXTENSION: Rule = { deploy: 'create update destroy delete rm remove', clear: 'list ls status show dashboard dash', else: 'deploy' }
const DATABASE: Rule = {
  deploy: 'create update destroy delete remove rm attach detach restart failover import reset restore barman renew-certs add-flycast fork',
  clear: 'list ls status show get connect proxy plans db events eviction dashboard logs',
  deeper: {
    config: { deploy: 'update set', clear: 'show view' },
    users: { deploy: 'create delete destroy remove rm update set-role', clear: 'list ls show' },
    databases: { deploy: 'create delete destroy remove rm', clear: 'list ls show' },
    extensions: { deploy: 'enable disable create delete add remove', clear: 'list ls show' },
    backup: { deploy: 'create enable restore config', clear: 'list ls show' },
    backups: { deploy: 'create enable restore config', clear: 'list ls show' },
    barman: { deploy: 'create restore recover switch-wal', clear: 'check list-backup show-backup' },
  },
}
const named = (names: string, rule: Rule): Readonly<Record<string, Rule>> =>
  Object.fromEntries(names.split(' ').map((name) => [name, rule]))
const KINDS = 'tigris storage sentry arcjet vector wafris kubernetes k8s mysql redis supabase fluentd enveloop'
const ADDRESSES = 'release release-egress allocate allocate-v4 allocate-v6 allocate-egress'

/** The commands of fly (flyctl 0.4.9x; facts of §1.4), each under all of its names. */
const COMMANDS: readonly (readonly [names: string, rule: Rule])[] = [
  ['deploy', 'deploy'],
  ['launch', 'deploy'],
  [
    'secrets secret',
    {
      deploy: 'set unset import deploy sync',
      clear: 'list ls',
      deeper: { keys: { deploy: 'set generate gen delete rm', clear: 'list ls' } },
    },
  ],
  [
    'machine machines m',
    {
      deploy: 'run create clone update start stop suspend restart kill destroy remove rm cordon uncordon egress-ip',
      clear: 'list ls status wait place proxy show',
      opaque: 'exec api-proxy',
      deeper: {
        leases: { deploy: 'clear', clear: 'view list' },
        lease: { deploy: 'clear', clear: 'view list' },
        'egress-ip': { deploy: 'allocate release', clear: 'list ls', else: 'deploy' },
      },
    },
  ],
  ['image img', { deploy: 'update', clear: 'show' }],
  ['scale', { deploy: 'vm memory count', clear: 'show' }],
  [
    'apps app',
    {
      deploy: 'create destroy delete remove rm move suspend resume restart',
      clear: 'list ls errors releases open status show set-platform-version',
    },
  ],
  ['suspend resume restart destroy move create', 'deploy'],
  ['ips ip', { deploy: ADDRESSES, clear: 'list ls private', else: 'deploy' }],
  ['certs certificates', { deploy: 'add create import remove delete setup', clear: 'list ls check show' }],
  [
    'volumes volume vol v',
    {
      deploy: 'create update extend fork destroy delete rm remove',
      clear: 'list ls show lsvd',
      deeper: named('snapshots snapshot snaps snap', { deploy: 'create', clear: 'list ls show' }),
    },
  ],
  ['snapshots', { deploy: 'create', clear: 'list ls show' }],
  ['regions', { deploy: 'add remove set backup', clear: 'list ls' }],
  ['postgres pg', DATABASE],
  ['mpg managed-postgres', DATABASE],
  ['redis', DATABASE],
  ['mysql', EXTENSION],
  ['storage tigris', EXTENSION],
  ['consul', { deploy: 'attach detach' }],
  ['extensions extension ext', { clear: 'list ls', else: 'deploy', deeper: named(KINDS, EXTENSION) }],
  ['tokens token', { deploy: 'create revoke attenuate', clear: 'list ls debug 3p' }],
  ['orgs org', { deploy: 'create delete invite remove revoke replay-sources', clear: 'list ls show' }],
  ['wireguard wg', { deploy: 'create remove reset token', clear: 'list ls status websockets', else: 'deploy' }],
  ['lfsc', { clear: 'status list', else: 'deploy' }],
  ['settings', { clear: 'show list view', else: 'deploy' }],
  // Out of the session, not out of production; but whoever takes the guard's token away stops its rollback.
  ['auth', { deploy: 'logout', clear: 'login signup whoami token docker' }],
  ['mcp', { deploy: 'launch destroy volume', opaque: 'server', clear: 'inspect proxy wrap logs list add remove' }],
  ['console', 'opaque'],
  ['curl', 'opaque'],
  ['api', 'opaque'],
  ['ssh', { clear: 'console issue log establish', opaque: 'sftp', deeper: { sftp: { clear: 'get find ls', opaque: 'shell put' } } }],
  ['sftp', { clear: 'get find ls', opaque: 'shell put' }],
  // What they change lies on this machine: a file, the tool itself.
  ['config', { clear: 'show display save validate env' }],
  ['version', 'clear'],
  [
    'status releases history logs log checks services platform incidents incident info docs jobs dashboard dash registry doctor dig ping proxy ' +
      'open monitor help completion agent login logout signup whoami metrics tls feedback synthetics turboku ui dns-records domains vm builds builder',
    'clear',
  ],
]

const NAMES: ReadonlyMap<string, Rule> = new Map(COMMANDS.flatMap(([names, rule]) => names.split(' ').map((name) => [name, rule] as const)))

const ALL = (rule: Exclude<Rule, Verdict>): ReadonlyMap<string, Rule> =>
  new Map([
    ...(['clear', 'opaque', 'deploy'] as const).flatMap((verdict) =>
      (rule[verdict]?.split(' ') ?? []).map((name) => [name, verdict] as const),
    ),
    ...Object.entries(rule.deeper ?? {}),
  ])

const RANK: Readonly<Record<Verdict, number>> = { clear: 0, opaque: 1, deploy: 2 }
const worst = (verdicts: readonly Verdict[]): Verdict | null =>
  verdicts.reduce<Verdict | null>((bad, one) => (bad === null || RANK[one] > RANK[bad] ? one : bad), null)

/** `d*` as a shell might fill it in. Only stars and question marks; a bracket stands for one character. */
export const globMatches = (glob: string, name: string): boolean => {
  const parts = glob.replace(/\[[^\]]*\]/g, '?').split('*')
  const fits = (part: string, at: number): boolean => [...part].every((char, i) => char === '?' || name[at + i] === char)
  if (parts.length === 1) return glob.length > 0 && parts[0]!.length === name.length && fits(parts[0]!, 0)
  const [first, last] = [parts[0]!, parts.at(-1)!]
  if (name.length < first.length + last.length || !fits(first, 0) || !fits(last, name.length - last.length)) return false
  let at = first.length
  for (const part of parts.slice(1, -1)) {
    while (at + part.length <= name.length - last.length && !fits(part, at)) at += 1
    if (at + part.length > name.length - last.length) return false
    at += part.length
  }
  return true
}

const matching = (names: ReadonlyMap<string, Rule>, word: string): Rule[] => {
  const exact = names.get(word)
  if (exact !== undefined) return [exact]
  return word.length < 64 && /[*?[]/.test(word) ? [...names].flatMap(([name, rule]) => (globMatches(word, name) ? [rule] : [])) : []
}

const judge = (rule: Rule, words: readonly string[]): Verdict => {
  if (typeof rule === 'string') return rule
  const [word, ...rest] = words
  // A group alone prints its help.
  if (word === undefined) return 'clear'
  const found = worst(matching(ALL(rule), word).map((one) => judge(one, rest)))
  return found ?? rule.else ?? 'opaque'
}

/**
 * What the words of a fly command (its flags and their values taken out) do to production.
 * An unknown command is `opaque`: a newer fly may have made it up.
 */
export const judgeFly = (words: readonly string[]): Verdict => {
  const [first, ...rest] = words
  if (first === undefined) return 'clear'
  return worst(matching(NAMES, first).map((rule) => judge(rule, rest))) ?? 'opaque'
}

/** How many words name the command; what follows are its arguments, which may be secret. */
export const namedWords = (words: readonly string[]): number => {
  const rule = NAMES.get(words[0] ?? '')
  if (rule === undefined || typeof rule === 'string') return 1
  return typeof ALL(rule).get(words[1] ?? '') === 'object' ? 3 : 2
}
