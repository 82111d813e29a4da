import { isOn, type Parsed, value } from './argv.ts'
import type { Wish } from './assign.ts'
import { bluegreen } from './bluegreen.ts'
import { hang } from './cancel.ts'
import { begin, type Deploy } from './deploy-begin.ts'
import { rolloutOf, selection, strategyOf, wishOf } from './deploy-options.ts'
import { durationMs } from './duration.ts'
import { FlyError } from './fail.ts'
import { fleetOf, rollFleet } from './fleet.ts'
import { buildImage, findImage } from './image.ts'
import { foreignConflict, leaseMachines } from './lease.ts'
import { createRelease, setReleaseStatus } from './release.ts'
import { runReleaseCommand } from './release-command.ts'
import type { Rollout } from './rollout.ts'
import type { Scenario } from './scenario.ts'
import type { Shell } from './shell.ts'
import { appOf, changeApp, type Image, type Release, readState } from './state.ts'
import { hostOf } from './view.ts'

const FAILED_BUILD =
  'failed to fetch an image or build from source: error building: failed to solve: process "/bin/sh -c npm ci" did not complete successfully: exit code: 1'

const obtainImage = async (deploy: Deploy): Promise<Image> => {
  const { shell, parsed, scenarios, config, app } = deploy
  const ref = value(parsed, 'image') ?? config.build.image
  if (ref !== undefined) return findImage(shell, app, ref, scenarios.has('pruned-image'))
  if (!scenarios.has('build-fail')) return await buildImage(shell, deploy.dir, app, config, parsed)
  shell.err('==> Building image\n')
  throw new FlyError(FAILED_BUILD)
}

const releaseCommand = async (deploy: Deploy, roll: Rollout): Promise<void> => {
  const broken = deploy.scenarios.has('release-command-fail')
  const line = deploy.config.releaseCommand ?? (broken ? 'false' : null)
  if (line === null || isOn(deploy.parsed, 'skip-release-command')) return
  const timeout = durationMs(value(deploy.parsed, 'release-command-timeout') ?? '5m') ?? 300_000
  const limits = { timeoutMs: Math.max(10_000, timeout / roll.patience.speed), guard: deploy.cancel.check, broken }
  const group = Object.keys(deploy.config.groups)[0] ?? 'app'
  await runReleaseCommand(deploy.shell, roll.app, line, roll.assign(deploy.app, group, undefined), roll.region, limits)
}

/** Everything between the running release and its last status. */
const carryOut = async (deploy: Deploy, wish: Wish): Promise<void> => {
  const { shell, scenarios, parsed } = deploy
  const strategy = strategyOf(deploy)
  const roll = rolloutOf(deploy, wish, strategy)
  await releaseCommand(deploy, roll)
  if (scenarios.has('exit0-but-old')) return
  const present = appOf(readState(shell.home), roll.app)
  const fleet = fleetOf(present, deploy.config, { ...selection(parsed), blind: scenarios.has('empty-machine-list') })
  if (scenarios.has('lease-conflict')) throw foreignConflict(fleet.update[0]?.id ?? '0000000000000a')
  const leased = [...fleet.update, ...fleet.destroy].map((machine) => machine.id)
  const lease = leaseMachines(shell, roll.app, leased, durationMs(value(parsed, 'lease-timeout') ?? '13s') ?? 13_000)
  try {
    if (strategy === 'bluegreen') await bluegreen(roll, fleet, scenarios.has('bluegreen-both'))
    else await rollFleet(roll, fleet, { strategy, scenarios, ha: isOn(parsed, 'ha'), updateOnly: isOn(parsed, 'update-only') })
  } finally {
    lease.release()
  }
}

const OTHER = { id: 'usr_other', name: 'Somebody Else', email: 'somebody.else@example.com' }

const makeRelease = async (deploy: Deploy, image: Image): Promise<Release> => {
  const { shell, app, scenarios } = deploy
  const release = createRelease(shell, app.name, image.ref)
  if (scenarios.has('hang-after-release')) await hang(shell, 'soft', "failed to set release status to 'running'")
  changeApp(shell.home, app.name, (now) => {
    now.config = deploy.raw
  })
  setReleaseStatus(shell, app.name, release.id, 'running')
  if (scenarios.has('concurrent-release'))
    createRelease(shell, app.name, `registry.fly.io/${app.name}:deployment-01SOMEBODYELSE`, 'complete', OTHER)
  return release
}

const finish = (deploy: Deploy, release: Release): void => {
  const { shell, app } = deploy
  setReleaseStatus(shell, app.name, release.id, 'complete')
  if (deploy.scenarios.has('exit0-then-gone'))
    changeApp(shell.home, app.name, (now) => {
      now.vanish = release.version
    })
  if (shell.env.FLY_EMIT_RELEASE_JSON)
    shell.out(`${JSON.stringify({ id: release.id, version: release.version, image_ref: release.imageRef })}\n`)
  shell.out(`\nVisit your newly deployed app at http://${hostOf(app)}/\n`)
}

/** `fly deploy`: config, image, release, release command, machines, last status. */
export const deploy = async (shell: Shell, parsed: Parsed, scenarios: ReadonlySet<Scenario>): Promise<void> => {
  const run = await begin(shell, parsed, scenarios)
  const image = await obtainImage(run)
  run.cancel.check()
  if (isOn(parsed, 'build-only')) return
  shell.out(`\nWatch your deployment at https://fly.io/apps/${run.app.name}/monitoring\n\n`)
  if (scenarios.has('hang')) await hang(shell, 'soft', 'failed to create release')
  if (scenarios.has('hang-hard')) await hang(shell, 'hard', 'failed to create release')
  if (scenarios.has('silent-127-early')) throw new FlyError(null, 127)
  const release = await makeRelease(run, image)
  try {
    await carryOut(run, wishOf(run, image, release))
  } catch (error) {
    setReleaseStatus(shell, run.app.name, release.id, (error as FlyError).silent ? 'interrupted' : 'failed')
    throw error
  }
  finish(run, release)
}
