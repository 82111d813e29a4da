import { areaOf, isQuiet } from '../change/area.ts'
import type { Change, ChangedLine, FileChange, Finding, Suspect } from '../model.ts'
import { type FailureKind, failureKinds, type Look, sayingOf } from './failures.ts'

/** What is known when a deploy failed. */
export interface Failure {
  /** The tool's last lines, then what the probes saw. */
  lines: readonly string[]
  change: Change
  /** As judged before the deploy, answered or not. */
  findings: readonly Pick<Finding, 'rule' | 'subject' | 'place' | 'fact'>[]
  /** E.g. `secret DATABASE_URL changed`. */
  secretsChanged: readonly string[]
}

/** A suspect, and how far down the list: less is likelier. */
interface Ranked extends Suspect {
  rank: number
}

const MOST = 5
/** Of one place in the list. */
const EACH = 3
const WIDTH = 100

const short = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > WIDTH ? `${line.slice(0, WIDTH - 1)}…` : line
}

const touched = (file: FileChange): string =>
  file.status === 'D' ? 'deleted' : file.status === 'A' ? 'new' : `changed, +${file.added.length} −${file.removed.length}`

const sides = (file: FileChange): [word: 'removed' | 'added', lines: readonly ChangedLine[]][] => [
  ['removed', file.removed],
  ['added', file.added],
]

/** Changed lines that fit, removed ones first: what is gone explains more failures than what came. */
const linesLike = (change: Change, pattern: RegExp): Pick<Suspect, 'place' | 'text'>[] =>
  (['removed', 'added'] as const).flatMap((side) =>
    change.files
      .filter((file) => !isQuiet(file.path))
      .flatMap((file) =>
        sides(file)
          .filter(([word]) => word === side)
          .flatMap(([word, lines]) => lines.filter((line) => pattern.test(line.text.slice(0, 500))).map((line) => ({ file, word, line }))),
      )
      .map(({ file, word, line }) => ({ place: { file: file.path, line: line.n }, text: `${word}: ${short(line.text)}` })),
  )

const lookIn = (failure: Failure, look: Look): Pick<Suspect, 'place' | 'text'>[] => {
  const { change, findings, secretsChanged } = failure
  return [
    ...(look.rules ?? []).flatMap((rule) =>
      findings.filter((finding) => finding.rule === rule).map((finding) => ({ place: finding.place ?? null, text: finding.fact })),
    ),
    ...(look.secrets ? secretsChanged.map((text) => ({ place: null, text })) : []),
    ...(look.lines ? linesLike(change, new RegExp(look.lines, 'i')) : []),
    ...(look.areas ?? []).flatMap((area) =>
      change.files
        .filter((file) => areaOf(file.path) === area && !file.generated)
        .map((file) => ({ place: { file: file.path }, text: touched(file) })),
    ),
  ].slice(0, EACH)
}

const byKind = (failure: Failure, kind: FailureKind, order: number): Ranked[] => {
  const said = sayingOf(kind, failure.lines)
  if (said === null) return []
  const because = `the failure is about ${kind.about}: ${short(said)}`
  return kind.look.flatMap((look, place) => lookIn(failure, look).map((found) => ({ ...found, because, rank: place + order / 100 })))
}

const KEY = /\b[A-Z][A-Z0-9]{1,40}_[A-Z0-9_]{1,80}\b/g

/** Env keys that the failure names, where the change touches a line with the same name, or a finding or secret is about it. */
const byKey = (failure: Failure): Ranked[] => {
  const keys = [...new Set(failure.lines.flatMap((line) => line.slice(0, 500).match(KEY) ?? []))].slice(0, 20)
  return keys.flatMap((key) => {
    const named = new RegExp(`\\b${key}\\b`)
    const findings = failure.findings.filter((finding) => finding.subject === key || named.test(finding.fact))
    const secrets = failure.secretsChanged.filter((text) => named.test(text))
    return [
      ...findings.map((finding) => ({ place: finding.place ?? null, text: finding.fact })),
      ...secrets.map((text) => ({ place: null, text })),
      ...linesLike(failure.change, named),
    ]
      .slice(0, EACH)
      .map((found) => ({ ...found, because: `the failure names ${key}`, rank: -1 }))
  })
}

/** Files of the change that the failure names: as a whole path, or its last two parts. */
const byPath = (failure: Failure): Ranked[] => {
  const text = failure.lines.map((line) => line.slice(0, 2000)).join('\n')
  return failure.change.files
    .filter((file) => !file.generated && file.path.includes('.') && text.includes(file.path.split('/').slice(-2).join('/')))
    .filter(
      (file) => file.path.includes('/') || new RegExp(`(?:^|[\\s"'(/])${file.path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`, 'm').test(text),
    )
    .slice(0, EACH)
    .map((file) => ({ place: { file: file.path }, text: touched(file), because: 'the failure names this file', rank: -0.5 }))
}

const same = (a: Suspect, b: Suspect): boolean => {
  const [placeA, placeB] = [`${a.place?.file}:${a.place?.line}`, `${b.place?.file}:${b.place?.line}`]
  return a.text === b.text && placeA === placeB
}

/**
 * Which changes could explain a failure, likeliest first, at most five: what the failure's text speaks of against what changed.
 * None means that nothing matched; it never means that the change is innocent.
 */
export const suspects = (failure: Failure): Suspect[] => {
  const ranked = [...byKey(failure), ...byPath(failure), ...failureKinds().flatMap((kind, order) => byKind(failure, kind, order))].sort(
    (a, b) => a.rank - b.rank,
  )
  return ranked
    .filter((one, i) => ranked.findIndex((other) => same(one, other)) === i)
    .slice(0, MOST)
    .map(({ rank: _, ...suspect }) => suspect)
}
