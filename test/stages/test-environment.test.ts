import { describe, expect, it } from 'vitest'
import { type EnvironmentInput, makeEnvironment, toMute } from '../../src/stages/test/environment.ts'
import { mutedKeys, sinkAddress } from '../../src/stages/test/mute.ts'
import { makeSettings } from '../change/settings.ts'

type Env = ReturnType<typeof makeSettings>['env']

const input = (env: Partial<Env>, more: Partial<EnvironmentInput> = {}): EnvironmentInput => ({
  settings: makeSettings({ env: { ...makeSettings().env, ...env }, smoke: [{ name: 's', run: 'x', timeoutMs: 1, proves: ['PROVED'] }] }),
  shell: {
    PATH: '/bin',
    HOME: '/h',
    LC_ALL: 'C',
    NODE_OPTIONS: '-x',
    REQ: 'r',
    FILE_KEY: 'shell',
    FLY_SECRET: 's',
    PROVED: 'p',
    GONE: undefined,
  },
  file: { FILE_KEY: 'file', PATH: '/evil', OTHER: 'o' },
  secretNames: ['FLY_SECRET'],
  ...more,
})

describe('the environment of smokes', () => {
  it('toolchain passes everything but what env files, required, proves and the target’s secrets name', () => {
    const { base } = makeEnvironment(input({ required: ['REQ'] }), 'http://s')
    expect(base).toEqual({ PATH: '/bin', HOME: '/h', LC_ALL: 'C', NODE_OPTIONS: '-x' })
  })

  it('minimal passes the few that any program needs, all passes all', () => {
    expect(makeEnvironment(input({ inherit: 'minimal' }), 'http://s').base).toEqual({ PATH: '/bin', HOME: '/h', LC_ALL: 'C' })
    expect(makeEnvironment(input({ inherit: 'all' }), 'http://s').base).toMatchObject({ FILE_KEY: 'shell', FLY_SECRET: 's', REQ: 'r' })
  })

  it('injects by name, from the file before the shell', () => {
    const { base } = makeEnvironment(input({ inject: ['FILE_KEY', 'FLY_SECRET', 'NOWHERE'] }), 'http://s')
    expect(base).toMatchObject({ FILE_KEY: 'file', FLY_SECRET: 's' })
    expect(base).not.toHaveProperty('NOWHERE')
  })

  it('has the file’s values only in the second environment, and names which', () => {
    const { base, injected, added } = makeEnvironment(input({}), 'http://s')
    expect(base).not.toHaveProperty('FILE_KEY')
    expect(injected).toMatchObject({ FILE_KEY: 'file', OTHER: 'o', PATH: '/bin' })
    expect(added.sort()).toEqual(['FILE_KEY', 'OTHER'])
  })

  it('points muted keys at the sink in both, above file, shell and inject', () => {
    const slack = 'SLACK_WEBHOOK_URL'
    const muting = input(
      { inject: [slack] },
      { shell: { PATH: '/bin', SENTRY_DSN: 'https://k@sentry.io/1' }, file: { [slack]: 'https://hooks.slack.com/x' } },
    )
    const { base, injected, muted, added } = makeEnvironment(muting, 'http://127.0.0.1:9')
    expect(muted).toEqual(['SENTRY_DSN', slack])
    for (const env of [base, injected]) {
      expect(env[slack]).toBe('http://127.0.0.1:9/SLACK_WEBHOOK_URL')
      expect(env.SENTRY_DSN).toBe('http://muted@127.0.0.1:9/SENTRY_DSN/1')
    }
    expect(added).toEqual([])
  })

  it('mutes nothing that no one could read, and nothing on request', () => {
    expect(toMute(input({}))).toEqual([])
    expect(mutedKeys('none', ['SLACK_WEBHOOK_URL'])).toEqual([])
  })

  it('mutes by list: names as they are, patterns among the known', () => {
    expect(mutedKeys(['PAGER', '*_HOOK'], ['MY_HOOK', 'HOOKS', 'SLACK_WEBHOOK_URL'])).toEqual(['MY_HOOK', 'PAGER'])
  })

  it('knows the usual alert keys, and not everything with a URL', () => {
    const alert = [
      'SLACK_WEBHOOK_URL',
      'OPS_SLACK_WEBHOOK',
      'DISCORD_WEBHOOK_URL',
      'TEAMS_WEBHOOK',
      'SENTRY_DSN',
      'WEB_SENTRY_DSN',
      'ALERT_URL',
      'ALERTMANAGER_URL',
    ]
    const plain = ['DATABASE_URL', 'WEBHOOK_SECRET', 'API_URL', 'SLACK_BOT_TOKEN', 'STRIPE_WEBHOOK_SECRET']
    expect(mutedKeys('default', [...alert, ...plain])).toEqual([...alert].sort())
    expect(sinkAddress('http://h:1', 'A B')).toBe('http://h:1/A%20B')
  })
})
