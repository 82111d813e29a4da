import type { Fact } from '../../model.ts'
import { isTable, type Table, tableAt, tablesAt, textAt } from '../fly-file.ts'
import { atMost, type Detect, fact, someOf } from '../sight.ts'
import { groupsOf, memoryFor, memoryOf } from './fly-read.ts'

const STRATEGIES = ['rolling', 'canary', 'bluegreen', 'immediate']

/** fly's config as it is now: can it be read, is it this app's, does it name things that exist? What was wrong before and served is no news. */
export const detectFlyNow: Detect = ({ build, settings, was, judgesCommits }) => {
  const { config, parsed } = build
  if (config === null || parsed === null) return []
  if (!parsed.ok) {
    return [
      fact('fly-config-unreadable', config, { file: config, why: parsed.why, line: parsed.line ?? '?' }, config, parsed.line ?? undefined),
    ]
  }
  const app = textAt(parsed.table, 'app')
  const other =
    app !== null && app !== settings.app && !judgesCommits
      ? [fact('fly-app-differs', config, { file: config, app, wanted: settings.app }, config)]
      : []
  const known = new Set(was.fly?.ok ? problems(was.fly.table).map(([key, why]) => `${key} ${why}`) : [])
  const fresh = problems(parsed.table).filter(([key, why]) => !known.has(`${key} ${why}`))
  return [...other, ...atMost(fresh.map(([key, why]) => fact('fly-config-invalid', key, { file: config, key, why }, config)))]
}

type Problem = [key: string, why: string]

const problems = (table: Table): Problem[] => [
  ...servicePorts(table),
  ...unknownGroups(table),
  ...strategyProblem(table),
  ...envProblems(table),
  ...mountProblems(table),
  ...tablesAt(table, 'vm').flatMap((vm, i): Problem[] =>
    memoryOf(vm) === 'unreadable' ? [[`vm[${i}].memory`, 'is no size like 512mb or 1gb']] : [],
  ),
]

const servicePorts = (table: Table): Problem[] =>
  [...namedTables(table, 'http_service'), ...namedTables(table, 'services')].flatMap(([name, service]): Problem[] => {
    const port = service.internal_port
    if (port === undefined) return [[`${name}.internal_port`, 'is missing; fly does not know where the app listens']]
    const number = typeof port === 'string' ? Number(port) : port
    return typeof number === 'number' && Number.isInteger(number) && number > 0 && number < 65_536
      ? []
      : [[`${name}.internal_port`, 'is no port number from 1 to 65535']]
  })

/** Tables under a key with the name one would call them by. */
const namedTables = (table: Table, key: string): [string, Table][] => {
  const all = tablesAt(table, key)
  return all.map((one, i) => [all.length === 1 && !Array.isArray(table[key]) ? key : `${key}[${i}]`, one])
}

/** Sections that may say for which process groups they hold. */
const GROUPED = ['http_service', 'services', 'mounts', 'vm', 'files', 'restart', 'metrics', 'machine_checks']

const unknownGroups = (table: Table): Problem[] => {
  // fly runs the release command on a machine of its own, which `[[vm]]` may size.
  const known = [...groupsOf(table), 'release_command']
  const sections = [
    ...GROUPED.flatMap((key) => namedTables(table, key)),
    ...Object.entries(tableAt(table, 'checks')).flatMap(([name, check]): [string, Table][] =>
      isTable(check) ? [[`checks.${name}`, check]] : [],
    ),
  ]
  return sections.flatMap(([name, section]): Problem[] => {
    const named = Array.isArray(section.processes) ? section.processes.filter((group) => typeof group === 'string') : []
    const unknown = named.filter((group) => !known.includes(group))
    return unknown.length > 0 ? [[`${name}.processes`, `names ${someOf(unknown)}, and the process groups are ${someOf(known, 9)}`]] : []
  })
}

const strategyProblem = (table: Table): Problem[] => {
  const strategy = tableAt(table, 'deploy').strategy
  return strategy === undefined || (typeof strategy === 'string' && STRATEGIES.includes(strategy.toLowerCase()))
    ? []
    : [['deploy.strategy', `is none of ${STRATEGIES.join(', ')}`]]
}

const envProblems = (table: Table): Problem[] =>
  Object.entries(tableAt(table, 'env')).flatMap(([key, value]): Problem[] =>
    typeof value === 'object' ? [[`env.${key}`, 'is a table or list; fly takes text']] : [],
  )

const mountProblems = (table: Table): Problem[] =>
  namedTables(table, 'mounts').flatMap(([name, mount]): Problem[] =>
    textAt(mount, 'destination') === null ? [[`${name}.destination`, 'is missing']] : [],
  )

/** Machines that would get less memory than they run with. */
export const detectFlySize: Detect = ({ build, was, truth }) => {
  if (!build.parsed?.ok || !build.config || truth?.kind !== 'fly') return []
  const table = build.parsed.table
  return groupsOf(table).flatMap((group): Fact[] => {
    const running = Math.max(0, ...truth.machines.filter((machine) => machine.group === group).map((machine) => machine.memoryMb ?? 0))
    const wanted = memoryFor(table, group)
    // What the change itself lowers is told by the change.
    const before = was.fly?.ok ? (memoryFor(was.fly.table, group) ?? 0) : 0
    if (wanted === null || running <= wanted || before >= running) return []
    return [fact('fly-vm-smaller', group, { group, wanted, running, file: build.config! }, build.config!)]
  })
}
