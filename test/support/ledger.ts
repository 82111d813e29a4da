import { join } from 'node:path'
import { makeGit } from '../../src/adapters/git.ts'
import { guardFiles } from '../../src/adapters/guard-files.ts'
import { isGuardError, type Refusal } from '../../src/errors.ts'
import type { Adopted, DurableEvent, Ended, Intended, RecordedCandidate } from '../../src/ledger/events.ts'
import { fold } from '../../src/ledger/fold.ts'
import { type Draft, type Ledger, makeLedger, type Tip } from '../../src/ledger/ledger.ts'
import { privateFolder } from '../../src/ledger/private.ts'
import type { State } from '../../src/ledger/state.ts'
import { makeStore } from '../../src/ledger/store.ts'
import type { Actor, Serving } from '../../src/model.ts'
import type { Clock, Files, Git } from '../../src/ports.ts'
import type { Mask } from '../../src/redact.ts'
import { tempFolder } from '../change/repo.ts'

export const ADA: Actor = { name: 'Ada', via: 'terminal', host: 'desk' }

/** 32 hex digits from a number: ids that read well in a failure. */
export const hex = (n: number, length = 32): string => n.toString(16).padStart(length, '0')

const START = Date.parse('2026-03-01T10:00:00Z')

/** A clock that stands still until it is told to go on; `sleep` goes on by itself and takes no time. */
export const handClock = (start = START): Clock & { pass(ms: number): void } => {
  const hand = { at: start }
  return {
    now: () => hand.at,
    sleep: async (ms) => {
      hand.at += ms
    },
    pass: (ms) => {
      hand.at += ms
    },
  }
}

export const servingOf = (n: number, version = n): Serving => ({
  id: `sha256:${hex(n, 64)}`,
  version,
  image: `registry.fly.io/everflow@sha256:${hex(n, 64)}`,
  commit: hex(n, 40),
  tree: hex(1000 + n, 40),
  attempt: hex(n),
  ledger: null,
})

export const candidateOf = (n: number, left: Record<string, string | null> = { [`file${n}.py`]: hex(n, 40) }): RecordedCandidate => ({
  commit: hex(n, 40),
  tree: hex(1000 + n, 40),
  subject: `change ${n}`,
  branch: 'main',
  dirty: [],
  shape: hex(n, 64),
  config: { path: 'fly.toml', oid: hex(7, 40) },
  guard: null,
  left,
})

const SETTINGS: Intended['settings'] = {
  target: { kind: 'fly', config: 'fly.toml', args: [], dir: '', timeoutMs: 600_000 },
  probes: [],
  bakeMs: 0,
}

type Part<E> = Partial<Omit<E, 'type' | 'attempt'>>

/** A deploy's intent; the candidate is `candidateOf(n)` for attempt `hex(n)`. */
export const intend = (n: number, part: Part<Intended> = {}): Draft & { type: 'deploy.intended' } => ({
  type: 'deploy.intended',
  attempt: hex(n),
  kind: 'deploy',
  because: `reason ${n}`,
  plan: null,
  candidate: candidateOf(n),
  base: null,
  argv: ['fly', 'deploy'],
  before: null,
  findings: [],
  deadline_s: 900,
  ack: null,
  target: null,
  settings: SETTINGS,
  operator: { clone: hex(1), pid: 1 },
  snapshot: null,
  ...part,
})

export const end = (n: number, outcome: Ended['outcome'], part: Part<Ended> = {}): Draft & { type: 'deploy.ended' } => ({
  type: 'deploy.ended',
  attempt: hex(n),
  outcome,
  why: `it was ${outcome}`,
  evidence: [],
  exit: outcome === 'deployed' ? 0 : 1,
  signal: null,
  ms: 1000,
  serving: servingOf(n),
  probes: [],
  level: outcome === 'deployed' ? 'probed' : null,
  machineConfig: hex(9, 64),
  secrets: {},
  tail: [],
  suspects: [],
  signature: outcome === 'deployed' ? null : outcome,
  ...part,
})

