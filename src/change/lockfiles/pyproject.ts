import { isTable, type Table, tableAt, textAt } from '../fly-file.ts'
import type { RootWish } from './copies.ts'
import { isDevGroup } from './dev-group.ts'
import { ANY, parseRequirement, pyName } from './pep508.ts'
import { textsOf } from './tables.ts'

/** A wish with the extras it asks for. */
export interface PyWish extends RootWish {
  extras: readonly string[]
}

/**
 * What a pyproject.toml asks for: the standard tables, dependency groups, and those of poetry, pdm and uv. Groups and extras with a name for tests and
 * development are dev; what poetry and pdm call their dev dependencies is anyway.
 */
export const wishesOf = (project: Table, from: string): PyWish[] => {
  const poetry = tableAt(project, 'tool', 'poetry')
  const standard = tableAt(project, 'project')
  const groups = Object.entries(tableAt(poetry, 'group')).filter(([, group]) => isTable(group))
  const own = pyName(textAt(standard, 'name') ?? textAt(poetry, 'name') ?? '')
  const wishes = [
    ...listed(standard.dependencies, false, from),
    ...named(tableAt(standard, 'optional-dependencies'), isDevGroup, from),
    ...named(tableAt(project, 'dependency-groups'), isDevGroup, from),
    ...named(tableAt(project, 'tool', 'pdm', 'dev-dependencies'), () => true, from),
    ...listed(tableAt(project, 'tool', 'uv')['dev-dependencies'], true, from),
    ...tabled(tableAt(poetry, 'dependencies'), false, from),
    ...tabled(tableAt(poetry, 'dev-dependencies'), true, from),
    ...groups.flatMap(([name, group]) => tabled(tableAt(group as Table, 'dependencies'), isDevGroup(name), from)),
  ]
  // `app[extra]` is what the extra lists, which is here anyway.
  return distinct(wishes.filter(({ name }) => name !== own))
}

const named = (groups: Table, isDev: (name: string) => boolean, from: string): PyWish[] =>
  Object.entries(groups).flatMap(([name, list]) => listed(list, isDev(name), from))

const listed = (list: unknown, dev: boolean, from: string): PyWish[] =>
  textsOf(list).flatMap((text) => {
    const wish = parseRequirement(text)
    return wish ? { name: wish.name, extras: wish.extras, constraint: wish.constraint, dev, from } : []
  })

/** Poetry's and Pipenv's tables: `name = ">=1"`, `name = { version = ">=1", extras = ["x"] }` or a list of those. */
export const tabled = (table: Table, dev: boolean, from: string): PyWish[] =>
  Object.entries(table).flatMap(([name, value]) => {
    if (name.toLowerCase() === 'python') return []
    const extras = (one: unknown) => (isTable(one) ? textsOf(one.extras).map(pyName) : [])
    return [value].flat().map((one) => ({ name: pyName(name), extras: extras(one), constraint: rangeOf(one), dev, from }))
  })

/** The range in a text or a table; null for git, a path or a URL. */
export const rangeOf = (value: unknown): string | null => {
  if (typeof value === 'string') return value.trim() || ANY
  if (!isTable(value)) return null
  return typeof value.version === 'string' ? value.version.trim() || ANY : null
}

/** Poetry may say more about what the standard table asks for: one wish, with the range where one has it. */
const distinct = (wishes: readonly PyWish[]): PyWish[] => {
  const found = new Map<string, PyWish>()
  for (const wish of wishes) {
    const silent = `${wish.name} ${wish.dev}`
    const key = `${silent} ${wish.constraint ?? ''}`
    if (wish.constraint === null && [...found.keys()].some((other) => other.startsWith(`${silent} `))) continue
    found.set(key, wish)
  }
  return [...found.values()]
}
