import { linesOf } from '../change/weight.ts'
import type { Emit, Event } from '../events.ts'
import type { Change, FileChange, Finding } from '../model.ts'
import { count } from '../words.ts'
import { openFindings } from './answers.ts'

/** Lines that findings which stop nothing may take: of a plan, which somebody came to read, and of a deploy, which shall stay on one screen. */
export const PLAN_LINES = 30
export const DEPLOY_LINES = 4

/** Changed lines of a change that are told; of more than these a screen shows none, and machines read them from git. */
const CHANGED_LINES = 80

/** A change as it is told: where its lines are many, they are only counted. */
export const toldOf = (change: Change): Change => {
  const own = change.files.reduce((all, file) => all + keptOf(file), 0)
  return own <= CHANGED_LINES ? change : { ...change, files: change.files.map(counted) }
}

const keptOf = (file: FileChange): number => {
  const { added, removed } = linesOf(file)
  return added + removed - (file.more?.added ?? 0) - (file.more?.removed ?? 0)
}

const counted = (file: FileChange): FileChange => {
  const { path, from, status, modes, oids, opaque, generated } = file
  return {
    path,
    ...(from === undefined ? {} : { from }),
    status,
    modes,
    oids,
    opaque,
    generated,
    added: [],
    removed: [],
    more: linesOf(file),
  }
}

/** Lines of a finding on the screen: a note is one, a warning says why and what to do. */
const roomOf = ({ severity, answer, fix }: Finding): number => (severity === 'note' ? 1 : answer ? 2 : 3 + fix.length)

/**
 * What of the findings fits: all that stop the run, then by weight what there is room for.
 * @param findings heaviest first
 */
export const fitting = (findings: readonly Finding[], room: number): Set<Finding> => {
  const shown = new Set(openFindings(findings))
  let left = room
  for (const finding of findings) {
    if (shown.has(finding)) continue
    left -= roomOf(finding)
    if (left < 0) break
    shown.add(finding)
  }
  return shown
}

type Told = Extract<Event, { type: 'finding' }>

/** Tells findings, the rest of them only counted on a screen. Machines hear of every one. */
export const tellFindings = (emit: Emit, findings: readonly Finding[], told: (finding: Finding) => Told, room: number): void => {
  const shown = fitting(findings, room)
  const rest = findings.filter((finding) => !shown.has(finding))
  for (const finding of findings) emit({ ...told(finding), ...(shown.has(finding) ? {} : { folded: true }) })
  if (rest.length === 0) return
  const warnings = rest.filter(({ severity }) => severity !== 'note').length
  const parts = [
    ...(warnings > 0 ? [count(warnings, 'warning')] : []),
    ...(rest.length > warnings ? [count(rest.length - warnings, 'note')] : []),
  ]
  emit({ type: 'said', stage: 'read', tone: 'dim', text: `… and ${parts.join(' and ')} more; safe-deploy plan --json tells them all` })
}
