import type { Flag } from './argv.ts'

const of =
  (kind: Flag['kind']) =>
  (name: string, short?: string, ...also: string[]): Flag => ({
    name,
    kind,
    ...(short ? { short } : {}),
    ...(also.length > 0 ? { also } : {}),
  })
const bool = of('bool')
const text = of('string')
const list = of('list')
const int = of('int')
const float = of('float')
const optional = of('optional')

export const ROOT: readonly Flag[] = [text('access-token', 't'), bool('verbose'), bool('debug'), bool('help', 'h')]
export const APP: readonly Flag[] = [text('app', 'a'), text('config', 'c')]
export const JSON_FLAG: Flag = bool('json', 'j')
export const YES: Flag = bool('yes', 'y', 'auto-confirm')
export const STAGE: readonly Flag[] = [...APP, bool('stage'), bool('detach'), bool('dns-checks'), text('deploy-retries')]

const BUILD: readonly Flag[] = [
  text('image', 'i'),
  bool('build-only'),
  bool('push'),
  text('image-label'),
  text('dockerfile'),
  text('ignorefile'),
  text('build-target'),
  list('build-arg'),
  list('build-secret'),
  list('label'),
  bool('no-cache'),
  text('compression'),
  int('compression-level'),
  text('build-context-warn-size'),
  bool('remote-only'),
  bool('local-only'),
  optional('depot'),
  text('depot-scope'),
  bool('nixpacks'),
  bool('buildkit'),
  text('buildkit-addr'),
  text('buildkit-image'),
  bool('wg'),
  bool('https-failover', undefined, 'http-failover'),
  bool('recreate-builder'),
  text('buildpacks-docker-host'),
  list('buildpacks-volume'),
  text('builder-pool'),
]

const VM: readonly Flag[] = [
  text('vm-size'),
  int('vm-cpus', undefined, 'cpus'),
  text('vm-cpu-kind'),
  text('vm-memory', undefined, 'memory'),
  text('vm-max-memory'),
  text('vm-gpu-kind'),
  int('vm-gpus'),
  text('host-dedication-id'),
]

const FLEET: readonly Flag[] = [
  list('regions', undefined, 'only-regions'),
  list('exclude-regions'),
  list('only-machines'),
  list('exclude-machines'),
  list('process-groups'),
]

/** Every flag of `fly deploy`. */
export const DEPLOY: readonly Flag[] = [
  ...APP,
  ...BUILD,
  ...VM,
  ...FLEET,
  YES,
  text('strategy'),
  bool('detach'),
  text('wait-timeout'),
  text('release-command-timeout'),
  text('lease-timeout'),
  bool('force-machines'),
  bool('ha'),
  bool('smoke-checks'),
  bool('dns-checks'),
  float('max-unavailable'),
  bool('no-public-ips'),
  bool('flycast'),
  list('file-local'),
  list('file-literal'),
  list('file-secret'),
  text('primary-region'),
  int('max-concurrent'),
  int('immediate-max-concurrent'),
  int('volume-initial-size'),
  text('signal', 's'),
  text('deploy-retries'),
  bool('update-only'),
  bool('skip-release-command'),
  text('export-manifest'),
  text('from-manifest'),
  bool('now'),
  list('env', 'e'),
]

export const MACHINE: readonly Flag[] = [
  ...APP,
  bool('force', 'f'),
  text('signal', 's'),
  text('time'),
  bool('skip-health-checks'),
  text('timeout'),
]
export const SCALE: readonly Flag[] = [
  ...APP,
  YES,
  text('process-group', 'g', 'group'),
  text('region'),
  text('vm-memory', undefined, 'memory'),
]
export const LOGS: readonly Flag[] = [...APP, JSON_FLAG, bool('no-tail', 'n'), text('machine', 'i', 'instance'), text('region', 'r')]
export const SSH: readonly Flag[] = [
  ...APP,
  text('command', 'C'),
  text('machine'),
  text('process-group', 'g', 'group'),
  bool('select', 's'),
  text('region', 'r'),
  bool('quiet', 'q'),
  bool('pty'),
  text('user', 'u'),
  text('org', 'o'),
]
export const CONFIG_SHOW: readonly Flag[] = [...APP, bool('local'), bool('yaml'), bool('toml')]
export const withJson = (flags: readonly Flag[]): readonly Flag[] => [...flags, JSON_FLAG]
export const bools = (...names: string[]): readonly Flag[] => names.map((name) => bool(name))
export const texts = (...names: string[]): readonly Flag[] => names.map((name) => text(name))
