import { known, type Lookup, unknown, type Value } from './expression.ts'

/** A branch or a tag by its short name; `name` null where it could be any. */
export interface Ref {
  kind: 'branch' | 'tag'
  name: string | null
}

/** What happens on the host that may start a pipeline. */
export interface CiEvent {
  name: 'push' | 'workflow_dispatch' | 'repository_dispatch' | 'release' | 'pull_request' | 'workflow_run'
  /** What is pushed, or runs. For a merge: the branch merged into; for `workflow_run`: what the run before ran on. */
  ref: Ref
  /** `owner/name`, where the remote's address tells. */
  repository: string | null
  /** The host's default branch, where this clone knows it. */
  main: string | null
  /** What a person or caller hands in. */
  inputs: ReadonlyMap<string, Value>
  /** The type of a repository_dispatch; null where it is not known. */
  type: string | null
  /** The workflow that ran before, by name. */
  after: string | null
  /**
   * Does the pipeline name this branch itself? Then what its steps find out first holds as a rule; where it runs on every branch it may as well
   * look for a pull request, and make a preview.
   */
  named: boolean
}

/** A push, with nothing else known of it. */
export const pushOf = (ref: Ref, from: { repository: string | null; main: string | null }): CiEvent => ({
  name: 'push',
  ref,
  ...from,
  inputs: new Map(),
  type: null,
  after: null,
  named: false,
})

const fullName = (ref: Ref): Value => {
  const folder = ref.kind === 'tag' ? 'refs/tags/' : 'refs/heads/'
  return ref.name === null ? unknown(false, folder) : known(`${folder}${ref.name}`)
}

const nameOf = (name: string | null): Value => (name === null ? unknown(false) : known(name))

/** Names that hold as a rule where a pipeline gets as far as its deploy. */
const AS_A_RULE = /^(?:needs|steps|secrets|matrix|strategy|runner|job|github)\./
/** Names of which nobody can say what they hold. */
const ANYBODYS = /^github\.event\./
/** What steps and jobs before have found out. */
const FOUND_OUT = /^(?:needs|steps)\.[^.]+\.outputs\b/
/** What other kinds of events carry: empty here. */
const OF_OTHERS =
  /^github\.event\.(?:inputs|pull_request|issue|comment|release|workflow_run|client_payload|action|schedule|label|number)\b|^github\.(?:head_ref|base_ref)$/

const onRelease = (name: string, event: CiEvent): Value | undefined =>
  event.name !== 'release' ? undefined : name === 'github.event.action' ? known('published') : undefined

const afterRun = (name: string, event: CiEvent): Value | undefined => {
  if (event.name !== 'workflow_run' || !name.startsWith('github.event.workflow_run.')) return undefined
  const part = name.slice('github.event.workflow_run.'.length)
  const held: Readonly<Record<string, Value>> = {
    head_branch: nameOf(event.ref.name),
    conclusion: known('success'),
    event: known('push'),
    status: known('completed'),
    name: nameOf(event.after),
  }
  return held[part] ?? unknown(false)
}

const merged = (name: string, event: CiEvent): Value | undefined => {
  if (event.name !== 'pull_request') return undefined
  const held: Readonly<Record<string, Value>> = {
    'github.event.action': known('closed'),
    'github.event.pull_request.merged': known(true),
    'github.event.pull_request.base.ref': nameOf(event.ref.name),
    'github.base_ref': nameOf(event.ref.name),
  }
  return held[name] ?? (name.startsWith('github.event.pull_request') || name === 'github.head_ref' ? unknown(false) : undefined)
}

/** A run after another, and a merged pull request, run on another ref than the one that moved. */
const runsOn = (event: CiEvent): Ref => (event.name === 'workflow_run' ? { kind: 'branch', name: event.main } : event.ref)

const github = (name: string, event: CiEvent): Value | undefined => {
  const ref = runsOn(event)
  const held: Readonly<Record<string, Value>> = {
    'github.event_name': known(event.name),
    'github.ref': fullName(ref),
    'github.ref_name': nameOf(ref.name),
    'github.ref_type': known(ref.kind),
    'github.event.ref': fullName(ref),
    'github.event.deleted': known(false),
    'github.repository': nameOf(event.repository),
    'github.repository_owner': nameOf(event.repository?.split('/')[0] ?? null),
    'github.event.repository.default_branch': nameOf(event.main),
    'github.event.repository.fork': known(false),
    'github.event.action': event.name === 'repository_dispatch' ? nameOf(event.type) : known(null),
  }
  return held[name]
}

const given = (name: string, event: CiEvent): Value | undefined => {
  const input = /^(?:github\.event\.)?inputs\.(.+)$/.exec(name)?.[1]
  if (input === undefined) return undefined
  return event.inputs.get(input) ?? known(null)
}

/** What the names of GitHub's expressions hold in an event. `env` are the variables that the file sets. */
export const contextOf =
  (event: CiEvent, env: Readonly<Record<string, string>>): Lookup =>
  (name) => {
    const found = given(name, event) ?? afterRun(name, event) ?? merged(name, event) ?? onRelease(name, event) ?? github(name, event)
    if (found) return found
    if (WENT_WELL.test(name)) return known('success')
    if (name.startsWith('env.')) return envOf(name.slice(4), env)
    if (name.startsWith('github.event.client_payload')) return unknown(true)
    if (OF_OTHERS.test(name) && !(event.name === 'release' && name.startsWith('github.event.release'))) return known(null)
    return unknown(ANYBODYS.test(name) || !AS_A_RULE.test(name) || (FOUND_OUT.test(name) && !event.named))
  }

/** A deploy comes after what went well; what runs only after a failure is no reason to refuse a push. */
const WENT_WELL = /^(?:needs\.[^.]+\.result|steps\.[^.]+\.(?:outcome|conclusion)|job\.status)$/

const envOf = (name: string, env: Readonly<Record<string, string>>): Value => {
  const held = Object.entries(env).find(([key]) => key.toLowerCase() === name)?.[1]
  return held === undefined || held.includes('${{') ? unknown(true) : known(held)
}
