import { isAbsolute, join } from 'node:path'
import type { Finding } from '../model.ts'
import { flagFor, type Given, openFindings, shown } from './answers.ts'
import type { Desk } from './desk.ts'
import { answerWith, type Evidence } from './evidence-run.ts'
import { judgeFacts } from './judging.ts'
import type { ReadDone } from './read.ts'
import { retype } from './retype.ts'
import type { Done } from './stages.ts'
import { testRefusal } from './test/verdict.ts'
import { runTest } from './test.ts'

export interface TestFlags {
  given: Given[]
  evidenceRun: Evidence
  /** Result of a test job, or where to write one; relative to the working folder. */
  evidence: string | null
  out: string | null
  /** Run the smokes even if this very tree passed a moment ago. */
  fresh: boolean
}

/**
 * TEST: does it work here, by itself? Judges what the smokes and the env files showed.
 * @throws TEST_FAILED (11) for findings that nobody answered
 */
export const prove = async (
  desk: Desk,
  read: ReadDone,
  flags: TestFlags,
  cwd: string = desk.repo.root,
): Promise<Done<{ findings: Finding[] }>> => {
  const at = (file: string | null): string | null => (file === null || isAbsolute(file) ? file : join(cwd, file))
  const tested = await runTest(desk, {
    tree: read.candidate.tree,
    config: read.candidate.config,
    loaders: read.facts,
    secretNames: Object.keys(desk.target.secretsOf(read.truth)),
    targetEnv: read.targetEnv,
    halted: read.tip.core?.halt !== null && read.tip.core !== null,
    evidenceIn: at(flags.evidence),
    out: at(flags.out),
    fresh: flags.fresh,
    treeDigest: async () => (await read.recheck()).tree,
  })
  const judged = judgeFacts(tested.facts, read.judged, desk)
  const room = { ...desk, root: desk.repo.root }
  const said = await answerWith(room, judged, [...flags.given, ...read.trailers.given], read.judged, flags.evidenceRun)
  const findings = await answered(desk, read, said)
  for (const finding of findings) desk.emit(shown(finding, read.judged, desk.actor))
  const refusal = testRefusal(openFindings(findings), read.judged, desk.actor, again(desk, read))
  if (refusal) throw refusal
  return { value: { findings }, line: tested.line }
}

/** An `ask` of TEST is asked in a terminal; a block is not offered there: it is put right, or overridden by its flag. */
const answered = async (desk: Desk, read: ReadDone, findings: readonly Finding[]): Promise<Finding[]> => {
  const done: Finding[] = []
  for (const finding of findings) {
    const ask = finding.severity === 'ask' && openFindings([finding]).length > 0 && flagFor(finding, read.judged, desk.actor) !== null
    const reason = ask
      ? (await desk.prompt?.text(`${finding.rule} ${finding.subject}: ${finding.fact} Why is that all right? (empty: stop here)`))?.trim()
      : null
    done.push(reason ? { ...finding, answer: { by: 'typed', reason, who: desk.actor.name } } : finding)
  }
  return done
}

const again = (desk: Desk, read: ReadDone): string[] =>
  retype(desk.argv, desk.prompt || desk.argv[1] === 'test' ? [] : [`--plan=${read.plan.digest}`])
