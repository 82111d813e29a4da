import { describe, expect, it } from 'vitest'
import { carryArgs, readFlyArgs } from '../../../src/targets/fly/args.ts'
import { deployArgv, readArgv, rollbackArgv, sshArgv, startArgv } from '../../../src/targets/fly/argv.ts'
import { endpointsSet, flyEnv } from '../../../src/targets/fly/env.ts'
import { digest } from './fixtures.ts'

const labels = { commit: 'c1', tree: 't1', attempt: 'a1', ledger: 'l1' }
const ours = [
  '--label',
  'safe-deploy.commit=c1',
  '--label',
  'safe-deploy.tree=t1',
  '--label',
  'safe-deploy.attempt=a1',
  '--label',
  'safe-deploy.ledger=l1',
]
const deploy = (args: string[]): string[] => deployArgv({ tool: 'fly', app: 'everflow', config: 'fly.toml', args, labels })

describe('the commands for fly', () => {
  it('reads lists as JSON of one app', () => {
    expect(readArgv('fly', 'releases', 'everflow')).toEqual(['fly', 'releases', '--json', '-a', 'everflow'])
    expect(readArgv('flyctl', 'machines', 'everflow')).toEqual(['flyctl', 'machine', 'list', '--json', '-a', 'everflow'])
    expect(readArgv('fly', 'secrets', 'everflow')).toEqual(['fly', 'secrets', 'list', '--json', '-a', 'everflow'])
    expect(readArgv('fly', 'status', 'everflow')).toEqual(['fly', 'status', '--json', '-a', 'everflow'])
  })

  it('deploys with the user’s arguments first and ours last', () => {
    expect(deploy(['--remote-only'])).toEqual(['fly', 'deploy', '--remote-only', ...ours, '--yes', '-a', 'everflow', '-c', 'fly.toml'])
  })

  it('says app and config once, whatever the user said', () => {
    expect(deploy(['-a', 'other', '--config=x.toml', 'dir', '--ha=false', '--', 'more'])).toEqual([
      'fly',
      'deploy',
      '--ha=false',
      ...ours,
      '--yes',
      '-a',
      'everflow',
      '-c',
      'fly.toml',
    ])
  })

  it('puts no label on an image that is not built here', () => {
    expect(deploy(['-i', 'registry.fly.io/x:1'])).toEqual([
      'fly',
      'deploy',
      '-i',
      'registry.fly.io/x:1',
      '--yes',
      '-a',
      'everflow',
      '-c',
      'fly.toml',
    ])
  })

  it('leaves out a label nobody has a value for', () => {
    const argv = deployArgv({ tool: 'fly', app: 'x', config: 'fly.toml', args: [], labels: { ...labels, ledger: '' } })
    expect(argv.join(' ')).not.toContain('safe-deploy.ledger')
  })

  it('goes back by digest, rolling, without the old release command', () => {
    const image = `registry.fly.io/everflow@${digest('a')}`
    const args = [
      '--remote-only',
      '--strategy',
      'bluegreen',
      '--ha=false',
      '-e',
      'A=1',
      '--image',
      'x',
      '--regions',
      'ams',
      '--label',
      'k=v',
    ]
    expect(rollbackArgv({ tool: 'fly', app: 'everflow', config: '/tmp/co/fly.toml', image, args })).toEqual([
      ...['fly', 'deploy', '--ha=false', '-e', 'A=1', '--image', image, '--skip-release-command', '--strategy', 'rolling', '--yes'],
      ...['-a', 'everflow', '-c', '/tmp/co/fly.toml'],
    ])
  })

  it('names recorded arguments that were masked instead of deploying the mask', () => {
    expect(carryArgs(['--env', 'KEY=•••', '--vm-memory', '512'])).toEqual({ args: ['--vm-memory', '512'], lost: ['--env'] })
  })

  it('starts a machine, and runs a line on one with a shell only where it needs one', () => {
    expect(startArgv('fly', 'everflow', 'm1')).toEqual(['fly', 'machine', 'start', 'm1', '-a', 'everflow'])
    expect(sshArgv('fly', 'everflow', 'm1', 'cat /data/count').at(-1)).toBe('cat /data/count')
    expect(sshArgv('fly', 'everflow', 'm1', "echo 'a' | wc").at(-1)).toBe("/bin/sh -c 'echo '\\''a'\\'' | wc'")
  })
})

