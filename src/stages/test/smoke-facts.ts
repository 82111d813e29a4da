import type { Smoke } from '../../config/settings.ts'
import type { Fact } from '../../model.ts'
import type { Streamed } from '../../ports.ts'
import type { Mask } from '../../redact.ts'
import { mainLines } from '../../targets/folding.ts'
import { ending, notFound } from './run-smoke.ts'

/** More names than this are counted. */
const NAMED = 8

/** `A, B and 3 more`. */
const names = (all: readonly string[]): string =>
  all.length <= NAMED ? all.join(', ') : `${all.slice(0, NAMED).join(', ')} and ${all.length - NAMED} more`

const aboutSmoke = (smoke: Smoke, mask: Mask) => ({ smoke: smoke.name, run: mask(smoke.run) })

/** Why a smoke did not pass. */
export const failureFact = (smoke: Smoke, done: Streamed, mask: Mask): Fact => ({
  kind: done.timedOut ? 'smoke-timeout' : notFound(done) ? 'smoke-not-found' : 'smoke-failed',
  subject: smoke.name,
  data: {
    ...aboutSmoke(smoke, mask),
    how: ending(done, smoke.timeoutMs),
    last: mainLines(done.tail).at(-1)?.text.slice(0, 300) ?? 'nothing printed',
  },
})

/** Loaders that went or changed explain more than loaders that came. */
const WEIGHT = ['env-loading-removed', 'env-loading-changed', 'env-loading-moved']
const weight = (fact: Fact): number => (WEIGHT.includes(fact.kind) ? WEIGHT.indexOf(fact.kind) : WEIGHT.length)

const DID: Record<string, string> = {
  'env-loading-removed': 'removes',
  'env-loading-changed': 'changes',
  'env-loading-moved': 'moves',
}

const spot = ({ place, data }: Fact): string => (place ? `${place.file}${place.line ? `:${place.line}` : ''}` : (data.file ?? ''))

/** Which change of a loading line explains it: the line, as it was. */
const loaderSays = (loader: Fact): string => {
  const { was, what = loader.subject } = loader.data
  const text = was && loader.kind === 'env-loading-changed' ? `${was} → ${what}` : what
  return `This change ${DID[loader.kind] ?? 'touches'} ${spot(loader)} \`${text}\`.`
}

/**
 * The smoke fails alone and passes with the values of the env files: the app does not load them.
 * @param keys names that only the env files have, those that matter most first
 * @param loaders facts about loading lines of the change
 */
export const notLoadedFact = (smoke: Smoke, first: Streamed, keys: readonly string[], loaders: readonly Fact[], mask: Mask): Fact => {
  const [best] = [...loaders].sort((a, b) => weight(a) - weight(b))
  return {
    kind: 'env-not-loaded',
    subject: smoke.name,
    ...(best?.place ? { place: best.place } : {}),
    data: {
      ...aboutSmoke(smoke, mask),
      keys: names(keys),
      how: ending(first, smoke.timeoutMs),
      because: best ? mask(loaderSays(best)) : 'No line that loads the env changed: it may never have been loaded here.',
    },
  }
}

/** The smoke passes although the key is blank. */
export const provesNothingFact = (smoke: Smoke, key: string, mask: Mask): Fact => ({
  kind: 'smoke-proves-nothing',
  subject: `${smoke.name}/${key}`,
  data: { ...aboutSmoke(smoke, mask), key },
})

/** The candidate's tree is another one after the smoke than before. */
export const wroteFact = (smoke: Smoke, mask: Mask): Fact => ({ kind: 'smoke-wrote', subject: smoke.name, data: aboutSmoke(smoke, mask) })

/** Processes that survived even KILL. */
export const leftFact = (smoke: Smoke, pids: readonly number[], mask: Mask): Fact => ({
  kind: 'smoke-left-running',
  subject: smoke.name,
  data: { ...aboutSmoke(smoke, mask), pids: names(pids.map(String)) },
})

/** What would have reached people, had it not been muted. */
export const caughtFact = (smoke: Smoke, caught: Readonly<Record<string, number>>, mask: Mask): Fact => ({
  kind: 'smoke-muted',
  subject: smoke.name,
  data: { ...aboutSmoke(smoke, mask), caught: names(Object.entries(caught).map(([key, n]) => (n === 1 ? key : `${key} (${n} times)`))) },
})
