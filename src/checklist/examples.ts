import { detectEnvLoading } from '../change/detectors/env-loading.ts'
import { detectGuardFiles } from '../change/detectors/guard-files.ts'
import { detectEnvFiles } from '../change/detectors/housekeeping.ts'
import type { Sight } from '../change/sight.ts'
import type { Change, ChangedLine, Fact, FileChange } from '../model.ts'
import { rulesFor } from './judge.ts'
import type { Example, ExampleFile, Rule } from './rule.ts'

const ZERO = '0'.repeat(40)

const lines = (texts: readonly string[] | undefined): ChangedLine[] => (texts ?? []).map((text, i) => ({ n: i + 1, text }))

const fileOf = (file: ExampleFile): FileChange => ({
  path: file.path,
  ...(file.from ? { from: file.from } : {}),
  status: file.from ? 'R' : 'M',
  modes: ['100644', '100644'],
  oids: [ZERO, ZERO],
  opaque: false,
  generated: false,
  added: lines(file.added),
  removed: lines(file.removed),
})

/** Detectors that need nothing but the files of a change. */
const OF_FILES = [detectEnvLoading, detectEnvFiles, detectGuardFiles]

/** Facts of an example: as given, or as the detectors see them in its files. */
const factsOfExample = (example: Example): Fact[] => {
  if ('fact' in example) return [{ data: {}, ...example.fact }]
  const change: Change = { base: null, unseen: null, files: example.files.map(fileOf), commits: [], added: 0, removed: 0 }
  const sight = { change, settings: { file: null } } as unknown as Sight
  return OF_FILES.flatMap((detector) => detector(sight))
}

/** Examples of a rule that do not hold, as sentences. */
export const exampleProblems = (rule: Rule): string[] => {
  const fires = (example: Example): boolean => factsOfExample(example).some((fact) => rulesFor([rule], fact).length > 0)
  return [
    ...rule.examples.fires.flatMap((example, i) => (fires(example) ? [] : [`${rule.id}: example ${i + 1} of \`fires\` is silent`])),
    ...rule.examples.silent.flatMap((example, i) => (fires(example) ? [`${rule.id}: example ${i + 1} of \`silent\` fires`] : [])),
    ...unfilled(rule),
  ]
}

/** Placeholders that the data of an example leaves empty. */
const unfilled = (rule: Rule): string[] => {
  const asked = [...new Set([...[rule.say, rule.why, ...rule.fix].join(' ').matchAll(/\{(\w+)\}/g)].map((match) => match[1]!))]
  return rule.examples.fires.flatMap((example) =>
    factsOfExample(example)
      .filter((fact) => rulesFor([rule], fact).length > 0)
      .flatMap((fact) =>
        asked.filter((key) => key !== 'subject' && !(key in fact.data)).map((key) => `${rule.id}: {${key}} is not in its fact`),
      ),
  )
}