/** A rollback's intent to the known good of attempt `to` (null: to the incumbent `servingOf(0)`). */
export const goBack = (n: number, to: number | null, part: Part<Intended> = {}): Draft & { type: 'deploy.intended' } =>
  intend(n, {
    kind: 'rollback',
    candidate: null,
    target: { serving: servingOf(to ?? 0), good: to === null ? null : hex(to), level: to === null ? 'platform' : 'probed' },
    ...part,
  })

export const acknowledge = (n: number, halt: string | null, failed: string | null = null): Draft & { type: 'halt.acknowledged' } => ({
  type: 'halt.acknowledged',
  ack: hex(n),
  halt,
  failed,
  cause: 'a cause',
  evidence: 'what was seen',
  evidenceRun: null,
  next: 'the next step',
  paths: ['**'],
  outside: null,
  level: 'local',
  override: null,
})

export const adoptOf = (n: number, halt: string | null, part: Partial<Adopted['good']> = {}): Draft & { type: 'halt.adopted' } => ({
  type: 'halt.adopted',
  halt,
  because: 'it serves well',
  good: {
    attempt: hex(n),
    at: new Date(START).toISOString(),
    level: 'probed',
    because: 'it serves well',
    by: ADA,
    commit: hex(n, 40),
    tree: hex(1000 + n, 40),
    dirty: [],
    left: {},
    shape: hex(n, 64),
    serving: servingOf(n),
    config: { path: 'fly.toml', oid: null },
    guard: null,
    settings: SETTINGS,
    machineConfig: null,
    secrets: {},
    ...part,
  },
  probes: [],
})

/** Stamps drafts as the ledger would, a second apart. */
export const stampAll = (drafts: readonly Draft[], from = 0): DurableEvent[] =>
  drafts.map(
    (draft, i) =>
      ({ v: 1, id: hex(0xe000 + from + i), at: new Date(START + (from + i) * 1000).toISOString(), by: ADA, ...draft }) as DurableEvent,
  )

export const CREATED: Draft = { type: 'ledger.created', ledger: hex(0xaaaa), app: 'everflow' }

/** The state after these events of a new ledger. */
export const stateAfter = (...drafts: Draft[]): State => {
  const state = stampAll([CREATED, ...drafts]).reduce<State | null>(fold, null)
  if (!state) throw new Error('no events')
  return state
}

/** One more event on a state. */
export const step = (state: State, ...drafts: Draft[]): State => stampAll(drafts, state.seq).reduce<State>(fold, state)

export interface Room {
  root: string
  folder: ReturnType<typeof privateFolder>
  clock: ReturnType<typeof handClock>
  files: Files
  git: Git
  ledger: Ledger
}

/** A ledger in a private folder of its own, on real git. `commonDir` shares one with another room. */
export const makeRoom = (
  options: {
    commonDir?: string
    app?: string
    id?: string | null
    mask?: Mask
    git?: Git
    files?: Files
    by?: Actor
    clock?: ReturnType<typeof handClock>
  } = {},
): Room => {
  const commonDir = options.commonDir ?? join(tempFolder(), '.git')
  const folder = privateFolder(commonDir)
  const clock = options.clock ?? handClock()
  const files = options.files ?? guardFiles
  const app = options.app ?? 'everflow'
  const git = options.git ?? makeGit({ cwd: '/', env: process.env })
  const store = makeStore({ git, files, gitDir: folder.ledgerGit, app })
  const mask = options.mask ?? ((text: string) => text)
  const ledger = makeLedger({ store, files, folder, clock, by: options.by ?? ADA, mask, app, configuredId: options.id ?? null })
  return { root: commonDir, folder, clock, files, git, ledger }
}

/** Appends one batch on the tip as it is; fails the test when the swap is lost. */
export const put = async (room: Pick<Room, 'ledger' | 'clock'>, ...drafts: Draft[]): Promise<Tip> => {
  room.clock.pass(1000)
  const appended = await room.ledger.append(await room.ledger.read(), drafts)
  if (!appended.won) throw new Error('lost the swap')
  return appended.tip
}

/** The refusal that an act ends with. */
export const refusalOf = async (act: () => unknown): Promise<Refusal> => {
  try {
    await act()
  } catch (error) {
    if (isGuardError(error)) return error.refusal
    throw error
  }
  throw new Error('nothing was refused')
}
