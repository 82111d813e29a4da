import { join } from 'node:path'
import type { Settings, TargetSettings } from '../config/settings.ts'
import type { Fact } from '../model.ts'
import type { ReadText, Sink } from '../ports.ts'
import { count } from '../words.ts'
import type { Desk } from './desk.ts'
import { openControls } from './test/controls.ts'
import { envFacts } from './test/env-facts.ts'
import { type EnvFile, envValues, readEnvFiles } from './test/env-file.ts'
import { type EnvironmentInput, makeEnvironment, toMute } from './test/environment.ts'
import { type Binding, type Evidence, envBinding, fits } from './test/evidence.ts'
import { controlsPath, evidencePath, evidenceText, readEvidence } from './test/keep.ts'
import { type SmokeResult, takeSmoke } from './test/smoke.ts'

/** The settings that TEST goes by. */
type TestSettings = Pick<Settings, 'root' | 'app' | 'smoke' | 'env'> & { target: Pick<TargetSettings, 'dir'> }

/** What TEST needs of a desk, and two more openings to the world. */
export type TestDesk = Pick<Desk, 'files' | 'processes' | 'signals' | 'clock' | 'emit' | 'mask' | 'env' | 'folder' | 'clone'> & {
  settings: TestSettings
  readText: ReadText
  openSink: () => Promise<Sink>
}

/** What is tested, and what is known about it. */
export interface TestSubject {
  tree: string
  /** Digest of config and settings (the candidate's `config`). */
  config: string
  /** Facts of the change about lines that load the env (`env-loading-*`); others are left out. */
  loaders: readonly Fact[]
  /** Names of the target's secrets. */
  secretNames: readonly string[]
  /** Names in the `[env]` of the target's config. */
  targetEnv: readonly string[]
  /** Under a halt nothing but a run counts. */
  halted: boolean
  /** A file with the result of a test job, absolute, or null. */
  evidenceIn: string | null
  /** Where the result goes for another job, absolute, or null. */
  out: string | null
  /** Run although this clone tested the same a moment ago. */
  fresh: boolean
  /** Digest of the candidate's tree as it is now. */
  treeDigest: () => Promise<string>
}

export interface Tested {
  /** For the rules; never a value. */
  facts: Fact[]
  smokes: SmokeResult[]
  /** Where the result comes from: run now, this clone's own, or a file of another job. */
  from: 'run' | 'kept' | 'file'
  evidence: Evidence
  /** The one line that the stage leaves on the screen. */
  line: string
}

/** Env files, as TEST reads them; also what the mask must know before anything is printed (see secretValues). */
export const readTestEnv = (desk: { settings: Pick<Settings, 'root' | 'env'>; readText: ReadText }): EnvFile[] =>
  readEnvFiles(desk.readText, desk.settings.env.files, (file) => join(desk.settings.root, file))

const result = (from: Tested['from'], evidence: Evidence, facts: Fact[], line: string): Tested => ({
  facts,
  smokes: evidence.smokes,
  from,
  evidence,
  line,
})

/** The evidence of a test job, where it fits; else why not, as a fact. */
const fromFile = async (desk: TestDesk, subject: TestSubject, here: Binding): Promise<Tested | Fact[]> => {
  if (subject.evidenceIn === null) return []
  const file = subject.evidenceIn
  const reject = (why: string): Fact[] => [{ kind: 'evidence-not-used', subject: file, data: { file, why: desk.mask(why) } }]
  if (subject.halted) return reject('after a failure the smokes have to pass here')
  const evidence = await readEvidence(desk.files, file)
  if (typeof evidence === 'string') return reject(evidence)
  const fit = fits(evidence, here, desk.settings.smoke, desk.clock.now())
  if (!fit.fits) return reject(fit.why)
  const note: Fact[] = fit.elsewhere ? [{ kind: 'evidence-from-elsewhere', subject: file, data: { file, at: evidence.at } }] : []
  return result(
    'file',
    evidence,
    [...evidence.envFacts, ...evidence.smokeFacts, ...note],
    `${passedLine(evidence.smokes)}, in a test job at ${evidence.at}`,
  )
}

/** What this clone found for the same tree, env and config at most 30 minutes ago. */
const kept = async (desk: TestDesk, subject: TestSubject, here: Binding): Promise<Evidence | null> => {
  if (subject.fresh || subject.halted || desk.settings.smoke.length === 0) return null
  const evidence = await readEvidence(desk.files, evidencePath(desk.folder.evidence, here.app))
  if (typeof evidence === 'string') return null
  const fit = fits(evidence, here, desk.settings.smoke, desk.clock.now())
  return fit.fits && !fit.elsewhere ? evidence : null
}

