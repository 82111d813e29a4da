import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { readCandidate } from '../change/candidate.ts'
import { tableAt } from '../change/fly-file.ts'
import { majorsOf } from '../change/majors.ts'
import { blobAt, type ChangeDeps, deployTrailers, factsOf, readChange } from '../change/read.ts'
import { scoped } from '../change/scope.ts'
import { credentialValues } from '../change/secrets/credential-values.ts'
import { railsKeyFor } from '../change/secrets/rails-key.ts'
import { linesOf } from '../change/weight.ts'
import { readOwnPacks } from '../checklist/own-packs.ts'
import { suspects } from '../checklist/suspects.ts'
import type { Settings } from '../config/settings.ts'
import type { Draft, Tip } from '../ledger/ledger.ts'
import type { Ack } from '../ledger/state.ts'
import type { Blob, Candidate, Change, Fact, Finding, KnownGood, Serving, Suspect } from '../model.ts'
import { makePlan, type Plan } from '../plan.ts'
import type { Baseline } from '../probes/run.ts'
import { changedSecrets } from '../targets/fly/drift.ts'
import type { Truth } from '../targets/truth.ts'
import { ago, count, nameServing } from '../words.ts'
import { answersOf, type Given, shown } from './answers.ts'
import { failureText } from './conclude.ts'
import type { Desk } from './desk.ts'
import { baseOfIncumbent } from './first-contact.ts'
import type { Stopped } from './gate.ts'
import { judgeFacts } from './judging.ts'
import { readable } from './readable.ts'
import { DEPLOY_LINES, tellFindings, toldOf } from './screen.ts'
import type { Done } from './stages.ts'
import type { Verified } from './verify.ts'

/** What READ found out: the change, the findings on it, and the plan that names both. */
export interface ReadDone {
  tip: Tip
  truth: Truth
  serving: Serving | null
  candidate: Candidate
  change: Change
  base: { commit: string | null; tree: string } | null
  facts: Fact[]
  plan: Plan
  ack: Ack | null
  notes: Draft[]
  firstContact: boolean
  blobs: { config: Blob; guard: Blob | null }
  baseline: Promise<Baseline | null>
  /** Settings that judge this candidate: the known good's rules, its own target and tests. */
  judged: Settings
  /** Names in `[env]` of the target's config. */
  targetEnv: string[]
  /** The change touches files of this app; true where nothing can be compared. */
  touched: boolean
  /** Nothing would change: same tree, config, arguments and ignored files, and the known good serves. */
  unchanged: boolean
  /** Answers that travel on the commit; they count once, and never under a halt. */
  trailers: { because: string | null; given: Given[] }
  /** The candidate as it is now (invariant 4). */
  recheck(): Promise<Candidate>
  /** Which change could explain a failure; where none fits, what else moved. */
  explain(found: Verified, tail: readonly string[]): { suspects: Suspect[]; moved: string[] }
}

export interface ReadFlags {
  given: Given[]
}

/**
 * READ: what was working, what changed? Nothing is asked here but, at first contact, which commit serves.
 * @param room lines of the screen for findings that stop nothing
 */
export const read = async (desk: Desk, stopped: Stopped, room: number = DEPLOY_LINES): Promise<Done<ReadDone>> => {
  const goods = stopped.state?.core.good ?? []
  const incumbent = goods.length === 0 ? await baseOfIncumbent(desk, stopped) : null
  const wanted = goods.length > 0 ? goods.map(({ commit, tree }) => ({ commit, tree })) : incumbent?.base ? [incumbent.base] : []
  const good = goods[0] ?? null
  const { judged } = stopped
  const input = inputOf(desk, judged, wanted, incumbent?.unseen ?? null)
  const { candidate, change, seen, head, build } = await readChange(input)
  desk.hide(credentialValues(change))
  const facts = await factsOf(seen, { truth: stopped.truth, state: stopped.state, now: desk.clock.now() })
  const all = [...stopped.facts, ...facts]
  const findings = judgeFacts(all, judged, desk, (await readOwnPacks(seen)).rules)
  const plan = makePlan({
    app: desk.ledger.app,
    target: desk.target.identity(),
    candidate,
    base: change.base,
    good: good?.attempt ?? null,
    halt: stopped.tip.core?.halt?.id ?? null,
    findings,
  })
  tell(desk, { change, findings, facts, good }, stopped, room)
  const value: ReadDone = {
    ...stopped,
    candidate,
    change,
    base: change.base,
    facts: all,
    plan,
    blobs: { config: blobAt(seen, build.config ?? ''), guard: desk.settings.file === null ? null : blobAt(seen, desk.settings.file) },
    judged,
    targetEnv: build.parsed?.ok ? Object.keys(tableAt(build.parsed.table, 'env')) : [],
    touched: change.base === null || change.unseen !== null || scoped(change.files, desk.settings).files.length > 0,
    unchanged: good !== null && sameAs(good, candidate, stopped),
    trailers: trailersOf(stopped, candidate, await deployTrailers(input, head)),
    recheck: () => recheck(desk, input),
    explain: (found, tail) => explain(desk, stopped, change, findings, good, found, tail),
    serving:
      incumbent?.base && stopped.serving
        ? { ...stopped.serving, commit: stopped.serving.commit ?? incumbent.base.commit, tree: stopped.serving.tree ?? incumbent.base.tree }
        : stopped.serving,
  }
  return { value, line: readLine(desk, change, good, incumbent?.how ?? '') }
}