describe('fly’s own flag grammar', () => {
  it.each([
    [['-a', 'x'], { app: 'x' }],
    [['-ax'], { app: 'x' }],
    [['-a=x'], { app: 'x' }],
    [['--app=x'], { app: 'x' }],
    [['--app', 'x', '--app', 'y'], { app: 'y' }],
    [['-ya', 'x'], { app: 'x' }],
    [['--ha', '-c', 'f.toml'], { config: 'f.toml' }],
    [['--strategy', 'immediate', '--detach'], { strategy: 'immediate', detach: true }],
    [['--detach=false'], { detach: false }],
    [['--image', 'ref'], { image: 'ref' }],
    [['--depot', 'sub'], { workingDirectory: 'sub' }],
    [['--depot=true', 'sub'], { workingDirectory: 'sub' }],
    [['--remote-only', 'sub'], { workingDirectory: 'sub' }],
    [['--build-arg', 'A=1', 'sub'], { workingDirectory: 'sub' }],
    [['--', '-a'], { workingDirectory: '-a', app: null }],
    [['--env', '--app'], { app: null }],
    [['--build-only'], { buildOnly: true }],
    [['--only-regions', 'ams,fra'], { filters: [{ by: 'regions', values: ['ams', 'fra'] }] }],
    [['--process-groups=web', '--process-groups', 'worker'], { filters: [{ by: 'process-groups', values: ['web', 'worker'] }] }],
    [['--exclude-machines', 'm1'], { filters: [{ by: 'exclude-machines', values: ['m1'] }] }],
    [['--no-such-flag', 'v', 'dir', 'second'], { unknown: ['--no-such-flag', 'second'], workingDirectory: 'dir' }],
    [['--secret-flag=value'], { unknown: ['--secret-flag'] }],
    [
      [],
      { app: null, config: null, image: null, strategy: null, detach: false, filters: [], workingDirectory: null, unknown: [], rest: [] },
    ],
  ])('%j', (args, meant) => {
    expect(readFlyArgs(args)).toMatchObject(meant)
  })

  it('keeps every other argument as it was given', () => {
    expect(readFlyArgs(['-ya', 'x', '--build-arg', 'A=-a', '-e', 'B=2', '--wait-timeout=10m']).rest).toEqual([
      '-y',
      '--build-arg',
      'A=-a',
      '-e',
      'B=2',
      '--wait-timeout=10m',
    ])
  })
})

describe('the environment of fly', () => {
  it('drops what changes the app, the output or where tokens go', () => {
    const env = flyEnv(
      { LOG_LEVEL: 'debug', FLY_APP: 'other', FLYCTL_OUTPUT_HAR: 'x', FLY_ACCESS_TOKEN: '', FLY_API_TOKEN: 't', A: undefined, PATH: 'p' },
      'read',
    )
    expect(env).toEqual({
      FLY_API_TOKEN: 't',
      PATH: 'p',
      FLY_NO_UPDATE_CHECK: '1',
      FLY_NO_INCIDENTS_CHECK: '1',
      FLY_EMIT_RELEASE_JSON: '1',
      NO_COLOR: '1',
    })
  })
  it('keeps a token that is set', () => {
    expect(flyEnv({ FLY_ACCESS_TOKEN: 'x' }, 'deploy').FLY_ACCESS_TOKEN).toBe('x')
  })
  it('takes no unresolved image for a rollback', () => {
    expect(flyEnv({ DEPLOY_TRIGGER: '1' }, 'rollback').DEPLOY_TRIGGER).toBeUndefined()
    expect(flyEnv({ DEPLOY_TRIGGER: '1' }, 'deploy').DEPLOY_TRIGGER).toBe('1')
  })
  it('shows endpoints that lead elsewhere, without credentials', () => {
    expect(endpointsSet({ FLY_API_BASE_URL: 'http://u:p@127.0.0.1:1', FLY_REGION: 'ams' })).toEqual(['FLY_API_BASE_URL=http://127.0.0.1:1'])
    expect(endpointsSet({})).toEqual([])
  })
})
