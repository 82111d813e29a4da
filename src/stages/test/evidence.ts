import { createHmac } from 'node:crypto'
import type { Settings } from '../../config/settings.ts'
import type { Fact } from '../../model.ts'
import { duration } from '../../words.ts'
import type { EnvFile } from './env-file.ts'
import type { SmokeResult } from './smoke.ts'

/** Older evidence says too little: what smokes reach (a database, an API) moves too. */
const MAX_AGE_MS = 30 * 60_000
/** A clock may run ahead by this much. */
const SKEW_MS = 60_000

/** The result of TEST, bound to what it was made of. Nothing in it is secret: the env is there only as a digest keyed by the clone. */
export interface Evidence {
  v: 1
  kind: 'safe-deploy-test'
  app: string
  /** Tree of the candidate. */
  tree: string
  /** Digest of config and settings. */
  config: string
  /** `clone` names the key without telling it: only the same clone can compare digests. */
  env: { clone: string; digest: string }
  at: string
  passed: boolean
  smokes: SmokeResult[]
  /** What the env files showed, and what the smokes showed. */
  envFacts: Fact[]
  smokeFacts: Fact[]
}

/** What the evidence is compared with. */
export type Binding = Pick<Evidence, 'app' | 'tree' | 'config' | 'env'>

/** Names and contents of env files, and what is injected, as a keyed digest. */
export const envBinding = (
  key: string,
  files: readonly EnvFile[],
  env: Settings['env'],
  shell: Readonly<Record<string, string | undefined>>,
): Evidence['env'] => {
  const said = [
    files.map(({ file, why, entries }) => [file, why, entries.map((entry) => [entry.key, entry.value])]),
    [...env.inject, ...env.required].map((name) => [name, shell[name] ?? null]),
    [env.inherit, env.mute],
  ]
  const hmac = (text: string) => createHmac('sha256', key).update(text).digest('hex')
  return { clone: hmac('clone').slice(0, 16), digest: hmac(JSON.stringify(said)) }
}

type Fit = { fits: true; elsewhere: boolean } | { fits: false; why: string }

/**
 * May this evidence stand for a run here and now? Pure.
 * From another clone the env cannot be compared, so there it is bound to tree and config alone: `elsewhere`.
 * @param now milliseconds since the epoch
 */
export const fits = (evidence: Evidence, here: Binding, smokes: readonly { name: string }[], now: number): Fit => {
  const age = now - Date.parse(evidence.at)
  const elsewhere = evidence.env.clone !== here.env.clone
  const results = new Map(evidence.smokes.map((smoke) => [smoke.name, smoke.passed]))
  const reasons: readonly (readonly [boolean, string])[] = [
    [evidence.app !== here.app, `it is about ${evidence.app}`],
    [
      evidence.tree !== here.tree,
      'it is about other files: the tree is another one (is the evidence file itself inside the repository, and not ignored?)',
    ],
    [evidence.config !== here.config, 'config or settings are others'],
    [!elsewhere && evidence.env.digest !== here.env.digest, 'the env files changed'],
    [!(age <= MAX_AGE_MS), `it is ${duration(age)} old; 30 minutes are the most`],
    [age < -SKEW_MS, 'it is from the future: the clocks disagree'],
    [!evidence.passed || smokes.some(({ name }) => results.get(name) !== true), 'it does not show every smoke passing'],
  ]
  const why = reasons.find(([holds]) => holds)?.[1]
  return why === undefined ? { fits: true, elsewhere } : { fits: false, why }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= 10_000
const isTable = (value: unknown, each: (item: unknown) => boolean): boolean => isObject(value) && Object.values(value).every(each)

const isFact = (value: unknown): boolean =>
  isObject(value) &&
  isText(value.kind) &&
  isText(value.subject) &&
  isTable(value.data, isText) &&
  (value.place === undefined || (isObject(value.place) && isText(value.place.file)))

const isCount = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value)
const isResult = (value: unknown): boolean =>
  isObject(value) &&
  isText(value.name) &&
  [value.passed, value.notLoaded, value.timedOut].every((flag) => typeof flag === 'boolean') &&
  (value.exit === null || isCount(value.exit)) &&
  (value.signal === null || isText(value.signal)) &&
  isCount(value.ms) &&
  Array.isArray(value.tail) &&
  value.tail.every((line) => isObject(line) && isText(line.text) && isCount(line.count)) &&
  isTable(value.caught, isCount)

const SHAPE: Readonly<Record<Exclude<keyof Evidence, 'v' | 'kind'>, (value: unknown) => boolean>> = {
  app: isText,
  tree: isText,
  config: isText,
  at: (value) => isText(value) && !Number.isNaN(Date.parse(value)),
  env: (value) => isObject(value) && isText(value.clone) && isText(value.digest),
  passed: (value) => typeof value === 'boolean',
  smokes: (value) => Array.isArray(value) && value.length <= 1000 && value.every(isResult),
  envFacts: (value) => Array.isArray(value) && value.length <= 10_000 && value.every(isFact),
  smokeFacts: (value) => Array.isArray(value) && value.length <= 10_000 && value.every(isFact),
}

/** Reads evidence from its text; a sentence where it is none. */
export const parseEvidence = (text: string): Evidence | string => {
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch {
    return 'it is not JSON'
  }
  if (!isObject(read) || read.kind !== 'safe-deploy-test') return 'it was not written by safe-deploy test --out'
  if (read.v !== 1) return 'it was written by another version of safe-deploy'
  const wrong = Object.entries(SHAPE).find(([key, check]) => !check((read as Record<string, unknown>)[key]))
  return wrong ? `its ${wrong[0]} is not what this version writes` : (read as unknown as Evidence)
}
