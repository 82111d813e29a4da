import type { Commit, Fact } from '../../model.ts'
import { count } from '../../words.ts'
import { areaOf } from '../area.ts'
import { type FixSize, type FixSizes, isFix } from '../fix-sizes.ts'
import { type Detector, fact, type Glimpse, type Sight } from '../sight.ts'

/** A longer range is no fix any more, and would be a list of notes. */
const MAX_COMMITS = 20
/** Fewer fixes than this say nothing about what is usual here. */
const ENOUGH = 20
/** Lines, where that is not known, and files. House numbers: 12 % of 58,591 public commits change more than 200 lines. */
const MANY_LINES = 200
const MANY_FILES = 10
/** However small the fixes of a repository are, this is no large one. */
const FEW_LINES = 50

/** Fixes that are larger than nine of ten fixes of this repository. Advice: size did not predict trouble where it was measured. */
export const largeFixes: Detector = {
  name: 'large-fixes',
  wants: (glimpse) => (fixesIn(glimpse).length > 0 ? { fixSizes: true } : {}),
  facts: (sight) => {
    const { fixSizes } = sight
    return fixSizes === null ? [] : fixesIn(sight).flatMap((commit) => larger(sight, commit, fixSizes))
  },
}

const fixesIn = ({ change }: Pick<Glimpse, 'change'>): Commit[] =>
  change.commits.length > MAX_COMMITS ? [] : change.commits.filter(({ subject }) => isFix(subject))

const larger = (sight: Sight, commit: Commit, sizes: FixSizes): Fact[] => {
  const size = sizes.get(commit.oid)
  const judged = new Set(sight.change.commits.map(({ oid }) => oid))
  const [limit, usual] = usualOf([...sizes].filter(([oid]) => !judged.has(oid)).map(([, one]) => one))
  if (!size || (size.lines <= limit && size.files <= MANY_FILES)) return []
  const data = {
    commit: commit.oid.slice(0, 10),
    title: commit.subject.slice(0, 60),
    lines: count(size.lines, 'line'),
    files: count(size.files, 'file'),
    usual,
    least: leastOf(sight.commitFiles.get(commit.oid) ?? []),
  }
  return [fact('fix-larger-than-usual', data.commit, data)]
}

/** The lines above which a fix is large here, and how that is said. */
const usualOf = (others: readonly FixSize[]): [limit: number, usual: string] => {
  const lines = others.map((one) => one.lines).sort((a, b) => a - b)
  if (lines.length < ENOUGH) return [MANY_LINES, `few fixes need more than ${MANY_LINES} lines or ${MANY_FILES} files`]
  const p90 = lines[Math.ceil(lines.length * 0.9) - 1]!
  return [Math.max(p90, FEW_LINES), `nine of ten of the last ${lines.length} fixes here change at most ${count(p90, 'line')}`]
}

const leastOf = (files: readonly string[]): string => {
  const manifest = files.find((path) => areaOf(path) === 'deps')
  return manifest
    ? `If a dependency broke it, the smallest fix is the one line that pins it, and what its lockfile makes of that (${manifest})`
    : 'Ship the lines that fix it by themselves, and the rest once they have held'
}
