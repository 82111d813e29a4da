import type { Settings } from '../config/settings.ts'
import { type Next, next } from '../errors.ts'
import type { Finding } from '../model.ts'
import { flagsFor, openFindings, unanswered, withoutRun } from '../stages/answers.ts'
import type { Desk } from '../stages/desk.ts'
import { answerWith } from '../stages/evidence-run.ts'
import { gate } from '../stages/gate.ts'
import { nothingToDo } from '../stages/idle.ts'
import { read } from '../stages/read.ts'
import { retype } from '../stages/retype.ts'
import { PLAN_LINES } from '../stages/screen.ts'
import { within } from '../stages/stages.ts'
import type { Call } from './call.ts'
import { answersOf } from './deploy.ts'
import { given, textOf } from './flags.ts'

/**
 * `safe-deploy plan`: STOP, READ and ISOLATE without side effects. Prints the findings, and the digest that `--plan` takes: whoever has it has read
 * this change.
 * @returns 0; refusals of STOP are thrown
 */
export const plan = async (call: Call): Promise<number> => {
  const desk = await call.desk()
  const answers = answersOf(call)
  const stopped = await within(desk, 'stop', () => gate(desk, { given: answers, waitUntil: null, readOnly: true }))
  const done = await within(desk, 'read', () => read(desk, stopped, PLAN_LINES))
  const evidence = { command: textOf(call.flags, 'evidence-run'), run: null }
  const findings = await answerWith({ ...desk, root: desk.repo.root }, done.plan.findings, answers, done.judged, evidence)
  const open = openFindings(findings)
  const { candidate, base, digest } = done.plan
  const idle = done.unchanged && !given(call.flags, 'again')
  desk.emit({
    type: 'plan.made',
    digest,
    findings,
    open: open.length,
    base,
    candidate: { commit: candidate.commit, tree: candidate.tree, dirty: candidate.dirty.length },
    ...(idle ? {} : { next: waysOn(desk, done.judged, digest, open) }),
  })
  return idle ? nothingToDo(desk) : 0
}

/** The deploy of this very plan: as this line was typed, with the flags that its open findings want. Where a finding takes none, what it takes. */
const waysOn = (desk: Desk, judged: Settings, digest: string, open: readonly Finding[]): Next[] => {
  const words = desk.argv.slice(2).filter((word) => word !== '--json')
  const line = retype(['safe-deploy', 'deploy', ...words], [`--plan=${digest}`])
  const answers = flagsFor(open, judged, desk.actor, line)
  return answers === null
    ? unanswered(open, judged, desk.actor, line).refusal.next
    : [next('deploy it', open.length > 0 ? withoutRun(line) : line, ['--because', ...answers])]
}
