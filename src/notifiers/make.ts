import { alertmanager } from './alertmanager.ts'
import { github } from './github.ts'
import type { Happening, Outlet } from './outlet.ts'
import { pagerDuty } from './pagerduty.ts'
import { alertmanagerReached, bare, keysOf, outletId, type Read, readerOf, secretsOf, unusable } from './reach.ts'
import { type DeployRelay, deployRelay, relay } from './relay.ts'
import { jobUrl, repositoryOf } from './repository-of.ts'
import { slackBot } from './slack-bot.ts'
import { slackWebhook } from './slack-webhook.ts'
import type { NotifySpec, RelaySpec } from './spec.ts'
import { makeOutlet, type World } from './try.ts'
import { webhook } from './webhook.ts'

export interface OutletDeps extends World {
  env: Readonly<Record<string, string | undefined>>
  /** Where `origin` is, for an outlet that needs the repository's name. */
  remoteUrl?: string | null
}

/** What a config asks for, made. */
export interface Made {
  outlets: Outlet[]
  /** Env keys that are not set; what needs one of them is not among `outlets`. */
  unset: string[]
  /** The same, by what needs them. */
  missing: { id: string; keys: string[] }[]
  /** Values that no text may show. */
  secrets: string[]
}

const ALL: readonly Happening[] = ['opened', 'another', 'counted', 'acknowledged', 'renewed', 'ended']

const makeOne = (spec: NotifySpec, deps: OutletDeps, read: Read, labels: Readonly<Record<string, string>>): Outlet => {
  const id = outletId(spec)
  const why = unusable(spec, read)
  if (why !== null) {
    const tell = async (one: Parameters<Parameters<typeof makeOutlet>[2]['tell']>[0]) => one.fail(why, { final: true })
    return makeOutlet(deps, { name: 'This outlet', secrets: [] }, { id, hears: ALL, idempotent: true, tell })
  }
  switch (spec.kind) {
    case 'slack-webhook':
      return slackWebhook(deps, id, read(spec.webhook), spec.audience)
    case 'slack-bot':
      return slackBot(deps, id, spec, read(spec.token))
    case 'webhook':
      return webhook(deps, id, spec, read(spec.url), spec.secret ? read(spec.secret) : null)
    case 'pagerduty':
      return pagerDuty(deps, id, spec, read(spec.key))
    case 'alertmanager':
      return alertmanager(deps, id, spec, alertmanagerReached(spec, read))
    case 'github': {
      const name = repositoryOf(spec, deps.env, deps.remoteUrl ?? null)
      return github(deps, id, spec, { name, token: read(spec.token), logUrl: jobUrl(deps.env) })
    }
    case 'relay':
      return relay(deps, id, spec, { base: bare(read(spec.url)), token: read(spec.token) }, labels)
  }
}

/** What can be made of specs, and what cannot for want of an env key. The same outlet twice is one. */
export const makeOutlets = (specs: readonly NotifySpec[], deps: OutletDeps): Made => {
  const read = readerOf(deps.env)
  const once = [...new Map(specs.map((spec) => [outletId(spec), spec])).values()]
  const missing = once.flatMap((spec) => {
    const keys = [...new Set(keysOf(spec))].filter((key) => read({ env: key }) === '')
    return keys.length > 0 ? [{ id: outletId(spec), keys }] : []
  })
  const without = new Set(missing.map(({ id }) => id))
  const labels = specs.find((spec) => spec.kind === 'alertmanager')?.labels ?? {}
  return {
    outlets: once.filter((spec) => !without.has(outletId(spec))).map((spec) => makeOne(spec, deps, read, labels)),
    unset: [...new Set(missing.flatMap(({ keys }) => keys))],
    missing,
    secrets: secretsOf(once, deps.env),
  }
}

/** Relays that are told of each attempt; those whose env keys are missing or unusable are left out: `makeOutlets` names them. */
export const makeRelays = (specs: readonly NotifySpec[], deps: OutletDeps): DeployRelay[] => {
  const read = readerOf(deps.env)
  const able = specs.filter((spec): spec is RelaySpec => spec.kind === 'relay' && keysOf(spec).every((key) => read({ env: key }) !== ''))
  return able
    .filter((spec) => unusable(spec, read) === null)
    .map((spec) => deployRelay(deps, outletId(spec), spec, { base: bare(read(spec.url)), token: read(spec.token) }))
}
