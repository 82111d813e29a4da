import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { DurableEvent, Ended, Intended } from '../../src/ledger/events.ts'
import type { Draft } from '../../src/ledger/ledger.ts'
import { maskEvent } from '../../src/ledger/mask.ts'
import { recordOutcome } from '../../src/ledger/record.ts'
import { spoolIntent } from '../../src/ledger/spool.ts'
import { makeMask } from '../../src/redact.ts'
import type { Truth } from '../../src/targets/truth.ts'
import {
  ADA,
  acknowledge,
  adoptOf,
  CREATED,
  candidateOf,
  end,
  hex,
  intend,
  makeRoom,
  put,
  type Room,
  servingOf,
  stampAll,
} from '../support/ledger.ts'
import { fingerprint } from '../support/repo.ts'

const SENTINEL = 'S3ntinel-v4lue/with "quotes"'
const LINES = '-----BEGIN KEY-----\nTm90IGEgcmVhbCBrZXk-sentinel\n-----END KEY-----'
const SECRETS = [SENTINEL, LINES]

/** Every way in which the secrets could lie in a file. */
const TRACES = [
  SENTINEL,
  encodeURIComponent(SENTINEL),
  JSON.stringify(SENTINEL).slice(1, -1),
  Buffer.from(SENTINEL).toString('base64'),
  'S3ntinel',
  'Tm90IGEgcmVhbCBrZXk-sentinel',
]

const snapshot: Truth = {
  kind: 'fly',
  app: 'everflow',
  org: 'personal',
  hostname: 'everflow.fly.dev',
  releases: [{ id: 'r1', version: 1, status: 'complete', image: 'registry.fly.io/everflow:deployment-1', by: 'ada@x', at: 'now' }],
  machines: [
    {
      id: 'm1',
      group: 'app',
      state: 'started',
      instance: 'i1',
      version: 1,
      release: 'r1',
      image: 'registry.fly.io/everflow',
      digest: 'sha256:1',
      labels: { 'a label': 'its value' },
      cordoned: false,
      reachable: true,
      checks: [{ name: 'http', status: 'passing', output: '200 OK' }],
      restarts: 0,
      exitCode: null,
      region: 'ams',
      memoryMb: 256,
      config: 'digest',
      mounts: ['data'],
    },
  ],
  secrets: [{ name: 'DATABASE_URL', digest: 'd1', status: 'Deployed' }],
}

const probe = { name: 'http', passed: false, wasRed: false, note: 'status 500', ms: 12 }

/** One of each event, with every optional part there. */
const EVERYTHING: Draft[] = [
  { type: 'attempt.refused', command: 'deploy', code: 'FINDINGS', what: 'x' },
  intend(1, {
    before: servingOf(4),
    incumbent: servingOf(4),
    plan: 'plan',
    base: { commit: 'base', tree: 'tree' },
    candidate: { ...candidateOf(1), dirty: ['a.py'], guard: { path: 'safe-deploy.yml', oid: 'oid' } },
    findings: [
      {
        rule: 'protected-config',
        subject: 'app/settings.py',
        severity: 'block',
        stage: 'isolate',
        fact: 'a line is gone',
        place: { file: 'app/settings.py', line: 4 },
        answer: { by: 'override', reason: 'because', who: 'Ada' },
      },
    ],
    ack: 'an ack',
    target: { serving: servingOf(3), good: 'good', level: 'probed' },
    settings: {
      target: { kind: 'command', name: 'x', deploy: 'do it', current: 'say it', rollback: 'undo it', dir: 'sub', timeoutMs: 1 },
      probes: [
        { kind: 'http', url: 'https://x.y/z', status: 200, contains: 'ok', withinMs: 1 },
        { kind: 'command', run: 'check', on: 'machine', withinMs: 1 },
        { kind: 'progress', http: 'https://x', command: 'count', on: 'here', value: 'a.b', advances: true, below: null, withinMs: 1 },
      ],
      bakeMs: 0,
    },
    snapshot,
  }),
  end(1, 'unhealthy', {
    evidence: ['seen'],
    signal: 'SIGTERM',
    probes: [probe],
    secrets: { DATABASE_URL: 'digest' },
    tail: [{ text: 'password authentication failed', count: 3 }],
    suspects: [{ place: { file: 'a.py', line: 1 }, text: 'a.py:1', because: 'removed' }],
  }),
  {
    ...acknowledge(9, 'a halt', 'failed'),
    evidenceRun: { command: 'psql', exit: 1, tail: ['out'] },
    outside: 'elsewhere',
    override: 'why',
  },
  { ...adoptOf(5, 'a halt'), probes: [probe] },
  { type: 'release.condemned', because: 'bad', serving: servingOf(1) },
  { type: 'freeze.set', until: '2027-01-01T00:00:00.000Z', because: 'launch' },
  { type: 'freeze.lifted', because: 'over' },
  { type: 'note.added', kind: 'drift', attempt: 'attempt', text: 'drifted', serving: servingOf(1) },
]

const DISCRIMINATORS = new Set(['type', 'kind', 'outcome'])
const MAPS = new Set(['left', 'secrets', 'labels'])

/** The same value with a secret in every string, and in every key that people choose. */
const plant = (value: unknown, secret: string, field = ''): unknown => {
  if (typeof value === 'string') return DISCRIMINATORS.has(field) ? value : secret
  if (Array.isArray(value)) return value.map((item) => plant(item, secret, field))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  if (MAPS.has(field)) return Object.fromEntries([...entries, ['x', 'y']].map(([, item]) => [`key ${secret}`, plant(item, secret, 'item')]))
  return Object.fromEntries(entries.map(([key, item]) => [key, plant(item, secret, key)]))
}

