import { FlyError } from './fail.ts'
import { destroyGone, type Fleet } from './fleet.ts'
import { ulid } from './ids.ts'
import { createMachine, destroyMachines, movePort, type Rollout } from './rollout.ts'
import { appOf, readState } from './state.ts'

/** A green machine for every blue one (or for every group without one), each verified; when one fails the greens are removed again. */
const makeGreens = async (roll: Rollout, groups: readonly string[]): Promise<string[]> => {
  const greens: string[] = []
  const tag = ulid()
  const marks = { fly_bluegreen_deployment_tag: tag }
  try {
    for (const group of groups) greens.push(await createMachine(roll, group, marks))
    return greens
  } catch (error) {
    roll.shell.err('Deployment failed after error, rolling back: destroying green machines\n')
    const made = appOf(readState(roll.shell.home), roll.app).machines.filter(
      (machine) => machine.marks.fly_bluegreen_deployment_tag === tag,
    )
    await destroyMachines(
      roll.shell.home,
      roll.app,
      made.map((machine) => machine.id),
    )
    throw error
  }
}

/** A second set of machines is made and verified, then the first is destroyed. `both` fails in between, where nothing is rolled back. */
export const bluegreen = async (roll: Rollout, fleet: Fleet, both: boolean): Promise<void> => {
  await destroyGone(roll, fleet.destroy)
  roll.shell.out(`Updating existing machines in '${roll.app}' with bluegreen strategy\n`)
  roll.shell.err('Creating green machines\n')
  const greens = await makeGreens(roll, [...fleet.update.map((machine) => machine.group), ...fleet.create.map((one) => one.group)])
  roll.shell.err('Waiting for all green machines to start\nMarking green machines as ready\n')
  if (both) throw new FlyError('could not get all blue machines into stopped state')
  roll.shell.err('Destroying all blue machines\n')
  await destroyMachines(
    roll.shell.home,
    roll.app,
    fleet.update.map((machine) => machine.id),
  )
  for (const [i, blue] of fleet.update.entries()) if (blue.port !== null) await movePort(roll, greens[i]!, blue.port)
  roll.shell.err('Deployment Complete\n')
}
