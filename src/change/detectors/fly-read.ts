import { inOrder, isTable, type Table, tableAt, tablesAt, textAt } from '../fly-file.ts'

interface Sized {
  groups: unknown[] | null
  memory: number | null | 'unreadable'
}

/** Process groups of a config; without `[processes]` there is one, called app. */
export const groupsOf = (table: Table): string[] => {
  const groups = Object.keys(tableAt(table, 'processes'))
  return groups.length > 0 ? groups : ['app']
}

/** Memory of fly's preset sizes in MB: 256 a shared CPU, 2048 a performance CPU. */
const PRESET = /^(shared|performance)(?:-cpu)?-(\d{1,2})x$/

/** Memory in MB that a `[[vm]]` asks for; null where it asks for none. */
export const memoryOf = (vm: Table): number | null | 'unreadable' => {
  const given = vm.memory ?? vm.memory_mb
  if (given === undefined) {
    const preset = PRESET.exec(textAt(vm, 'size') ?? '')
    return preset ? Number(preset[2]) * (preset[1] === 'shared' ? 256 : 2048) : null
  }
  if (typeof given === 'number') return given
  const match = typeof given === 'string' ? /^\s*(\d+(?:\.\d+)?)\s*(mb|mib|m|gb|gib|g)?\s*$/i.exec(given) : null
  if (!match) return 'unreadable'
  return Math.round(Number(match[1]) * (/^g/i.test(match[2] ?? '') ? 1024 : 1))
}

/** Memory in MB that a config gives a group's machines; null where it says nothing that can be read. */
export const memoryFor = (table: Table, group: string): number | null => {
  const sized: Sized[] = tablesAt(table, 'vm').map((vm) => ({
    groups: Array.isArray(vm.processes) ? vm.processes : null,
    memory: memoryOf(vm),
  }))
  const own = sized.find(({ groups }) => groups?.includes(group)) ?? sized.find(({ groups }) => groups === null)
  return typeof own?.memory === 'number' ? own.memory : null
}

/** Ports as texts like `http_service → 8080` and `services → 5432 (5432)`. */
export const portsOf = (table: Table): string[] => {
  const http = tablesAt(table, 'http_service').map((service) => `http_service → ${service.internal_port ?? '?'}`)
  const services = tablesAt(table, 'services').map((service) => {
    const open = tablesAt(service, 'ports').map((port) => String(port.port ?? `${port.start_port}-${port.end_port}`))
    return `services → ${service.internal_port ?? '?'} (${open.sort().join(', ')})`
  })
  return [...http, ...services].sort()
}

/** Health checks by a name that tells them apart, with all they say. */
export const checksOf = (table: Table): Map<string, string> => {
  const checks = new Map<string, string>()
  const add = (name: string, check: unknown): void => {
    const label = isTable(check) ? `${name} ${check.path ?? check.port ?? ''}`.trim() : name
    checks.set(checks.has(label) ? `${label} (${checks.size})` : label, inOrder(check) ?? '')
  }
  for (const [name, check] of Object.entries(tableAt(table, 'checks'))) add(`checks.${name}`, check)
  for (const check of tablesAt(tableAt(table, 'http_service'), 'checks')) add('http_service check', check)
  for (const service of tablesAt(table, 'services')) {
    for (const kind of ['http_checks', 'tcp_checks'])
      for (const check of tablesAt(service, kind)) add(`services ${kind.slice(0, -1)}`, check)
  }
  return checks
}

/** Mounts as texts like `data → /data`. */
export const mountsOf = (table: Table): string[] =>
  tablesAt(table, 'mounts')
    .map((mount) => {
      const groups = Array.isArray(mount.processes) ? ` (${mount.processes.join(', ')})` : ''
      return `${mount.source ?? '?'} → ${mount.destination ?? '?'}${groups}`
    })
    .sort()

/** `[env]` as texts, as fly makes them: the number 8080 and the text "8080" are one. Values are compared, never shown. */
export const envOf = (table: Table): Map<string, string> =>
  new Map(
    Object.entries(tableAt(table, 'env')).map(([key, value]) => [key, typeof value === 'object' ? (inOrder(value) ?? '') : String(value)]),
  )