const planted = (draft: Draft): Draft[] =>
  SECRETS.flatMap((secret) => [
    plant(draft, secret) as Draft,
    plant(draft, `before ${secret} after`) as Draft,
    plant(draft, `https://x:${encodeURIComponent(secret)}@host`) as Draft,
    plant(draft, Buffer.from(secret).toString('base64')) as Draft,
  ])

/** Everything in the private folder: each object of the ledger, and each file as it lies there. */
const everythingIn = (room: Room): string => {
  const git = [`--git-dir=${room.folder.ledgerGit}`, 'cat-file', '--batch-all-objects', '--batch']
  const objects = execFileSync('git', git, { encoding: 'latin1', maxBuffer: 1 << 28 })
  const files = Object.keys(fingerprint(room.folder.root)).map((path) => `${path}\n${readFileSync(join(room.folder.root, path), 'latin1')}`)
  return [objects, ...files].join('\n')
}

const expectClean = (room: Room): void => {
  const text = everythingIn(room)
  expect(text.length).toBeGreaterThan(1000)
  expect(TRACES.filter((trace) => text.includes(Buffer.from(trace).toString('latin1')))).toEqual([])
}

const secretive = (part: Parameters<typeof makeRoom>[0] = {}): Room =>
  makeRoom({ mask: makeMask(SECRETS), by: { name: `Ada ${SENTINEL}`, via: 'terminal', host: SENTINEL }, ...part })

test.each(EVERYTHING.map((draft) => [draft.type, draft] as const))(
  'a secret in any text of %s reaches no object, log or file',
  async (_, draft) => {
    const room = secretive()
    await put(room, ...planted(draft))
    await room.ledger.later({ type: 'attempt.refused', command: SENTINEL, code: SENTINEL, what: LINES })
    const tip = await room.ledger.read()
    await room.ledger.append(tip, [plant(draft, SENTINEL) as Draft], { abcdef: `log line ${SENTINEL}\n${LINES}\n` })
    expectClean(room)
  },
)

test('where nothing is masked, the same search finds it', async () => {
  const room = makeRoom()
  await put(room, { type: 'freeze.set', until: '2027-01-01T00:00:00.000Z', because: SENTINEL })
  expect(everythingIn(room)).toContain('S3ntinel')
})

test('a secret reaches neither the spool nor what is flushed from it', async () => {
  const room = secretive()
  await put(room, intend(1))
  const stuck = secretive({
    commonDir: room.root,
    git: { cwd: '/', run: async () => ({ code: 1, stdout: Buffer.alloc(0), stderr: `fatal: ${SENTINEL}`, truncated: false }) },
  })
  const seen = { seq: 1, halt: null }
  const intent = stuck.ledger.stamp(plant(intend(2), SENTINEL) as Draft) as Intended
  await spoolIntent(stuck, { ...intent, attempt: hex(2) }, seen)
  await recordOutcome(
    stuck,
    { ...(plant(end(3, 'unknown'), LINES) as Draft & { type: 'deploy.ended' }), attempt: hex(3) },
    { intent, seen, log: LINES },
  )
  expectClean(room)
})

test('a secret in the state of a lost chain does not come back with it', async () => {
  const room = secretive()
  const other = makeRoom()
  const tip = await put(other, intend(1, { because: `x ${SENTINEL}` }))
  await room.ledger.begin({ state: tip.state!, tip: tip.oid, because: LINES }, hex(0xbeef))
  expectClean(room)
})

/** Values as env files hold them beside secrets, each equal to something that the ledger works with. */
const COMMON = [
  'everflow-worker',
  '2026-03',
  'deploy.intended',
  'deploy',
  'serving-despite-exit',
  'terminal',
  'platform',
  'deployment',
  '000000',
  'registry.fly.io',
]

test('values that look like the ledger’s own do not make it unreadable', async () => {
  const room = makeRoom({ app: 'everflow-worker', mask: makeMask([...COMMON, hex(1), hex(1, 40)]) })
  const image = 'registry.fly.io/everflow-worker:deployment-01ARZ3NDEKTSV4RRFFQ69G5FAV'
  const serving = { ...servingOf(1), image }
  await put(room, intend(1))
  await put(room, end(1, 'deployed', { serving }))
  await put(room, intend(2))
  const tip = await put(room, end(2, 'serving-despite-exit'))
  expect(tip.problem).toBeNull()
  expect(tip.core).toMatchObject({ app: 'everflow-worker', halt: { id: hex(2), outcome: 'serving-despite-exit' }, good: [{ serving }] })
  expect(Number.isNaN(Date.parse(tip.core!.halt!.since))).toBe(false)
  expect(tip.core?.halt?.candidate).toEqual(candidateOf(2))
  expect((await room.ledger.read()).problem).toBeNull()
})

test('an id is only let through where it has an id’s shape', () => {
  const mask = makeMask([SENTINEL, 'everflow worker'])
  const [event] = stampAll([{ ...CREATED, ledger: SENTINEL, app: 'everflow worker' } as Draft])
  expect(maskEvent(event as DurableEvent, mask)).toMatchObject({ ledger: '•••', app: '•••', by: ADA })
})

test('masking twice is masking once', () => {
  const mask = makeMask(SECRETS)
  for (const event of stampAll(EVERYTHING.flatMap(planted))) {
    const once = maskEvent(event, mask)
    expect(maskEvent(once, mask)).toEqual(once)
  }
})

test('the late intent inside an outcome is masked as well', () => {
  const [intent] = stampAll([plant(intend(1), SENTINEL) as Draft])
  const [late] = stampAll([end(1, 'unknown', { late: { seen: 1, halt: null, intent: intent as Intended } })]) as [Ended]
  expect(JSON.stringify(maskEvent(late, makeMask(SECRETS)))).not.toContain('S3ntinel')
})
