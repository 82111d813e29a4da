import type { Fact } from '../../model.ts'
import { type Area, areaOf } from '../area.ts'
import { atMost, type Detect, fact, someOf } from '../sight.ts'

/** Areas whose mixture is worth a word. Measured: size and mixture do not predict trouble, so this is advice and never asks. */
const RISKY: readonly Area[] = ['deps', 'infra', 'config', 'migration', 'code']
const LOCK = /(?:lock\.json|lock\.ya?ml|\.lockb?|go\.sum|shrinkwrap\.json)$/
const SPEAKS_OF_DEPS = /bump|upgrad|updat|dep(?:s|endenc)|lock|security|renovate|package|version|install|add .*librar/i

/** Commits that do several things at once, and lockfiles that moved along unasked. Commit by commit: a batch always mixes. */
export const detectMixedCommits: Detect = ({ change, commitFiles }) =>
  atMost(
    change.commits.flatMap(({ oid, subject }) => {
      const files = commitFiles.get(oid) ?? []
      const areas = RISKY.filter((area) => files.some((path) => areaOf(path) === area))
      const about = { commit: oid.slice(0, 10), title: subject.slice(0, 60) }
      return [...mixed(oid, areas, about), ...uninvited(oid, files, subject, about)]
    }),
  )

const mixed = (oid: string, areas: readonly Area[], about: Record<string, string>): Fact[] =>
  areas.length >= 3 ? [fact('mixed-commit', oid.slice(0, 10), { ...about, areas: someOf(areas, 5) })] : []

const uninvited = (oid: string, files: readonly string[], subject: string, about: Record<string, string>): Fact[] => {
  const lock = files.find((path) => LOCK.test(path))
  const asked = SPEAKS_OF_DEPS.test(subject) || files.some((path) => areaOf(path) === 'deps' && !LOCK.test(path))
  return lock && !asked && files.some((path) => areaOf(path) === 'code')
    ? [fact('uninvited-lockfile', oid.slice(0, 10), { ...about, file: lock }, lock)]
    : []
}
