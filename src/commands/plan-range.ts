import { majorsOf } from '../change/majors.ts'
import { readRange } from '../change/range.ts'
import type { RangeSource } from '../change/range-source.ts'
import { factsOf } from '../change/read.ts'
import { credentialValues } from '../change/secrets/credential-values.ts'
import type { Settings } from '../config/settings.ts'
import type { Emit } from '../events.ts'
import type { Clock, Git, Obtain } from '../ports.ts'
import { openFindings } from '../stages/answers.ts'
import { count } from '../words.ts'
import { type Flags, given, textOf } from './flags.ts'
import { meanwhile } from './meanwhile.ts'

/** What judging any two commits works with. */
export interface RangeDesk {
  git: Git
  root: string
  /** Own objects, where what a clone lacks is brought to. */
  objectsDir: string
  obtain(settings: Settings): Obtain
  /** Looks up the commits. @throws USAGE for a revision that is none */
  open(revisions: { base: string | null; head: string }): Promise<RangeSource>
  /** Settings of the head, judged by the rules of the base (null: by its own); defaults where a commit has none. */
  settings(source: RangeSource): Promise<Settings>
  /** Keys that may open an encrypted file of this clone. */
  keys(path: string): string[]
  clock: Clock
  emit: Emit
  /** Values that no text may show from now on. */
  hide(values: Iterable<string>): void
}

/** Exit code where `--exit-code` is given and findings ask or block: nobody can answer them here. */
const OPEN = 10

/**
 * `safe-deploy plan --base A --head B` and `--all`: any two commits, or the whole tree of one. Findings alone: nothing of it can be deployed, so
 * there is no digest.
 * @returns 0, or 10 with `--exit-code` where a finding asks or blocks
 * @throws USAGE for a revision that is no commit here
 */
export const planRange = async (desk: RangeDesk, flags: Flags): Promise<number> => {
  const head = textOf(flags, 'head') ?? 'HEAD'
  const base = given(flags, 'all') ? null : (textOf(flags, 'base') ?? `${head}^`)
  const source = await desk.open({ base, head })
  const settings = await desk.settings(source)
  const { git, root, objectsDir, clock, emit } = desk
  const [{ seen }, [{ readOwnPacks }, { judgeFacts }, { PLAN_LINES, tellFindings, toldOf }]] = await Promise.all([
    readRange(
      { git, settings, root, objectsDir, obtain: desk.obtain(settings), ...(settings.read.decrypt ? { keys: desk.keys } : {}) },
      source,
    ),
    meanwhile(() => Promise.all([import('../checklist/own-packs.ts'), import('../stages/judging.ts'), import('../stages/screen.ts')])),
  ])
  // Of a larger change no line is shown, and nothing of it can be printed later.
  const change = toldOf(seen.change)
  desk.hide(credentialValues(change))
  const facts = await factsOf(seen, { truth: null, state: null, now: clock.now() })
  const findings = judgeFacts(facts, settings, { clock, prompt: null }, (await readOwnPacks(seen)).rules)
  emit({ type: 'change.read', change, base: base ?? 'nothing', majors: majorsOf(facts) })
  tellFindings(emit, findings, (finding) => ({ type: 'finding', finding, flag: null }), PLAN_LINES)
  const lines = [
    `${count(findings.length, 'finding')} in ${base ?? 'nothing'}..${head}; without --base, --head and --all the plan of a deploy is made`,
  ]
  emit({ type: 'report', title: 'Judged', lines, data: { base, head, findings } })
  return given(flags, 'exit-code') && openFindings(findings).length > 0 ? OPEN : 0
}
