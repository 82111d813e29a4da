import { next, refuse } from '../errors.ts'
import type { Repository, Unfinished } from '../ports.ts'

/**
 * A clone whose work tree can be read as a candidate. A rollback does not ask for this.
 * @throws NO_COMMITS, MERGE_IN_PROGRESS
 */
export const readable = (repository: Repository): Repository & { head: string } => {
  const { head, state } = repository
  if (head === null) {
    throw refuse('NO_COMMITS', {
      what: 'This repository has no commit yet.',
      why: ['A deploy is recorded by the commit it shipped.'],
      next: [next('takes all files', ['git', 'add', '--all']), next('makes the first commit', ['git', 'commit', '-m', 'First commit'])],
    })
  }
  if (state !== null) throw inProgress(state)
  return { ...repository, head }
}

const inProgress = (state: Unfinished): Error =>
  refuse('MERGE_IN_PROGRESS', {
    what: `A ${state} is not finished in this work tree.`,
    why: ['What would ship is neither the old nor the new state.'],
    next: [next(`finishes the ${state}`, ['git', state, '--continue']), next('goes back to before it', ['git', state, '--abort'])],
  })
