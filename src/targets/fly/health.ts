import type { Machine } from '../truth.ts'

/** What a fleet's health looks like: `bad` are sentences, each enough for `unhealthy`; `notes` only say what was not checked. */
export interface Health {
  bad: string[]
  notes: string[]
}

const nameOf = (machine: Machine): string => `machine ${machine.id}${machine.group ? ` (${machine.group})` : ''}`

const isDown = (machine: Machine): boolean => ['stopped', 'suspended', 'created'].includes(machine.state)
const mayRest = (machine: Machine): boolean => machine.standby === true || machine.autostops === true

const crashed = (machine: Machine): boolean => machine.exitCode !== null && machine.exitCode !== 0 && machine.stopAsked !== true

const checksSay = (machine: Machine): string[] =>
  machine.checks
    .filter((check) => check.status === 'critical')
    .map(
      (check) =>
        `${nameOf(machine)}: check ${check.name} is critical${check.output ? `: ${check.output.split('\n')[0]!.slice(0, 120)}` : ''}`,
    )

/** More than one restart after a crash is a crash loop, by fly's own smoke check. */
const loops = (machine: Machine): boolean => machine.restarts > 1 && crashed(machine)

const startedSays = (machine: Machine): string[] => [
  ...checksSay(machine),
  ...(loops(machine) ? [`${nameOf(machine)} keeps crashing: ${machine.restarts} restarts, last exit code ${machine.exitCode}`] : []),
]

/** A machine that was stopped before is updated and left stopped; that is no failure of this deploy. */
const downSays = (machine: Machine, before: Machine | undefined): string[] => {
  if (crashed(machine)) return [`${nameOf(machine)} ended by itself with exit code ${machine.exitCode}`]
  const wasDown = before !== undefined && before.state !== 'started' && before.state !== 'starting' && before.state !== 'failed'
  return wasDown || mayRest(machine) ? [] : [`${nameOf(machine)} is ${machine.state}`]
}

const machineSays = (machine: Machine, before: Machine | undefined): string[] => {
  const shut = machine.cordoned && before?.cordoned !== true ? [`${nameOf(machine)} is cordoned and gets no traffic`] : []
  if (machine.state === 'started') return [...shut, ...startedSays(machine)]
  if (isDown(machine)) return [...shut, ...downSays(machine, before)]
  return [...shut, `${nameOf(machine)} is ${machine.state}`]
}

const groupsOf = (machines: readonly Machine[]): Set<string> => new Set(machines.map((machine) => machine.group))

/** A group that ran and of which nothing runs any more, though it does not stop when idle. */
const deadGroups = (before: readonly Machine[], after: readonly Machine[]): string[] =>
  [...groupsOf(after)].flatMap((group) => {
    const now = after.filter((machine) => machine.group === group)
    const ran = before.some((machine) => machine.group === group && machine.state === 'started')
    return ran && !now.some((machine) => machine.state === 'started') && !now.every(mayRest)
      ? [`no machine of group ${group} is started`]
      : []
  })

const notesOn = (after: readonly Machine[]): string[] => {
  const started = after.filter((machine) => machine.state === 'started')
  if (started.length === 0) return ['no machine is started: nothing was checked']
  const once = started.filter((machine) => machine.restarts === 1 && crashed(machine)).map((machine) => `${nameOf(machine)} restarted once`)
  const checks = started.flatMap((machine) => machine.checks)
  const passing = checks.filter((check) => check.status === 'passing').length
  return [...once, checks.length === 0 ? 'the app has no health checks' : `health checks: ${passing} of ${checks.length} passing`]
}

/** Judges machines of the new version by their state, checks and restarts, against how they were before. */
export const healthOf = (before: readonly Machine[], after: readonly Machine[]): Health => {
  const was = new Map(before.map((machine) => [machine.id, machine]))
  const own = after.flatMap((machine) => machineSays(machine, was.get(machine.id)))
  return { bad: own.length > 0 ? own : deadGroups(before, after), notes: notesOn(after) }
}
