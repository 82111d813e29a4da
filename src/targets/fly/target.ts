import { join, parse, resolve } from 'node:path'
import type { TargetSettings } from '../../config/settings.ts'
import type { Clock, Processes } from '../../ports.ts'
import { type Settled, settle } from '../settle.ts'
import type { JudgeInput, Target, ToolCommand } from '../target.ts'
import type { FlyTruth, Truth } from '../truth.ts'
import { carryArgs, readFlyArgs } from './args.ts'
import { deployArgv, rollbackArgv, sshArgv, startArgv } from './argv.ts'
import { flyDrift, machineConfigOf } from './drift.ts'
import { endpointsSet, flyEnv } from './env.ts'
import { type Case, judgeFly } from './judge.ts'
import { judgeRun } from './judge-run.ts'
import { movedSince } from './moved-since.ts'
import { hearFly, saysImageMissing } from './output.ts'
import { type FlyReader, makeFlyReader } from './read.ts'
import { isMoving, sameFly } from './same.ts'
import { looksEmptied, secretsOf, servingMachine, servingOf, urlOf } from './serving.ts'
import { machinesToStart } from './start.ts'

export interface FlyTargetInput {
  app: string
  /** Absolute path of the repository. */
  root: string
  settings: Extract<TargetSettings, { kind: 'fly' }>
  /** What the user gave after `--`. */
  extraArgs: readonly string[]
  processes: Processes
  clock: Clock
  env: Readonly<Record<string, string | undefined>>
  /** Keys the fingerprints of env values. */
  key: string
  /** Shared with other targets of the app; else its own. */
  reader?: FlyReader
}

/** The judge sees only truths of this target; another kind would be a bug of ours. */
const fly = (truth: Truth): FlyTruth => {
  if (truth.kind !== 'fly') throw new Error('a truth of another target')
  return truth
}

const seen = ({ reading, stable }: Settled): Pick<Case, 'after' | 'unseen'> => {
  if (!reading.ok) return { after: null, unseen: `the platform could not be read after it: ${reading.why}` }
  return { after: fly(reading.truth), unseen: stable ? null : 'no two looks at the machines were equal' }
}

/** Where fly would work: its positional argument is a folder it changes into before it looks for the config. */
const placeOf = (settings: FlyTargetInput['settings'], args: readonly string[]) => {
  const { workingDirectory, config } = readFlyArgs(args)
  return { dir: join(settings.dir, workingDirectory ?? '').replace(/^\.$/, ''), config: config ?? settings.config }
}

/** SAFE_DEPLOY_FLY names another program, e.g. where `fly` is a wrapper of the user's. */
const toolsOf = ({ env, root }: Pick<FlyTargetInput, 'env' | 'root'>): string[] => {
  const named = env.SAFE_DEPLOY_FLY
  if (!named) return ['fly', 'flyctl']
  return [named.includes('/') ? resolve(root, named) : named]
}

/** Where reads run: at the root of the file system. A broken fly.toml in the work tree would end each of them, even before a rollback. */
const away = (root: string): string => parse(root).root

/** Looks at one app through fly. */
export const flyReader = (input: Pick<FlyTargetInput, 'app' | 'root' | 'processes' | 'env' | 'key'>): FlyReader => {
  const { app, root, processes, env, key } = input
  return makeFlyReader({ processes, tools: toolsOf(input), app, cwd: away(root), env: flyEnv(env, 'read'), key })
}

/** Fly, behind the port. */
export const makeFlyTarget = (input: FlyTargetInput): Target => {
  const { app, root, settings, clock, env } = input
  const given = [...settings.args, ...input.extraArgs]
  const args = readFlyArgs(given)
  const { dir, config } = placeOf(settings, given)
  const cwd = join(root, dir)
  const reader = input.reader ?? flyReader(input)
  const endpoints = endpointsSet(env)
  const read: Target['read'] = ({ full }) => reader.read(full)
  const toCase = ({ before, after, run, attempt }: JudgeInput): Omit<Case, 'wanted'> => ({
    ...{ before: fly(before), run, filters: args.filters, app },
    ...{ attempt: args.image === null ? attempt : null },
    ...seen(after),
  })
  const plainly = (command: string[]): ToolCommand => ({ command, cwd: away(root), env: flyEnv(env, 'read'), lost: [] })
  return {
    kind: 'fly',
    name: app,
    identity: () => ['fly', app, join(dir, config), ...endpoints].join(' '),
    place: { dir, config: join(dir, config) },
    args,
    endpoints,
    read,
    settle: (options) =>
      settle(() => read({ full: false }), { same: (a, b) => sameFly(fly(a), fly(b)), moving: (truth) => isMoving(fly(truth)) }, clock, {
        everyMs: 2_000,
        atMostMs: 30_000,
        ...options,
      }),
    same: (a, b) => sameFly(fly(a), fly(b)),
    deployCommand: (labels) => ({
      command: deployArgv({ tool: reader.tool(), app, config, args: given, labels }),
      cwd,
      env: flyEnv(env, 'deploy'),
      lost: [],
    }),
    rollbackCommand: (to) =>
      to.to.image === null
        ? null
        : {
            command: rollbackArgv({ tool: reader.tool(), app, config: join(to.root, to.config), image: to.to.image, args: to.args }),
            cwd: join(to.root, to.dir),
            env: flyEnv(env, 'rollback'),
            lost: carryArgs(to.args).lost,
          },
    startCommands: (before, after) =>
      machinesToStart(fly(before).machines, fly(after).machines).map((id) => plainly(startArgv(reader.tool(), app, id))),
    hear: hearFly,
    onMachine: (truth, line) => {
      const machine = servingMachine(fly(truth))
      return machine === null ? null : plainly(sshArgv(reader.tool(), app, machine, line))
    },
    url: (truth) => urlOf(fly(truth)),
    recentLog: () => reader.log(),
    looksEmptied: (truth) => looksEmptied(fly(truth)),
    judge: (judged) => judgeFly({ ...toCase(judged), wanted: null }),
    judgeRollback: (judged) => judgeFly({ ...toCase(judged), filters: [], attempt: null, wanted: judged.to.id }),
    runCommand: (words, place) => ({
      command: [reader.tool(), ...words],
      cwd: place,
      // As the app that is judged, also where the folder names none; -a among the words says the same.
      env: { ...flyEnv(env, 'read'), FLY_APP: app },
      lost: [],
    }),
    judgeRun: (judged) => judgeRun({ ...toCase(judged), wanted: null, filters: [], attempt: null }, judged.words),
    isUp: (truth) => servingMachine(fly(truth)) !== null,
    movedSince: (before, after, known) => movedSince(fly(before), fly(after), known),
    servingOf: (truth) => servingOf(fly(truth)),
    secretsOf: (truth) => secretsOf(fly(truth)),
    machineConfigOf: (truth) => machineConfigOf(fly(truth)),
    driftOf: (truth, recorded) => flyDrift(fly(truth), recorded),
    saysImageMissing,
  }
}