const runSmokes = async (
  desk: TestDesk,
  subject: TestSubject,
  input: EnvironmentInput,
): Promise<{ smokes: SmokeResult[]; facts: Fact[] }> => {
  const loaders = subject.loaders.filter((fact) => fact.kind.startsWith('env-loading-'))
  const controls = await openControls(desk.files, controlsPath(desk.folder.evidence), loaders)
  const sink = toMute(input).length > 0 ? await desk.openSink() : null
  const done: { smokes: SmokeResult[]; facts: Fact[] } = { smokes: [], facts: [] }
  try {
    const { settings, mask } = desk
    const environment = makeEnvironment(input, sink?.url ?? '')
    const cwd = join(settings.root, settings.target.dir)
    const run = {
      desk: { ...desk, cwd },
      environment,
      loaders,
      required: settings.env.required,
      controls,
      sink,
      mask,
      treeDigest: subject.treeDigest,
    }
    for (const smoke of settings.smoke) {
      const { result, facts } = await takeSmoke(run, smoke)
      done.smokes.push(result)
      done.facts.push(...facts)
    }
    return done
  } finally {
    await controls.save()
    await sink?.close()
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

const passedLine = (smokes: readonly SmokeResult[]): string =>
  smokes.length === 0
    ? 'no smoke command'
    : `${count(smokes.length, 'smoke')} passed (${smokes.map((s) => `${s.name} ${seconds(s.ms)}`).join(', ')})`

const ranLine = (smokes: readonly SmokeResult[], files: readonly EnvFile[]): string => {
  const failed = smokes.filter((smoke) => !smoke.passed)
  if (failed.length > 0)
    return `${failed.length} of ${count(smokes.length, 'smoke')} failed: ${failed.map((smoke) => smoke.name).join(', ')}`
  const read = files.filter((file) => file.why === null)
  return read.length > 0 ? `${passedLine(smokes)}; ${read.map((file) => file.file).join(', ')} read` : passedLine(smokes)
}

/** Keeping is a convenience: a disk that cannot take it costs a run, not the result. A file that was asked for must be written. */
const store = async (desk: TestDesk, evidence: Evidence): Promise<void> => {
  const path = evidencePath(desk.folder.evidence, evidence.app)
  await (evidence.passed ? desk.files.writeCache(path, evidenceText(evidence)) : desk.files.remove(path)).catch(() => {})
}

const handOver = async (desk: TestDesk, subject: TestSubject, evidence: Evidence): Promise<void> => {
  if (subject.out !== null) await desk.files.writeDurable(subject.out, evidenceText(evidence))
}

/**
 * TEST: does it work here, by itself? Reads the env files, runs the smokes without their values, and says what it saw as facts.
 * @throws GuardError INTERRUPTED; system errors where `out` cannot be written
 */
export const runTest = async (desk: TestDesk, subject: TestSubject): Promise<Tested> => {
  const { settings } = desk
  const files = readTestEnv(desk)
  const input: EnvironmentInput = { settings, shell: desk.env, file: envValues(files), secretNames: subject.secretNames }
  const env = envBinding(desk.clone.key, files, settings.env, desk.env)
  const here: Binding = { app: settings.app, tree: subject.tree, config: subject.config, env }
  const brought = await fromFile(desk, subject, here)
  if (!Array.isArray(brought)) return brought
  const seen = [...brought, ...envFacts(files, input, new Set([...subject.secretNames, ...subject.targetEnv]))]
  const before = await kept(desk, subject, here)
  if (before) {
    await handOver(desk, subject, before)
    return result(
      'kept',
      before,
      [...seen, ...before.smokeFacts],
      `${passedLine(before.smokes)} on this very tree at ${before.at}, not run again`,
    )
  }
  const { smokes, facts } = await runSmokes(desk, subject, input)
  const evidence: Evidence = {
    v: 1,
    kind: 'safe-deploy-test',
    ...here,
    at: new Date(desk.clock.now()).toISOString(),
    passed: smokes.every((smoke) => smoke.passed),
    smokes,
    envFacts: seen.filter((fact) => fact.kind.startsWith('env-')),
    smokeFacts: facts,
  }
  await store(desk, evidence)
  await handOver(desk, subject, evidence)
  return result('run', evidence, [...seen, ...facts], ranLine(smokes, files))
}
