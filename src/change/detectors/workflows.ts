import type { ChangedLine, Fact, FileChange } from '../../model.ts'
import { atMost, type Detector, fact, type Glimpse, someOf } from '../sight.ts'
import { withoutSecrets } from '../without-secrets.ts'

const WORKFLOW = /^\.github\/(?:workflows|actions)\/.*\.ya?ml$|(?:^|\/)action\.ya?ml$/
const CI =
  /^\.github\/workflows\/.*\.ya?ml$|(?:^|\/)(?:\.gitlab-ci\.yml|\.circleci\/config\.yml|bitbucket-pipelines\.yml|azure-pipelines\.yml)$/
/** A job that brings something to production. */
const DEPLOYS =
  /\bfly(?:ctl)?\s+deploy\b|superfly\/flyctl-actions|\bsafe-deploy\b|\bkamal\s+deploy\b|\bgcloud\s+run\s+deploy\b|\bvercel\b[^\n]{0,80}--prod|\bheroku\b[^\n]{0,40}\bdeploy|\bcap\s+production\s+deploy\b|\bkubectl\s+(?:apply|set\s+image)\b|\bwrangler\s+(?:deploy|publish)\b/
/** What decides when and whether it does, and with what. */
const DECIDES =
  /^\s*(?:-\s*)?(?:on|branches(?:-ignore)?|tags|needs|if|environment|concurrency|cancel-in-progress|when|only|except|rules|workflow_run|types|permissions|contents)\s*:|\bfly(?:ctl)?\s+deploy\b|\bsafe-deploy\b|\b(?:kamal|wrangler)\s+deploy\b/

/** Jobs that deploy, where the change touches when they run or what they run; and actions that were pinned to a commit and are not any more. */
export const workflows: Detector = {
  name: 'workflows',
  wants: ({ change }) => ({ texts: change.files.filter(({ path }) => CI.test(path)).map(({ path }) => ['candidate', path] as const) }),
  facts: (sight) => [
    ...sight.change.files.filter(({ path, status }) => CI.test(path) && status !== 'A').flatMap((file) => deployJob(sight, file)),
    ...atMost(sight.change.files.filter(({ path }) => WORKFLOW.test(path)).flatMap(unpinned)),
  ],
}

const deployJob = (sight: Glimpse, file: FileChange): Fact[] => {
  const deploys = DEPLOYS.test(sight.text('candidate', file.path) ?? '') || file.removed.some(({ text }) => DEPLOYS.test(text))
  if (!deploys) return []
  const kept = new Set(file.added.map(({ text }) => text.trim()))
  const dropped = file.removed.filter(({ text }) => DECIDES.test(text) && !kept.has(text.trim()))
  const before = new Set(file.removed.map(({ text }) => text.trim()))
  const fresh = file.added.filter(({ text }) => DECIDES.test(text) && !before.has(text.trim()))
  const keys = [...new Set([...dropped, ...fresh].map(({ text }) => withoutSecrets(text.trim().replace(/^-\s*/, '')).slice(0, 60)))]
  if (keys.length === 0) return []
  const line = fresh[0]?.n ?? dropped[0]?.n
  return [fact('deploy-job-changed', file.path, { file: file.path, which: someOf(keys), line: line ?? 1 }, file.path, line)]
}

const USES = /^\s*(?:-\s*)?uses:\s*["']?([\w.-]+\/[\w./-]+)@([\w./-]+)/
const PINNED = /^[0-9a-f]{40}$/

const unpinned = (file: FileChange): Fact[] => {
  const pins = new Set(file.removed.map(usedBy).flatMap((use) => (use && PINNED.test(use.at) ? [use.action] : [])))
  return file.added.flatMap((line) => {
    const use = usedBy(line)
    return use && pins.has(use.action) && !PINNED.test(use.at)
      ? [fact('action-unpinned', use.action, { action: use.action, now: use.at, file: file.path, line: line.n }, file.path, line.n)]
      : []
  })
}

const usedBy = ({ text }: ChangedLine): { action: string; at: string } | null => {
  const [, action, at] = USES.exec(text) ?? []
  return action && at ? { action, at } : null
}
