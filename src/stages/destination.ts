import { type GuardError, next, refuse } from '../errors.ts'
import type { Core } from '../ledger/state.ts'
import type { KnownGood, Level, Serving } from '../model.ts'
import type { Release } from '../targets/truth.ts'
import { ago, nameServing } from '../words.ts'

/** Where a rollback goes, and the level at which it must hold. */
export interface Destination {
  serving: Serving
  good: KnownGood | null
  level: Level
  /** For people: why this one. */
  because: string
}

/**
 * Chooses what to go back to. Pure. Without a name: the newest known good, else what served before the guard or the failed attempt.
 * @param to attempt id, commit (both by prefix), or `vN`; `image` any reference that deploys
 * @returns the refusal when nothing fits, naming what there is
 */
export const destinationOf = (
  core: Core | null,
  wanted: { to: string | null; image: string | null },
  releases: readonly Release[],
  now: number,
): Destination | GuardError => {
  if (wanted.image)
    return { serving: bare(wanted.image, null), good: null, level: 'platform', because: `the image ${wanted.image}, as asked` }
  if (wanted.to) return named(core, wanted.to, releases)
  const good = core?.good[0]
  if (good) return toGood(good, `the last known good, ${ago(good.at, now)}: ${good.because}`)
  if (core?.incumbent)
    return { serving: core.incumbent, good: null, level: 'platform', because: `what served before: ${nameServing(core.incumbent)}` }
  return nothing(core, releases)
}

const toGood = (good: KnownGood, because: string): Destination => ({ serving: good.serving, good, level: good.level, because })

const named = (core: Core | null, to: string, releases: readonly Release[]): Destination | GuardError => {
  const goods = core?.good ?? []
  const version = /^v?(\d{1,9})$/.exec(to)?.[1]
  const good = goods.find(
    (g) =>
      (to.length >= 4 && (g.attempt.startsWith(to) || g.commit.startsWith(to))) ||
      (version !== undefined && g.serving.version === Number(version)),
  )
  if (good) return toGood(good, `the known good ${to}: ${good.because}`)
  const release = version === undefined ? undefined : releases.find((r) => r.version === Number(version))
  if (release?.image)
    return {
      serving: bare(release.image, release.version),
      good: null,
      level: 'platform',
      because: `release v${release.version}, as asked; nobody has proved it`,
    }
  return refuse('NOTHING_TO_GO_BACK_TO', {
    what: `There is no known good and no release called ${to}.`,
    why: choices(goods, releases),
    exit: 64,
    next: [next('see which there are', ['safe-deploy', 'history']), next('or give an image', ['safe-deploy', 'rollback'], ['--image'])],
  })
}

const choices = (goods: readonly KnownGood[], releases: readonly Release[]): string[] => [
  `known goods: ${goods.map((g) => `${g.attempt.slice(0, 8)} (${g.serving.version === null ? g.commit.slice(0, 10) : `v${g.serving.version}`})`).join(', ') || 'none'}`,
  `releases: ${
    releases
      .slice(0, 8)
      .map((r) => `v${r.version}`)
      .join(', ') || 'none'
  }`,
]

const nothing = (core: Core | null, releases: readonly Release[]): GuardError =>
  refuse('NOTHING_TO_GO_BACK_TO', {
    what: 'The ledger knows nothing to go back to.',
    why: choices([], releases),
    next: [
      next('name a release', ['safe-deploy', 'rollback'], ['--to']),
      next('or an image', ['safe-deploy', 'rollback'], ['--image']),
      ...(core?.halt ? [next('or go forward, in writing', ['safe-deploy', 'ack'], ['--cause', '--evidence-run', '--next', '--path'])] : []),
    ],
  })

const bare = (image: string, version: number | null): Serving => {
  const digest = /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1]
  return { id: digest ?? image, version, image, commit: null, tree: null, attempt: null, ledger: null }
}
