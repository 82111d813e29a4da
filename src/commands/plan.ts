import { readRange } from '../change/range.ts'
import { factsOf } from '../change/read.ts'
import { answer, flagFor, openFindings } from '../stages/answers.ts'
import type { Desk } from '../stages/desk.ts'
import { gate } from '../stages/gate.ts'
import { judgeFacts } from '../stages/judging.ts'
import { read } from '../stages/read.ts'
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
  if (given(call.flags, 'base') || given(call.flags, 'head') || given(call.flags, 'all')) return planRange(desk, call)
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

/** Any two commits, or the whole tree of one: findings alone. Nothing of it can be deployed, so there is no digest. */
const planRange = async (desk: Desk, call: Call): Promise<number> => {
  const head = textOf(call.flags, 'head') ?? 'HEAD'
  const base = given(call.flags, 'all') ? null : (textOf(call.flags, 'base') ?? `${head}^`)
  const { seen } = await readRange({ git: desk.git, settings: desk.settings, root: desk.repo.root }, { base, head })
  const findings = judgeFacts(factsOf(seen, { truth: null, state: null, now: desk.clock.now() }), desk.settings, desk)
  desk.emit({ type: 'change.read', change: seen.change, base: base ?? 'nothing' })
  for (const finding of findings) desk.emit({ type: 'finding', finding })
  const lines = [
    `${findings.length} findings in ${base ?? 'nothing'}..${head}; without --base, --head and --all the plan of a deploy is made`,
  ]
  desk.emit({ type: 'report', title: 'Judged', lines, data: { base, head, findings } })
  return 0
}

const nextLine = (desk: Desk, digest: string, flags: readonly (string | null)[]): string => {
  const rest = desk.rest.length > 0 ? ` -- ${desk.rest.join(' ')}` : ''
  const answers = flags.flatMap((flag) => (flag ? [` ${flag}="…"`] : []))
  const blocked = flags.includes(null) ? ' (a block stays: take it out of the change first)' : ''
  return `safe-deploy deploy --plan=${digest} --because="…"${answers.join('')}${rest}${blocked}`
}
