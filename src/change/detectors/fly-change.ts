import type { Fact } from '../../model.ts'
import { count } from '../../words.ts'
import { inOrder, type Table, tableAt, textAt } from '../fly-file.ts'
import { type FlyPair, flyPairs, flyWants, subjectOf } from '../fly-pairs.ts'
import { readerOf } from '../readers-of.ts'
import { atMost, type Detector, fact, type Sight, someOf } from '../sight.ts'
import { withoutSecrets } from '../without-secrets.ts'
import { checksOf, envOf, groupsOf, memoryFor, mountsOf, portsOf } from './fly-read.ts'

/** fly's config as it changed since the base. */
export const flyChange: Detector = {
  name: 'fly-change',
  wants: async (glimpse) => {
    const keys = (await flyPairs(glimpse)).flatMap(({ before, after }) => (before && after ? gone(envOf(before), envOf(after)) : []))
    return { ...flyWants(glimpse), mentions: keys }
  },
  facts: async (sight) => (await flyPairs(sight)).flatMap((pair) => changesOf(sight, pair)),
}

const gone = (was: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): string[] =>
  [...was.keys()].filter((key) => !now.has(key))

const changesOf = (sight: Sight, pair: FlyPair): Fact[] => {
  const { before, after, file } = pair
  if (!before || !after) return []
  return [
    ...lists('fly-ports-changed', file, portsOf(before), portsOf(after)),
    ...lists('fly-mounts-changed', file, mountsOf(before), mountsOf(after)),
    ...commandChange(before, after, file),
    ...checkChanges(before, after, file),
    ...strategyChange(before, after, file),
    ...atMost(envChanges(sight, pair, envOf(before), envOf(after))),
    ...buildChange(before, after, file),
    ...smallerGroups(pair, before, after),
    ...fewerMachines(before, after, file),
    ...otherChanges(before, after, file),
  ]
}

/** Groups whose machines the config gives less memory than it did. */
const smallerGroups = (pair: FlyPair, before: Table, after: Table): Fact[] =>
  groupsOf(after).flatMap((group) => {
    const [was, now] = [memoryFor(before, group), memoryFor(after, group)]
    if (was === null || now === null || now >= was) return []
    return [fact('fly-vm-lowered', subjectOf(pair, group), { group, was, now, file: pair.file }, pair.file)]
  })

const lists = (kind: string, file: string, before: string[], after: string[]): Fact[] => {
  if (before.join('\n') === after.join('\n')) return []
  const gone = before.filter((one) => !after.includes(one))
  const fresh = after.filter((one) => !before.includes(one))
  return [fact(kind, file, { file, was: someOf(gone, 4) || 'none', now: someOf(fresh, 4) || 'none' }, file)]
}

const commandChange = (before: Table, after: Table, file: string): Fact[] => {
  const was = textAt(tableAt(before, 'deploy'), 'release_command')
  const now = textAt(tableAt(after, 'deploy'), 'release_command')
  if (was === now) return []
  const how = was === null ? 'added' : now === null ? 'removed' : 'changed'
  return [fact('fly-release-command', file, { file, how, was: withoutSecrets(was ?? 'none'), now: withoutSecrets(now ?? 'none') }, file)]
}

const checkChanges = (before: Table, after: Table, file: string): Fact[] => {
  const [was, now] = [checksOf(before), checksOf(after)]
  const gone = [...was.keys()].filter((name) => !now.has(name))
  const fewer = now.size < was.size
  const edited = [...was].filter(([name, check]) => now.has(name) && now.get(name) !== check).map(([name]) => name)
  if (fewer) return [fact('fly-checks-removed', file, { file, which: withoutSecrets(someOf(gone)), left: count(now.size, 'check') }, file)]
  const moved = [...edited, ...gone]
  const fresh = [...now.keys()].filter((name) => !was.has(name))
  if (moved.length === 0 && fresh.length > 0) return [fact('fly-checks-added', file, { file, which: withoutSecrets(someOf(fresh)) }, file)]
  return moved.length > 0 ? [fact('fly-checks-changed', file, { file, which: withoutSecrets(someOf(moved)) }, file)] : []
}

const strategyChange = (before: Table, after: Table, file: string): Fact[] => {
  const of = (table: Table): string => textAt(tableAt(table, 'deploy'), 'strategy')?.toLowerCase() ?? 'rolling'
  if (of(after) === of(before)) return []
  const kind = of(after) === 'immediate' ? 'fly-strategy-immediate' : 'fly-strategy-changed'
  return [fact(kind, file, { file, was: of(before), now: of(after) }, file)]
}

const envChanges = (sight: Sight, pair: FlyPair, was: Map<string, string>, now: Map<string, string>): Fact[] => {
  const { file } = pair
  const one = (kind: string, key: string, more: Record<string, string> = {}): Fact =>
    fact(kind, subjectOf(pair, key), { key, file, ...more }, file)
  return [
    ...gone(was, now).map((key) => one('fly-env-removed', key, stillRead(sight, key))),
    ...[...was].filter(([key, value]) => now.has(key) && now.get(key) !== value).map(([key]) => one('fly-env-changed', key)),
    ...[...now.keys()].filter((key) => !was.has(key)).map((key) => one('fly-env-added', key)),
  ]
}

