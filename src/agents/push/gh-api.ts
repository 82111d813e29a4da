import type { Found } from './deploys.ts'
import { fieldsOf, readFlags } from './flag-words.ts'
import type { Forge } from './forge.ts'
import { merges, releases, runsAgain, startsWorkflow } from './gh-starts.ts'

const FIELDS = ['-f', '--raw-field', '-F', '--field']
const VALUED = [
  ...FIELDS,
  '-X',
  '--method',
  '-H',
  '--header',
  '--hostname',
  '--input',
  '-q',
  '--jq',
  '-t',
  '--template',
  '--cache',
  '-p',
  '--preview',
]

/** Endpoints that start something, by what stands after `repos/OWNER/NAME/`. */
interface Ask {
  parts: readonly string[]
  method: string
  fields: ReadonlyMap<string, string>
  forge: Forge
}

const ROUTES: readonly (readonly [path: RegExp, methods: RegExp, judge: (ask: Ask) => Found | null])[] = [
  [
    /^actions\/workflows\/([^/]+)\/dispatches$/,
    /^POST$/,
    ({ parts, fields, forge }) => startsWorkflow(parts[0]!, shortOf(fields.get('ref')), inputsIn(fields), forge),
  ],
  [
    /^dispatches$/,
    /^POST$/,
    ({ fields, forge }) =>
      forge.judge('repository_dispatch', { kind: 'branch', name: forge.main }, 'when it is dispatched', fields.get('event_type')),
  ],
  [/^actions\/(?:runs|jobs)\/[^/]+\/rerun(?:-failed-jobs)?$/, /^POST$/, ({ forge }) => runsAgain(forge)],
  [/^actions\/runs\/[^/]+\/pending_deployments$/, /^POST$/, ({ forge }) => approves(forge)],
  [/^pulls\/[^/]+\/merge$/, /^PUT$/, ({ forge }) => merges(null, false, forge)],
  [/^merges$/, /^POST$/, ({ fields, forge }) => moves(fields.get('base') ?? null, forge)],
  [/^git\/refs\/heads\/(.+)$/, /^PATCH$/, ({ parts, forge }) => moves(parts[0]!, forge)],
  [/^git\/refs$/, /^POST$/, ({ fields, forge }) => makes(fields.get('ref') ?? '', forge)],
  [/^contents\/.+$/, /^(?:PUT|DELETE)$/, ({ fields, forge }) => moves(fields.get('branch') ?? forge.main, forge)],
  [
    /^releases(?:\/\d+)?$/,
    /^(?:POST|PATCH)$/,
    ({ fields, forge }) => (fields.get('draft') === 'true' ? null : releases(fields.get('tag_name') ?? null, forge)),
  ],
]

const shortOf = (ref: string | undefined): string | null => ref?.replace(/^refs\/(?:heads|tags)\//, '') ?? null

const inputsIn = (fields: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map(
    [...fields].flatMap(([key, value]) => (/^inputs\[(.+)\]$/.exec(key)?.[1] ? [[/^inputs\[(.+)\]$/.exec(key)![1]!, value] as const] : [])),
  )

const moves = (branch: string | null, forge: Forge): Found | null =>
  forge.judge('push', { kind: 'branch', name: branch }, `what is put on ${branch ?? 'the default branch'}`)

const makes = (ref: string, forge: Forge): Found | null => {
  const name = shortOf(ref) ?? ''
  return ref.startsWith('refs/tags/') ? forge.judge('push', { kind: 'tag', name }, `the tag ${name}`) : moves(name || null, forge)
}

/** A person's approval is the last gate before such a job. */
const approves = (forge: Forge): Found | null =>
  forge.deploys()
    ? { verdict: 'deploy', because: 'it approves a job that waits for a person, and jobs here deploy without safe-deploy' }
    : null

/** Changes that GraphQL makes and that may start a pipeline. */
const MUTATIONS =
  /\b(?:mergePullRequest|enablePullRequestAutoMerge|createCommitOnBranch|mergeBranch|updateRefs?|createRef|createDeployment|approveDeployments)\b/

/** What `gh api …` starts. */
export const readApi = (words: readonly string[], forge: Forge): Found | null => {
  const { plain, values } = readFlags(words, VALUED)
  const given = values(...FIELDS)
  const method = (values('-X', '--method').at(-1) ?? (given.length > 0 || values('--input').length > 0 ? 'POST' : 'GET')).toUpperCase()
  const path = (plain[0] ?? '').replace(/^https?:\/\/[^/]+\/(?:api\/v3\/)?/, '').replace(/^\/+|\?.*$/g, '')
  if (path === 'graphql')
    return MUTATIONS.test(given.join('\n')) && forge.deploys()
      ? { verdict: 'opaque', because: 'it changes the repository, and jobs here deploy without safe-deploy' }
      : null
  const found = /^repos\/([^/]+\/[^/]+)\/(.+)$/.exec(path)
  if (!found || !isOwn(found[1]!, forge)) return null
  for (const [route, methods, judge] of ROUTES) {
    const match = route.exec(found[2]!)
    if (match && methods.test(method)) return judge({ parts: match.slice(1), method, fields: fieldsOf(given), forge })
  }
  return null
}

/** `{owner}/{repo}` is this one. What another repository's jobs do cannot be known here. */
const isOwn = (name: string, forge: Forge): boolean =>
  name.startsWith('{') || name.startsWith(':') || forge.name === null || name.toLowerCase() === forge.name.toLowerCase()
