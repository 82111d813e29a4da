import type { CiEvent } from './event.ts'
import { fitsAny } from './glob.ts'
import { pick, textsOf } from './pick.ts'
import type { Yaml } from './yaml-flow.ts'

/** What an `on:` says of one event: its filters, an empty map where there are none, undefined where it does not hear it. */
const heard = (on: Yaml | undefined, name: string): Yaml | undefined => {
  if (on === name) return new Map()
  if (Array.isArray(on)) return on.includes(name) ? new Map() : undefined
  const filters = pick(on, name)
  return filters === '' ? new Map() : filters
}

/** Are any of these branches or tags meant? `name` null is a name that nobody knows. */
const meant = (filters: Yaml, only: string, not: string, name: string | null, tag = false): boolean => {
  const taken = pick(filters, only)
  const left = pick(filters, not)
  // No tag is meant where branches are named, and a run after a tag names it as its branch.
  if (name === null) return !(tag && taken !== undefined)
  if (left !== undefined) return !fitsAny(textsOf(left), name)
  return taken === undefined || fitsAny(textsOf(taken), name)
}

const onPush = (filters: Yaml, event: CiEvent): boolean => {
  const says = (...keys: string[]): boolean => keys.some((key) => pick(filters, key) !== undefined)
  const [mine, other] = event.ref.kind === 'branch' ? ['branches', 'tags'] : ['tags', 'branches']
  // Filters for the one kind alone shut the other out.
  if (!says(mine!, `${mine}-ignore`) && says(other!, `${other}-ignore`)) return false
  return meant(filters, mine!, `${mine}-ignore`, event.ref.name)
}

const typed = (filters: Yaml, types: readonly string[] | null): boolean => {
  const wanted = pick(filters, 'types')
  return wanted === undefined || types === null || textsOf(wanted).some((type) => types.includes(type))
}

const afterRun = (filters: Yaml, event: CiEvent): boolean =>
  event.after !== null &&
  textsOf(pick(filters, 'workflows')).includes(event.after) &&
  meant(filters, 'branches', 'branches-ignore', event.ref.name, event.ref.kind === 'tag')

/** Does a workflow name the ref of an event itself? Tags are pushed for no other reason. */
export const isNamed = (on: Yaml | undefined, event: CiEvent): boolean => {
  if (event.name !== 'push' && event.name !== 'workflow_run') return true
  const patterns = [...textsOf(pick(heard(on, event.name), 'branches')), ...textsOf(pick(heard(on, event.name), 'tags'))]
  return event.ref.kind === 'tag' || (event.ref.name !== null && patterns.includes(event.ref.name))
}

/** Does a workflow with this `on:` start at an event? Filters by path are left out: nobody knows here which files will have changed. */
export const isTriggered = (on: Yaml | undefined, event: CiEvent): boolean => {
  const names = event.name === 'pull_request' ? ['pull_request', 'pull_request_target'] : [event.name]
  return names.some((name) => {
    const filters = heard(on, name)
    if (filters === undefined) return false
    if (event.name === 'push') return onPush(filters, event)
    if (event.name === 'release') return typed(filters, ['published', 'created', 'released', 'prereleased'])
    if (event.name === 'repository_dispatch') return typed(filters, event.type === null ? null : [event.type])
    if (event.name === 'workflow_run') return afterRun(filters, event)
    if (event.name === 'pull_request')
      return (
        pick(filters, 'types') !== undefined && typed(filters, ['closed']) && meant(filters, 'branches', 'branches-ignore', event.ref.name)
      )
    return true
  })
}
