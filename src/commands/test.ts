import type { Fact, Finding } from '../model.ts'
import { type Given, openFindings, shown } from '../stages/answers.ts'
import type { Desk } from '../stages/desk.ts'
import { answerWith, type Evidence } from '../stages/evidence-run.ts'
import { within } from '../stages/stages.ts'
import { testRefusal } from '../stages/test/verdict.ts'
import { runTest, type TestDesk, type TestSubject } from '../stages/test.ts'

/** What `safe-deploy test` works with. */
export interface TestSources {
  desk: TestDesk & Pick<Desk, 'actor' | 'argv'> & { settings: Pick<Desk['settings'], 'overrides'> }
  /** The candidate as it is now, and what is known about it. */
  subject: () => Promise<TestSubject>
  /** Facts to findings, by the rules and the settings. */
  judge: (facts: readonly Fact[]) => Finding[]
  given: readonly Given[]
  evidenceRun: Evidence
}

/**
 * `safe-deploy test`: TEST alone. Tells every finding, then ends.
 * @returns 0 when nothing is open
 * @throws GuardError TEST_FAILED (11), INTERRUPTED
 */
export const test = async ({ desk, subject, judge, given, evidenceRun }: TestSources): Promise<number> => {
  await within(desk, 'test', async () => {
    const tested = await runTest(desk, await subject())
    const findings = await answerWith({ ...desk, root: desk.settings.root }, judge(tested.facts), given, desk.settings, evidenceRun)
    for (const finding of findings) desk.emit(shown(finding, desk.settings, desk.actor))
    const refusal = testRefusal(openFindings(findings), desk.settings, desk.actor, desk.argv)
    if (refusal) throw refusal
    return { value: tested, line: tested.line }
  })
  return 0
}