const inputOf = (desk: Desk, settings: Settings, bases: ChangeDeps['bases'], baseless: string | null): ChangeDeps => ({
  git: desk.git,
  files: desk.treeFiles,
  repo: readable(desk.repo),
  settings,
  argv: desk.rest,
  key: desk.clone.key,
  objectsDir: desk.folder.objects,
  obtain: desk.obtain,
  bases,
  baseless,
  ...(settings.read.decrypt ? { keys: railsKeyFor(desk.env, desk.readText, (path) => join(settings.root, path)) } : {}),
  ...(asksPushed(settings) ? { pushed: async () => desk.pushed(readable(desk.repo).head) } : {}),
})

/** Only then is the remote's branch looked up: it loads a library and costs a git call. */
const asksPushed = ({ read, rules }: Settings): boolean => (rules['unpushed-commit'] ?? read.pushed) !== 'off'

const recheck = async (desk: Desk, input: ChangeDeps): Promise<Candidate> => {
  const repo = readable(await desk.repoNow())
  return (await readCandidate({ ...input, repo })).candidate
}

interface Told {
  change: Change
  findings: readonly Finding[]
  facts: readonly Fact[]
  good: KnownGood | null
}

const tell = (desk: Desk, { change, findings, facts, good }: Told, stopped: Stopped, room: number): void => {
  const { files, leftOut } = scoped(change.files, desk.settings)
  desk.emit({
    type: 'change.read',
    change: toldOf({ ...change, files }),
    base: good ? nameGood(good) : stopped.serving ? nameServing(stopped.serving) : 'nothing',
    majors: majorsOf(facts),
  })
  if (leftOut > 0) desk.emit({ type: 'said', stage: 'read', tone: 'plain', text: `${count(leftOut, 'file')} outside of this app left out` })
  tellFindings(desk.emit, findings, (finding) => shown(finding, stopped.judged, desk.actor), room)
}

/** By its commit; what was adopted by hand may have none on record. */
const nameGood = ({ commit, serving }: KnownGood): string => commit.slice(0, 10) || nameServing(serving)

/** In one line; of several apps what belongs to this one is counted. */
const readLine = (desk: Desk, change: Change, good: KnownGood | null, how: string): string => {
  if (!change.base) return change.unseen ?? 'nothing to compare with: all of it is new'
  const since = good
    ? `since the known good ${nameGood(good)}, ${ago(good.at, desk.clock.now())}`
    : `since ${change.base.commit?.slice(0, 10) ?? change.base.tree.slice(0, 10)}${how}`
  const { files, leftOut } = scoped(change.files, desk.settings)
  if (files.length === 0)
    return change.unseen ? `what changed ${since} cannot be seen` : `nothing${leftOut > 0 ? ' of this app' : ''} changed ${since}`
  const lines = files.map(linesOf)
  const sum = (side: 'added' | 'removed') => lines.reduce((all, one) => all + one[side], 0)
  const unseen = change.unseen ? '; not all of it can be seen' : ''
  const commits = change.commits.length > 0 ? ` in ${count(change.commits.length, 'commit')}` : ''
  return `${count(files.length, 'file')} +${sum('added')} −${sum('removed')}${commits} ${since}${unseen}`
}

/** Shape of what would ship beside its tree: config, arguments, ignored files. */
export const shapeOf = (candidate: Candidate): string =>
  createHash('sha256')
    .update(JSON.stringify([candidate.config, candidate.context, candidate.argv.length]))
    .digest('hex')

const sameAs = (good: KnownGood, candidate: Candidate, stopped: Stopped): boolean =>
  !stopped.tip.core?.halt &&
  good.tree === candidate.tree &&
  good.shape === shapeOf(candidate) &&
  candidate.argv.length === 0 &&
  stopped.serving?.id === good.serving.id

/** A commit whose deploy is in the record already has spent its trailers. */
const trailersOf = (stopped: Stopped, candidate: Candidate, trailers: Record<string, string[]>): ReadDone['trailers'] => {
  const { state } = stopped
  const spent =
    state?.core.halt ||
    state?.failed.some((f) => f.commit === candidate.commit) ||
    state?.core.good.some((g) => g.commit === candidate.commit)
  if (spent) return { because: null, given: [] }
  return {
    because: trailers['deploy-because']?.[0] ?? null,
    given: answersOf(trailers['deploy-accept'] ?? []),
  }
}

const explain = (
  desk: Desk,
  stopped: Stopped,
  change: Change,
  findings: readonly Finding[],
  good: KnownGood | null,
  found: Verified,
  tail: readonly string[],
): { suspects: Suspect[]; moved: string[] } => {
  const now = found.truth ? desk.target.secretsOf(found.truth) : {}
  const secretsChanged = Object.keys(now).length > 0 ? changedSecrets(good?.secrets ?? desk.target.secretsOf(stopped.truth), now) : []
  const lines = [...failureText(found, { tail: [...tail] }), found.why]
  return { suspects: suspects({ lines, change, findings, secretsChanged }), moved: secretsChanged }
}
