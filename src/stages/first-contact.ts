import { readingBoth } from '../change/objects.ts'
import { next, refuse } from '../errors.ts'
import { nameServing } from '../words.ts'
import type { Desk } from './desk.ts'
import type { Stopped } from './gate.ts'

const OID = /^[0-9a-f]{40,64}$/

/** What a first deploy is compared with, and how that is known; or why it cannot be seen. */
export interface FirstBase {
  base: { commit: string; tree: string } | null
  /** For people, behind the commit: where it came from. */
  how: string
  unseen: string | null
}

/**
 * What serves before the guard came was built from some commit: the image's label says which, else the last commit before the release is the best
 * guess. A terminal is asked once; elsewhere the rule `first-contact` asks.
 * @returns null when nothing serves
 */
export const baseOfIncumbent = async (desk: Desk, stopped: Stopped): Promise<FirstBase | null> => {
  const { serving, state } = stopped
  if (!serving) return null
  const recorded = state?.core.incumbent?.commit ?? serving.commit
  const commit = recorded ?? (await lastCommitBefore(desk, releasedAt(stopped)))
  const tree = commit ? ((await treeOf(desk, commit)) ?? (await obtainedTree(desk, commit))) : null
  if (!commit || !tree) return { base: null, how: '', unseen: await whyUnseen(desk, commit) }
  if (stopped.firstContact && desk.prompt && recorded === null) await confirmGuess(desk, stopped, commit)
  const how = recorded === null ? `, the last commit before ${nameServing(serving)}: a guess` : ', from which what serves was built'
  return { base: { commit, tree }, how, unseen: null }
}

/** A repository that is younger than what serves has nothing to show; a clone that lacks a part of it must not pass for that. */
const whyUnseen = async ({ repo, obtain }: Desk, commit: string | null): Promise<string | null> => {
  if (commit) {
    const why = await obtain.commit(commit)
    return `the commit from which what serves was built, ${commit.slice(0, 10)}, is not in this clone${why ? ` and cannot be had (${why})` : ''}`
  }
  return repo.shallow ? 'what serves is older than anything in this clone (it is shallow; git fetch --unshallow brings the rest)' : null
}

const obtainedTree = async (desk: Desk, commit: string): Promise<string | null> =>
  (await desk.obtain.commit(commit)) === null ? treeOf(desk, commit) : null

const releasedAt = ({ truth, serving }: Stopped): string | null =>
  truth.kind === 'fly' ? (truth.releases.find((release) => release.version === serving?.version)?.at ?? null) : null

const lastCommitBefore = async (desk: Desk, at: string | null): Promise<string | null> => {
  const head = await desk.git.run(['rev-parse', '--verify', '--quiet', 'refs/remotes/origin/HEAD'])
  const from = head.code === 0 ? 'refs/remotes/origin/HEAD' : 'HEAD'
  const listed = await desk.git.run(['rev-list', '-1', '--first-parent', ...(at ? [`--before=${at}`] : []), from])
  const oid = listed.stdout.toString('utf8').trim()
  return OID.test(oid) ? oid : null
}

const treeOf = async (desk: Desk, commit: string): Promise<string | null> => {
  const asked = await desk.git.run(['rev-parse', '--verify', '--quiet', `${commit}^{tree}`], { env: readingBoth(desk.folder.objects) })
  const oid = asked.stdout.toString('utf8').trim()
  return asked.code === 0 && OID.test(oid) ? oid : null
}

const confirmGuess = async (desk: Desk, stopped: Stopped, guess: string): Promise<void> => {
  const shown = await desk.git.run(['rev-list', '-1', '--no-commit-header', '--format=%s', guess])
  const subject = shown.stdout.toString('utf8').trim().slice(0, 80)
  const name = stopped.serving ? nameServing(stopped.serving) : ''
  const yes = await desk.prompt?.confirm(`First contact: ${name} serves. Was it built from ${guess.slice(0, 10)} "${subject}"?`, true)
  if (yes) return
  throw refuse('DECLINED', {
    what: 'Without knowing what serves there is nothing to compare with. Nothing was deployed.',
    next: [
      next('judge the change against the commit that serves', ['safe-deploy', 'plan'], ['--base']),
      next('or take what serves as proved', ['safe-deploy', 'adopt'], ['--because']),
    ],
  })
}
