import { type Item, readItems } from './flags.ts'

/** A flag that leaves part of the fleet as it is. */
export interface Filter {
  by: 'regions' | 'exclude-regions' | 'only-machines' | 'exclude-machines' | 'process-groups'
  values: string[]
}

/** What somebody's arguments for `fly deploy` mean, for STOP to judge. */
export interface FlyArgs {
  app: string | null
  config: string | null
  image: string | null
  strategy: string | null
  /** Skips every check of fly's own. */
  detach: boolean
  /** Builds and stops: nothing would be deployed. */
  buildOnly: boolean
  filters: Filter[]
  /** Fly changes into it before it looks for the config. */
  workingDirectory: string | null
  /** Flags this version does not know, and words too many. */
  unknown: string[]
  /** The arguments without app, config and working directory, which are given apart. */
  rest: string[]
}

const FILTERS = ['regions', 'exclude-regions', 'only-machines', 'exclude-machines', 'process-groups'] as const
const APART = new Set(['app', 'config'])

/** Of a flag given twice fly takes the last. */
const last = (items: Item[], name: string): string | null => items.findLast((item) => item.name === name)?.value ?? null

const isOn = (items: Item[], name: string): boolean => {
  const item = items.findLast((one) => one.name === name)
  return item !== undefined && (item.value === null || /^(1|t|true)$/i.test(item.value))
}

const filtersOf = (items: Item[]): Filter[] =>
  FILTERS.map((by) => ({
    by,
    values: items
      .filter((item) => item.name === by)
      .flatMap((item) => (item.value ?? '').split(','))
      .map((value) => value.trim())
      .filter((value) => value !== ''),
  })).filter(({ by }) => items.some((item) => item.name === by))

/** Reads arguments as `fly deploy` would. Says nothing about whether they are wise. */
export const readFlyArgs = (args: readonly string[]): FlyArgs => {
  const items = readItems(args)
  const places = items.filter((item) => item.name === null)
  return {
    app: last(items, 'app'),
    config: last(items, 'config'),
    image: last(items, 'image'),
    strategy: last(items, 'strategy'),
    detach: isOn(items, 'detach'),
    buildOnly: isOn(items, 'build-only') || last(items, 'export-manifest') !== null,
    filters: filtersOf(items),
    workingDirectory: places[0]?.value ?? null,
    unknown: [
      ...items.filter((item) => !item.known).map((item) => item.words[0]!.replace(/=.*/s, '')),
      ...places.slice(1).map((item) => item.value ?? ''),
    ],
    rest: items.filter((item) => item.name !== null && !APART.has(item.name)).flatMap((item) => item.words),
  }
}

/** Flags that shape machines or how they are updated, and so belong to going back; those that build, choose an image or a part of the fleet do not. */
const CARRIED =
  /^(?:ha|wait-timeout|lease-timeout|max-unavailable|max-concurrent|deploy-retries|dns-checks|smoke-checks|primary-region|env|file-(?:local|literal|secret)|vm-.*|host-dedication-id|update-only|signal|access-token|verbose|debug)$/

/** A recorded argument whose value was masked cannot be given again. */
const isMasked = (item: Item): boolean => item.words.some((word) => word.includes('•••'))

/**
 * Which recorded arguments a rollback gives again.
 * @returns `args` to use, and the names of those that were masked in the record and are therefore `lost`
 */
export const carryArgs = (args: readonly string[]): { args: string[]; lost: string[] } => {
  const carried = readItems(args).filter((item) => item.name !== null && CARRIED.test(item.name))
  return {
    args: carried.filter((item) => !isMasked(item)).flatMap((item) => item.words),
    lost: carried.filter(isMasked).map((item) => `--${item.name}`),
  }
}
