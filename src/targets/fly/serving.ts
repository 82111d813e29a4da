import type { Serving } from '../../model.ts'
import type { FlyTruth, Machine } from '../truth.ts'
import { pinned } from './image.ts'

const label = (machine: Machine, name: string): string | null => machine.labels[`safe-deploy.${name}`] || null

/** The commit that flyctl itself labels an image with when it runs in a GitHub action. */
const builtFrom = ({ labels }: Machine): string | null => (/^[0-9a-f]{40}$/.test(labels.GH_SHA ?? '') ? (labels.GH_SHA ?? null) : null)

/** Most machines first; of equals the newer release. */
const byWeight = (a: Machine[], b: Machine[]): number => b.length - a.length || newest(b) - newest(a)

const newest = (machines: readonly Machine[]): number => Math.max(0, ...machines.map((machine) => machine.version ?? 0))

const groupBy = (machines: readonly Machine[]): Machine[][] => {
  const groups = new Map<string, Machine[]>()
  for (const machine of machines) {
    const id = machine.digest ?? machine.image ?? ''
    if (id !== '') groups.set(id, [...(groups.get(id) ?? []), machine])
  }
  return [...groups.values()]
}

/** Those that answer now: reachable and started and open for traffic; where none is started (all stop when idle), all that are reachable. */
const answering = (truth: FlyTruth): Machine[] => {
  const reachable = truth.machines.filter((machine) => machine.reachable && !machine.canary)
  const started = reachable.filter((machine) => machine.state === 'started')
  const open = started.filter((machine) => !machine.cordoned)
  return open.length > 0 ? open : started.length > 0 ? started : reachable
}

/** What serves: the image that most answering machines run. Null where no machine says. */
export const servingOf = (truth: FlyTruth): Serving | null => {
  const machines = groupBy(answering(truth)).sort(byWeight)[0]
  const one = machines?.find((machine) => machine.version === newest(machines)) ?? machines?.[0]
  if (!machines || !one) return null
  return {
    id: one.digest ?? one.image ?? '',
    version: newest(machines) || null,
    image: one.digest && one.image ? pinned(one.image, one.digest) : null,
    commit: label(one, 'commit') ?? builtFrom(one),
    tree: label(one, 'tree'),
    attempt: label(one, 'attempt'),
    ledger: label(one, 'ledger'),
  }
}

/** A started machine of what serves, to run something on. */
export const servingMachine = (truth: FlyTruth): string | null => {
  const id = servingOf(truth)?.id
  return answering(truth).find((machine) => machine.state === 'started' && (machine.digest ?? machine.image) === id)?.id ?? null
}

/** Where the app answers HTTP. A loopback host has no certificate. */
export const urlOf = (truth: FlyTruth): string | null => {
  if (truth.hostname === null || !truth.machines.some((machine) => machine.http)) return null
  return `${/^(?:127\.|localhost\b|\[::1\])/.test(truth.hostname) ? 'http' : 'https'}://${truth.hostname}/`
}

/** Name → the platform's opaque digest; empty where secrets were not read. */
export const secretsOf = (truth: FlyTruth): Record<string, string> =>
  Object.fromEntries((truth.secrets ?? []).map((secret) => [secret.name, secret.digest]))

/** Secrets that were set but reach the machines only with the next deploy. */
export const stagedSecrets = (truth: FlyTruth): string[] =>
  (truth.secrets ?? []).filter((secret) => /^(?:staged|partial)$/i.test(secret.status)).map((secret) => secret.name)

/** No machines, though a release has run: an empty list was once an error of the platform, and deploys then made duplicates. */
export const looksEmptied = (truth: FlyTruth): boolean =>
  truth.machines.length === 0 && truth.releases.some((release) => /^(?:complete|succeeded)$/i.test(release.status))
