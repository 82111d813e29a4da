import type { Commit, Fact } from '../../model.ts'
import { type Area, areaOf } from '../area.ts'
import { looksGenerated } from '../generated.ts'
import { atMost, type Detect, fact, type Sight, someOf } from '../sight.ts'
import { splitOf } from './split.ts'

/** Areas whose mixture is worth a word. Measured: size and mixture do not predict trouble, so this is advice and never asks. */
const RISKY: readonly Area[] = ['deps', 'infra', 'config', 'migration', 'code']
const SPEAKS_OF_DEPS = /bump|upgrad|updat|dep(?:s|endenc)|lock|security|renovate|package|version|install|add .*librar/i

/** Commits that do several things at once, and lockfiles that moved along unasked. Commit by commit: a batch always mixes. */
export const detectMixedCommits: Detect = (sight) => {
  const { change, commitFiles } = sight
  return atMost(
    change.commits.flatMap((commit) => {
      const files = commitFiles.get(commit.oid) ?? []
      return [...mixed(sight, commit, files), ...uninvited(commit, files)]
    }),
  )
}

const about = ({ oid, subject }: Commit): { commit: string; title: string } => ({ commit: oid.slice(0, 10), title: subject.slice(0, 60) })

const mixed = (sight: Sight, commit: Commit, files: readonly string[]): Fact[] => {
  const areas = RISKY.filter((area) => files.some((path) => areaOf(path) === area))
  if (areas.length < 3) return []
  const data = { ...about(commit), areas: someOf(areas, RISKY.length), split: howToSplit(sight, commit, files, areas) }
  return [fact('mixed-commit', data.commit, data)]
}

/** Only commands that work as typed: what others may have is not rewritten, nor what this clone does not have checked out. */
const howToSplit = (
  { candidate, judgesCommits, pushed }: Sight,
  { oid }: Commit,
  files: readonly string[],
  areas: readonly Area[],
): string => {
  if (judgesCommits || pushed === true || candidate.dirty.length > 0) return 'Next time: one commit for each'
  const line = oid === candidate.commit ? splitOf(oid, files, areas) : null
  return line === null ? `Split it, with "edit" on its line: git rebase -i ${oid.slice(0, 10)}~1` : `Split it: ${line}`
}

const uninvited = (commit: Commit, files: readonly string[]): Fact[] => {
  const lock = files.find(isLock)
  const asked = SPEAKS_OF_DEPS.test(commit.subject) || files.some((path) => areaOf(path) === 'deps' && !isLock(path))
  return lock && !asked && files.some((path) => areaOf(path) === 'code')
    ? [fact('uninvited-lockfile', commit.oid.slice(0, 10), { ...about(commit), file: lock }, lock)]
    : []
}

/** A lockfile by its whole name: `block.json` is none. */
const isLock = (path: string): boolean => (areaOf(path) === 'deps' && looksGenerated(path)) || /(?:^|\/)(?:deno|flake)\.lock$/.test(path)
