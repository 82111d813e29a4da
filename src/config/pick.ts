import { next, refuse } from '../errors.ts'
import { nearest } from './nearest.ts'
import { holds, within } from './place.ts'
import type { Sighted } from './sight.ts'

/** The part of a glob before its first wildcard, as a folder. */
const fixedPart = (glob: string): string => {
  const parts = glob.split('/')
  const wild = parts.findIndex((part) => /[*?[{!]/.test(part))
  return parts.slice(0, wild === -1 ? parts.length : wild).join('/')
}

/** How closely an app holds a folder: length of its longest dir or path that does, or -1. `**` alone names no place. */
const closeness = (app: Sighted, base: string, cwd: string): number => {
  const places = (app.written.paths ?? []).map((glob) => within(base, fixedPart(glob)) ?? '').filter((place) => place !== '')
  return Math.max(-1, ...[app.dir, ...places].filter((place) => holds(place, cwd)).map((place) => place.length))
}

const listed = (apps: readonly Sighted[]): string[] =>
  apps.map(({ key, app, dir }) => `${key}${app && app !== key ? ` (${app})` : ''}: ${dir === '' ? 'the root' : dir}`)

/** Names shown; of more apps nobody reads all. */
const SHOWN = 8

interface Where {
  flag: string | null
  base: string
  cwd: string
  /** The command line as one types it with an app named; default: a look at that app. */
  naming?: ((key: string) => string[]) | undefined
}

const whichApp = (apps: readonly Sighted[], what: string, meant: string | null, { naming }: Where) => {
  const keys = meant === null ? apps.map(({ key }) => key ?? '') : [meant]
  const line = naming ?? ((key: string) => ['safe-deploy', 'status', '--app', key])
  return refuse('WHICH_APP', {
    what,
    why: listed(apps),
    next: keys.slice(0, SHOWN).map((key) => next(`say that ${key} is meant`, line(key))),
  })
}

/**
 * The app that a command is about: `--app` by key or by name, else the only one, else the one whose dir or paths hold the cwd most closely.
 * @throws WHICH_APP with the list
 */
export const pickApp = (apps: readonly Sighted[], where: Where): Sighted => {
  const { flag, base, cwd } = where
  const only = apps.length === 1 ? apps[0] : undefined
  if (only && (only.key === null || flag === null)) return only
  if (flag !== null) {
    const named = apps.find(({ key }) => key === flag) ?? apps.find(({ app }) => app === flag)
    if (named) return named
    const meant = nearest(
      flag,
      apps.flatMap(({ key, app }) => [key ?? '', app ?? '']),
    )
    throw whichApp(apps, `No app of this config is called ${flag}.`, meant, where)
  }
  const ranked = apps.map((app) => ({ app, close: closeness(app, base, cwd) })).sort((a, b) => b.close - a.close)
  const [first, second] = ranked
  if (first && first.close >= 0 && first.close !== second?.close) return first.app
  throw whichApp(apps, 'Several apps are configured, and this folder does not say which one is meant.', null, where)
}
