import { answer, flagFor, openFindings } from '../stages/answers.ts'
import type { Desk } from '../stages/desk.ts'
import { gate } from '../stages/gate.ts'
import { read } from '../stages/read.ts'
import { within } from '../stages/stages.ts'
import type { Call } from './call.ts'
import { answersOf } from './deploy.ts'

/**
 * `safe-deploy plan`: STOP, READ and ISOLATE without side effects. Prints the findings, and the digest that `--plan` takes: whoever has it has read
 * this change.
 * @returns 0; refusals of STOP are thrown
 */
export const plan = async (call: Call): Promise<number> => {
  const desk = await call.desk()
  const answers = answersOf(call)
  const stopped = await within(desk, 'stop', () => gate(desk, { given: answers, waitMs: null, readOnly: true }))
  const done = await within(desk, 'read', () => read(desk, stopped))
  const findings = answer(done.plan.findings, answers, done.judged, desk.actor)
  const open = openFindings(findings)
  const { candidate, base, digest } = done.plan
  desk.emit({
    type: 'plan.made',
    digest,
    findings,
    open: open.length,
    base,
    candidate: { commit: candidate.commit, tree: candidate.tree, dirty: candidate.dirty.length },
  })
  desk.emit({
    type: 'report',
    title: 'Next',
    lines: [
      nextLine(
        desk,
        digest,
        open.map((finding) => flagFor(finding, done.judged, desk.actor)),
      ),
    ],
    data: { digest },
  })
  return 0
}

const nextLine = (desk: Desk, digest: string, flags: readonly (string | null)[]): string => {
  const rest = desk.rest.length > 0 ? ` -- ${desk.rest.join(' ')}` : ''
  const answers = flags.flatMap((flag) => (flag ? [` ${flag}="…"`] : []))
  const blocked = flags.includes(null) ? ' (a block stays: take it out of the change first)' : ''
  return `safe-deploy deploy --plan=${digest} --because="…"${answers.join('')}${rest}${blocked}`
}
