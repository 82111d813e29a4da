import { parseFly, type Table, tableAt, tablesAt, textAt } from '../change/fly-file.ts'
import { isFlyConfig } from './detect-files.ts'
import { folderOf } from './place.ts'
import type { SeenApp, SeenFiles } from './suggestion.ts'

/** Paths of checks that a GET from outside can repeat. */
const getPath = (check: Table): string | null => {
  const method = textAt(check, 'method') ?? 'get'
  const path = textAt(check, 'path')
  return method.toLowerCase() === 'get' && path?.startsWith('/') ? path : null
}

/** A service that answers HTTP on the usual ports: `[http_service]`, or one of `[[services]]` with an http or tls handler. */
const publicChecks = (table: Table): Table[] | null => {
  if (table.http_service !== undefined) return tablesAt(tableAt(table, 'http_service'), 'checks')
  const open = tablesAt(table, 'services').filter((service) =>
    tablesAt(service, 'ports').some((port) => Array.isArray(port.handlers) && port.handlers.includes('http')),
  )
  return open.length === 0 ? null : open.flatMap((service) => tablesAt(service, 'http_checks'))
}

/** Checks at the top level ask inside the machine; one of type http mostly asks the port that the service opens. */
const innerChecks = (table: Table): Table[] =>
  Object.values(tableAt(table, 'checks')).filter(
    (check): check is Table => typeof check === 'object' && check !== null && 'type' in check && check.type === 'http',
  )

const addressOf = (table: Table, app: string | null): Pick<SeenApp, 'url' | 'checked'> => {
  const checks = publicChecks(table)
  if (checks === null || app === null || !/^[a-z0-9-]+$/.test(app)) return { url: null, checked: false }
  const path = [...checks, ...innerChecks(table)].map(getPath).find((one) => one !== null)
  return { url: `https://${app}.fly.dev${path ?? '/'}`, checked: path !== undefined }
}

const keyOf = (dir: string, config: string, app: string | null): string => {
  const variant = /^fly[.-](.+)\.toml$/.exec(config)?.[1]
  const name = variant ?? (dir === '' ? (app ?? 'app') : dir.slice(dir.lastIndexOf('/') + 1))
  return name.replace(/[^A-Za-z0-9._-]/g, '-').replace(/^[^A-Za-z0-9]+/, '') || 'app'
}

const seenApp = async (path: string, text: string): Promise<SeenApp> => {
  const dir = folderOf(path)
  const config = dir === '' ? path : path.slice(dir.length + 1)
  const parsed = await parseFly(path, text)
  const table = parsed.ok ? parsed.table : {}
  const app = textAt(table, 'app')
  return { key: keyOf(dir, config, app), dir, config, app, ...addressOf(table, app) }
}

/** Two apps of one key get numbers. */
const distinct = (apps: SeenApp[]): SeenApp[] =>
  apps.map((app, i) => {
    const before = apps.slice(0, i).filter(({ key }) => key === app.key).length
    return before === 0 ? app : { ...app, key: `${app.key}-${before + 1}` }
  })

/** The apps that fly configs in the repository describe, those nearest to the root first. */
export const detectFly = async ({ paths, text }: SeenFiles): Promise<SeenApp[]> => {
  const files = paths.filter(isFlyConfig).sort((a, b) => a.split('/').length - b.split('/').length || a.localeCompare(b, 'en'))
  return distinct(await Promise.all(files.map((path) => seenApp(path, text(path) ?? ''))))
}
