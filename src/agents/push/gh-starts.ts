import { each, type Found, worst } from './deploys.ts'
import type { Forge } from './forge.ts'
import type { Workflow } from './workflows.ts'

/** What the starting of a workflow deploys, by its file, path, name or number. */
export const startsWorkflow = (word: string, ref: string | null, inputs: ReadonlyMap<string, string>, forge: Forge): Found | null => {
  if (word === '' || /^\d+$/.test(word)) return numbered(forge)
  const found = forge.workflows.filter((one) => isCalled(word, one))
  if (found.length === 0) return { verdict: 'opaque', because: `the workflow ${word.slice(0, 60)} does not lie here to be read` }
  return worst(found.map((one) => forge.judgeOne(one, ref, inputs)))
}

const isCalled = (word: string, one: Workflow): boolean =>
  one.file === word || one.file.endsWith(`/${word}`) || one.name.toLowerCase() === word.toLowerCase()

/** Which workflow a number means, only the host knows. */
const numbered = (forge: Forge): Found | null => {
  const found = worst(each(forge.workflows, (one) => forge.judgeOne(one, null, new Map())))
  return found && { verdict: 'opaque', because: `the workflow is not named, and ${found.because}` }
}

/** A merge on the host moves the base branch, which the default one is as a rule. By an administrator it goes past review. */
export const merges = (base: string | null, past: boolean, forge: Forge): Found | null => {
  const name = base ?? forge.main
  const found = worst([
    forge.judge('push', { kind: 'branch', name }, `what is merged into ${name ?? 'its base'}`),
    forge.judge('pull_request', { kind: 'branch', name }, 'what is merged'),
  ])
  return found && (past && name !== null ? found : { ...found, verdict: 'opaque' })
}

/** A release makes its tag, too. */
export const releases = (tag: string | null, forge: Forge): Found | null =>
  worst([
    forge.judge('release', { kind: 'tag', name: tag }, 'what is released'),
    forge.judge('push', { kind: 'tag', name: tag }, tag === null ? 'a tag that is made' : `the tag ${tag}`),
  ])

/** Something that ran before runs again: which, only the host knows. */
export const runsAgain = (forge: Forge): Found | null =>
  forge.deploys() ? { verdict: 'opaque', because: 'what runs again may be a job that deploys without safe-deploy' } : null
