import type { Machine } from '../truth.ts'

const ran = (machine: Machine): boolean => machine.state === 'started' || machine.state === 'starting' || machine.state === 'failed'
/** Ended by itself: nobody asked it to stop. */
const fell = (machine: Machine): boolean => machine.exitCode !== null && machine.stopAsked !== true

/**
 * Machines that should run after a rollback and do not: a deploy updates stopped machines and leaves them stopped, so those that crashed during
 * the outage stay down. Not those that stop when idle, wait for another to fail, or were stopped by hand.
 */
export const machinesToStart = (before: readonly Machine[], after: readonly Machine[]): string[] => {
  const was = new Map(before.map((machine) => [machine.id, machine]))
  return after
    .filter((machine) => machine.reachable && ['stopped', 'created', 'suspended'].includes(machine.state))
    .filter((machine) => machine.standby !== true && machine.autostops !== true)
    .filter((machine) => {
      const old = was.get(machine.id)
      return old !== undefined && (ran(old) || fell(old))
    })
    .map((machine) => machine.id)
}
