import { assignmentOf, secretValues } from './assign.ts'
import { watchSignals } from './cancel.ts'
import { speedOf } from './duration.ts'
import type { FlyError } from './fail.ts'
import { leaseMachines } from './lease.ts'
import { createRelease, setReleaseStatus } from './release.ts'
import { type Rollout, updateMachine } from './rollout.ts'
import type { Shell } from './shell.ts'
import { appOf, type Release, readState } from './state.ts'
import { isTask } from './view.ts'

/** Every machine keeps its image and config and gets the present secrets, under a new release. */
const rolloutOf = (shell: Shell, app: string, release: Release, region: string): Rollout => ({
  shell,
  app,
  region,
  critical: false,
  assign: (state, _group, before) => ({
    ...assignmentOf(before!),
    secrets: secretValues(state),
    releaseId: release.id,
    releaseVersion: release.version,
  }),
  patience: { speed: speedOf(shell.env), waitMs: 300_000, smoke: true, health: true, guard: watchSignals(shell).check },
})

/** What `secrets set` and `secrets deploy` do to running machines: a new release with the image of before, machines restarted. */
export const redeploySecrets = async (shell: Shell, name: string): Promise<void> => {
  const app = appOf(readState(shell.home), name)
  const machines = app.machines.filter((machine) => !isTask(machine))
  const release = createRelease(shell, name, machines[0]?.image.ref ?? app.releases.at(-1)?.imageRef ?? '', 'running')
  const roll = rolloutOf(shell, name, release, machines[0]?.region ?? 'ams')
  try {
    const lease = leaseMachines(
      shell,
      name,
      machines.map((machine) => machine.id),
      13_000,
    )
    try {
      shell.out(`Updating existing machines in '${name}' with rolling strategy\n`)
      for (const machine of machines) await updateMachine(roll, machine.id)
    } finally {
      lease.release()
    }
    setReleaseStatus(shell, name, release.id, 'complete')
  } catch (error) {
    setReleaseStatus(shell, name, release.id, (error as FlyError).silent ? 'interrupted' : 'failed')
    throw error
  }
}