/** A key that is a secret of the target now is still there. */
const stillRead = (sight: Sight, key: string): Record<string, string> => {
  const secret = sight.truth?.kind === 'fly' && sight.truth.secrets?.some(({ name }) => name === key)
  const reader = secret ? null : readerOf(sight, key)
  return { still: reader === null ? 'no' : 'yes', reader: reader ?? (secret ? 'it is a secret now' : 'nothing reads it any more') }
}

const buildChange = (before: Table, after: Table, file: string): Fact[] => {
  const [was, now] = [tableAt(before, 'build'), tableAt(after, 'build')]
  const keys = changedKeys(was, now)
  return keys.length > 0 ? [fact('fly-build-changed', file, { file, keys: someOf(keys, 6) }, file)] : []
}

/** Machines that fly's proxy keeps at least, and whether it stops the others; by service. */
const keptOf = (table: Table): [min: number, stops: boolean][] =>
  servicesOf(table).map((service) => {
    const stop = service.auto_stop_machines
    return [Number(service.min_machines_running ?? 0), stop === true || (typeof stop === 'string' && stop !== 'off' && stop !== 'false')]
  })

const servicesOf = (table: Table): Table[] => {
  const all = [table.http_service, ...(Array.isArray(table.services) ? table.services : [])]
  return all.filter((one): one is Table => typeof one === 'object' && one !== null)
}

const fewerMachines = (before: Table, after: Table, file: string): Fact[] => {
  const now = keptOf(after)
  return keptOf(before)
    .flatMap(([min, stops], i) => {
      const [left, stopsNow] = now[i] ?? [min, stops]
      if (left < min) return [`min_machines_running goes from ${min} to ${left}`]
      return stopsNow && !stops ? ['auto_stop_machines is switched on'] : []
    })
    .slice(0, 1)
    .map((what) => fact('fly-machines-lowered', file, { file, what }, file))
}

/** Said apart, or without effect on what runs. */
const SAID = new Set(['env', 'http_service', 'services', 'checks', 'mounts', 'build', 'processes', 'app'])

const otherChanges = (before: Table, after: Table, file: string): Fact[] => {
  const keys = changedKeys(before, after).filter((key) => !SAID.has(key) && key !== 'deploy')
  const deploy = changedKeys(tableAt(before, 'deploy'), tableAt(after, 'deploy')).filter(
    (key) => key !== 'release_command' && key !== 'strategy',
  )
  const service = changedKeys(tableAt(before, 'http_service'), tableAt(after, 'http_service')).filter(
    (key) => key !== 'checks' && key !== 'internal_port',
  )
  const services = changedServices(before, after)
  const all = [...keys, ...deploy.map((key) => `deploy.${key}`), ...service.map((key) => `http_service.${key}`), ...services]
  return all.length > 0 ? [fact('fly-config-changed', file, { file, keys: someOf(all, 6) }, file)] : []
}

/** Keys of `[[services]]` by their place; ports and checks are said apart. */
const changedServices = (before: Table, after: Table): string[] => {
  const of = (table: Table): Table[] => servicesOf({ services: table.services ?? [] })
  const [was, now] = [of(before), of(after)]
  if (was.length !== now.length) return []
  const keys = was.flatMap((one, i) => changedKeys(one, now[i]!))
  return [...new Set(keys)].filter((key) => !/^(?:ports|internal_port|\w*checks)$/.test(key)).map((key) => `services.${key}`)
}

const changedKeys = (before: Table, after: Table): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => inOrder(before[key]) !== inOrder(after[key])).sort()

/** Process groups that leave a config: fly destroys their machines before it updates any, without asking. And those that run something else. */
export const flyGroups: Detector = {
  name: 'fly-groups',
  wants: flyWants,
  facts: async (sight) => (await flyPairs(sight)).flatMap((pair) => groupChanges(sight, pair)),
}

const groupChanges = (sight: Sight, pair: FlyPair): Fact[] => {
  const { file, before, after, own } = pair
  if (!after) return []
  const now = groupsOf(after)
  const live = own ? liveGroups(sight) : new Map<string, number>()
  const lost = [...live.keys()].filter((group) => !now.includes(group))
  const removed = (before ? groupsOf(before) : []).filter((group) => !now.includes(group) && !live.has(group))
  const commands = before ? commandChanges(tableAt(before, 'processes'), tableAt(after, 'processes')) : []
  const one = (kind: string, group: string): Fact => fact(kind, subjectOf(pair, group), { group, file }, file)
  return [
    ...lost.map((group) => fact('fly-group-destroyed', group, { group, file, machines: count(live.get(group)!, 'machine') }, file)),
    ...removed.map((group) => one('fly-group-removed', group)),
    // A new way to start them all is one thing to look at.
    ...(commands.length > 2 ? [someOf(commands, 6)] : commands).map((group) => one('fly-process-changed', group)),
  ]
}

const commandChanges = (was: Table, now: Table): string[] => Object.keys(was).filter((group) => group in now && was[group] !== now[group])

const liveGroups = ({ truth }: Sight): Map<string, number> => {
  const groups = new Map<string, number>()
  for (const machine of truth?.kind === 'fly' ? truth.machines : []) {
    if (machine.group !== '') groups.set(machine.group, (groups.get(machine.group) ?? 0) + 1)
  }
  return groups
}
