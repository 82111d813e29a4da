import { next, refuse } from '../errors.ts'
import { nameServing } from '../words.ts'
import type { Desk } from './desk.ts'
import type { Stopped } from './gate.ts'

const OID = /^[0-9a-f]{40,64}$/

/**
 * What serves before the guard came was built from some commit: the image's label says which, else the last commit before the release is the best
 * guess. A terminal is asked once; elsewhere the rule `first-contact` asks.
 * @returns null when nothing serves, or no commit fits
 */
export const baseOfIncumbent = async (desk: Desk, stopped: Stopped): Promise<{ commit: string | null; tree: string } | null> => {
  const { serving, state } = stopped
  if (!serving) return null
  const recorded = state?.core.incumbent?.commit ?? serving.commit
  const guess = recorded ?? (await lastCommitBefore(desk, releasedAt(stopped)))
  const tree = guess ? await treeOf(desk, guess) : null
  if (!guess || !tree) return null
  if (stopped.firstContact && desk.prompt && recorded === null) await confirmGuess(desk, stopped, guess)
  return { commit: guess, tree }
}

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
  const asked = await desk.git.run(['rev-parse', '--verify', '--quiet', `${commit}^{tree}`])
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
