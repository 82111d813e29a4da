import type { Desk } from './desk.ts'

/** Says that the candidate serves already; nothing is deployed and nothing written. Exit code 0. */
export const nothingToDo = (desk: Pick<Desk, 'emit'>): number => {
  desk.emit({
    type: 'said',
    stage: null,
    tone: 'good',
    text: 'Nothing to do: the known good serves, and nothing changed. (--again deploys all the same.)',
  })
  return 0
}
