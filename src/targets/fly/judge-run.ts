import type { Outcome } from '../../model.ts'
import type { FlyTruth, Machine, ToolRun, Verdict } from '../truth.ts'
import { changedSecrets } from './drift.ts'
import { compareFleet, type Fleet } from './fleet.ts'
import { healthOf } from './health.ts'
import type { Case } from './judge.ts'
import { type Own, ownRelease } from './release.ts'
import { secretsOf, servingOf } from './serving.ts'
import { evidenceOf, howItEnded } from './words.ts'

type Judged = [outcome: Outcome, why: string]

interface Seen {
  run: ToolRun
  fleet: Fleet
  own: Own
  /** Sentences on machines that are worse off than before. */
  bad: string[]
  /** Machines that went without being asked to. */
  missed: Machine[]
  secrets: string[]
  /** Machines that are in another state than before, though not updated. */
  states: string[]
}

/** Words of commands that mean to stop machines or to take them out of service, and of those that take them away. */
const STOPS = /^(?:stop|suspend|kill|cordon)$/
const TAKES = /^(?:destroy|remove|rm|delete|scale|suspend|unset)$/

const n = (machines: readonly Machine[]): string => `${machines.length} machine${machines.length === 1 ? '' : 's'}`

/** What keeps anybody from knowing. */
const blind = ({ before, after, unseen, app }: Case, own: Own | null, words: readonly string[]): string | null => {
  if (unseen !== null || after === null) return unseen ?? 'the platform could not be read after it'
  if (after.app !== app || before.app !== app) return `the platform answered for ${after.app}, not for ${app}`
  const emptied = after.machines.length === 0 && before.machines.length > 0
  if (emptied && !words.some((word) => TAKES.test(word)))
    return `the machine list is empty, and ${n(before.machines)} ran before: all are gone, or the platform answered wrongly`
  return own?.foreign ?? null
}

/** A sentence without what may differ from look to look: counts, and what a check printed. */
const gist = (sentence: string): string => sentence.replace(/ is critical: .*/s, ' is critical').replace(/\d+ restarts/, 'restarts')

/** Who was in the same trouble before is not worse off; who was asked to stop is as expected. */
const worse = (before: FlyTruth, fleet: Fleet, words: readonly string[]): string[] => {
  const was = new Set(healthOf(before.machines, before.machines).bad.map(gist))
  const meant = words.some((word) => STOPS.test(word) || TAKES.test(word))
  const judged = meant ? fleet.after.filter((machine) => machine.state === 'started' && !machine.cordoned) : fleet.after
  const had = meant ? fleet.before.filter((machine) => judged.some(({ id }) => id === machine.id)) : fleet.before
  return healthOf(had, judged).bad.filter((sentence) => !was.has(gist(sentence)))
}

/** What became of machines that were only started, stopped or taken out of traffic. */
const statesOf = ({ before, after, touched }: Fleet): string[] => {
  const was = new Map(before.map((machine) => [machine.id, machine]))
  const said = after.flatMap((machine) => {
    const then = was.get(machine.id)
    if (!then || touched.includes(machine)) return []
    const state = then.state === machine.state ? [] : [`machine ${machine.id} is ${machine.state}`]
    return then.cordoned === machine.cordoned ? state : [...state, `machine ${machine.id} is ${machine.cordoned ? '' : 'not '}cordoned`]
  })
  return said.length > 4 ? [...said.slice(0, 3), `and ${said.length - 3} more`] : said
}

const movedSays = ({ own, fleet, secrets, states }: Seen): string[] => [
  ...(own.version === null ? [] : [`release v${own.version}`]),
  ...(fleet.touched.length > 0 ? [`${n(fleet.touched)} updated`] : []),
  ...(fleet.came.length > 0 ? [`${n(fleet.came)} came`] : []),
  ...(fleet.gone.length > 0 ? [`${n(fleet.gone)} went`] : []),
  ...states,
  ...secrets,
]

/** Its process was lost sight of: then only a release that calls itself complete, on every machine, tells that it came to its end. */
const sawItsEnd = ({ run, own, fleet }: Seen): boolean =>
  run.exit === 0 ||
  (run.exit === null && own.status === 'complete' && fleet.after.length > 0 && fleet.after.every(({ version }) => version === own.version))

/** The command by at most three words, whoever wrote it down: `fly secrets set`. */
export const nameRun = (words: readonly string[]): string => {
  const named = words.filter((word, i) => !word.startsWith('-') && !/^(?:--(?:app|config|access-token)|-[act])$/.test(words[i - 1] ?? ''))
  const own = /(?:^|\/)(?:fly|flyctl)$/.test(named[0] ?? '') || named[0]?.includes('/') ? named.slice(1) : named
  return ['fly', ...own.slice(0, 2).filter((word) => /^[a-z][a-z-]{0,30}$/.test(word))].join(' ')
}

const decide = (seen: Seen, name: string): Judged => {
  const { own, fleet, bad, missed } = seen
  const run = { ...seen.run, said: howItEnded(seen.run).replace(/\bfly\b/, name) }
  const moved = movedSays(seen)
  const fine = sawItsEnd(seen) && run.signal === null && !run.timedOut
  if (moved.length === 0 && !fine) return ['not-started', `${run.said}, and nothing moved that can be seen`]
  if (missed.length > 0) return ['partial', `after ${name} ${n(missed)} went, and nobody asked for that`]
  if (bad.length > 0) return ['unhealthy', `after ${name}: ${bad.slice(0, 3).join('; ')}`]
  if (fine) return ['deployed', moved.length > 0 ? moved.join('; ') : 'nothing moved that can be seen']
  if (fleet.touched.length + fleet.came.length + fleet.gone.length === 0 && seen.secrets.length + seen.states.length === 0)
    return ['unchanged', `${run.said}; release v${own.version} reached no machine`]
  const on = fleet.after.filter(({ version }) => version === own.version)
  if (own.version !== null && on.length === fleet.after.length) return ['serving-despite-exit', `${run.said}, but: ${moved.join('; ')}`]
  return ['partial', `${run.said}, after: ${moved.join('; ')}`]
}

/**
 * What any fly command but a deploy really did. It has to leave the fleet as well as it was, but for what its words ask; that nothing new serves is
 * no failure. Anything needed and not seen is `unknown`.
 */
export const judgeRun = (input: Case, words: readonly string[]): Verdict => {
  const { before, after, run } = input
  if (after === null)
    return {
      outcome: 'unknown',
      why: `after ${nameRun(words)}: ${blind(input, null, words) ?? ''}`,
      evidence: [howItEnded(run)],
      serving: null,
    }
  const fleet = compareFleet(before, after, [])
  const own = ownRelease(before, after, run)
  const secrets = before.secrets && after.secrets ? changedSecrets(secretsOf(before), secretsOf(after)) : []
  const missed = words.some((word) => TAKES.test(word)) ? [] : fleet.gone
  const seen = { run, fleet, own, secrets, missed, states: statesOf(fleet), bad: worse(before, fleet, words) }
  const unseen = blind(input, own, words) ?? (fleet.lost.length > 0 ? `${n(fleet.lost)} cannot be reached` : null)
  const [outcome, why] = unseen === null ? decide(seen, nameRun(words)) : (['unknown', `after ${nameRun(words)}: ${unseen}`] as const)
  const evidence = [...evidenceOf(input, fleet, own, healthOf(fleet.before, fleet.after)), ...secrets]
  return { outcome, why, evidence, serving: servingOf(after) }
}
