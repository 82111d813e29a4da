import { describe, expect, test } from 'vitest'
import { makeOutlets } from '../../src/notifiers/make.ts'
import { jobUrl, repositoryOf } from '../../src/notifiers/repository-of.ts'
import type { NotifySpec } from '../../src/notifiers/spec.ts'
import { deps, notice } from './notice.ts'

const HOOK: NotifySpec = { kind: 'webhook', url: { env: 'U' }, secret: { env: 'S' }, audience: 'ops' }
const RELAY: NotifySpec = { kind: 'relay', url: 'http://relay.internal:8080', token: { env: 'T' }, ttlMs: 60_000, app: null }
const AM: NotifySpec = {
  kind: 'alertmanager',
  url: 'http://am:9093',
  auth: null,
  headers: { 'X-Scope-OrgID': 'one', 'X-Key': { env: 'S' } },
  // A label whose name and value look like an env key.
  labels: { env: 'production' },
  silence: { env: 'production' },
}

describe('making outlets', () => {
  test('an env key that is not set, or empty, is named, and what needs it is left out', () => {
    const made = makeOutlets([HOOK, RELAY, AM], deps({ U: 'https://hook.example/x', S: '', T: 'a-token' }))
    expect(made.outlets.map(({ id }) => id)).toEqual(['relay relay.internal:8080'])
    expect(made.unset).toEqual(['S'])
    expect(made.missing).toEqual([
      { id: 'webhook $U', keys: ['S'] },
      { id: 'alertmanager am:9093', keys: ['S'] },
    ])
    expect(made.secrets).toContain('a-token')
  })

  test('a label is never taken for an env key', () => {
    expect(makeOutlets([AM], deps({ S: 'x' })).unset).toEqual([])
  })

  test('the same outlet twice is one', () => {
    expect(makeOutlets([HOOK, HOOK], deps({ U: 'https://hook.example', S: 's' })).outlets).toHaveLength(1)
  })

  test('ids tell two places at one host apart and show no path', () => {
    const at = (url: string): NotifySpec => ({ kind: 'webhook', url, secret: null, audience: 'ops' })
    const ids = makeOutlets([at('https://hook.example/abcdefgh'), at('https://hook.example/ijklmnop')], deps()).outlets.map(({ id }) => id)
    expect(new Set(ids).size).toBe(2)
    for (const id of ids) expect(id).toMatch(/^webhook hook\.example #[0-9a-f]{6}$/)
  })

  test.each([
    ['not a url', 'holds no URL'],
    ['ftp://host/x', 'holds no URL'],
    ['https://kim:pass@host/x', 'user or password'],
    ['https://host/x\nhttps://host/y', 'more than one line'],
  ])('an env key that holds %j fails for good and shows nothing of it', async (value, why) => {
    const { outlets } = makeOutlets([HOOK], deps({ U: value, S: 's' }))
    const told = await outlets[0]?.tell(notice(), {}, 1000)
    expect(told).toMatchObject({ ok: false, final: true, why: expect.stringContaining(why) })
    expect(JSON.stringify(told)).not.toContain('host/x')
  })

  test('white space round what an env key holds is not part of it', async () => {
    const { outlets } = makeOutlets([HOOK], deps({ U: ' http://127.0.0.1:9/x\n', S: 's' }))
    expect(await outlets[0]?.tell(notice(), {}, 1000)).toMatchObject({ ok: false, final: false })
  })
})

describe('which repository', () => {
  const github = { repository: null, api: 'https://api.github.com' }

  test.each([
    'git@github.com:o/r.git',
    'https://github.com/o/r.git',
    'https://github.com/o/r/',
    'https://x-token:abc@github.com/o/r',
    'ssh://git@github.com/o/r.git',
    'ssh://git@github.com:22/o/r',
    'git@GitHub.com:o/r',
  ])('%s', (url) => {
    expect(repositoryOf(github, {}, url)).toBe('o/r')
  })

  test.each([
    'git@gitlab.com:o/r.git',
    '/srv/git/r.git',
    '../r',
    'https://github.com/o',
    'https://github.com.evil.example/o/r',
    '',
    'file:///o/r',
  ])('not %j', (url) => {
    expect(repositoryOf(github, {}, url)).toBeNull()
  })

  test('an Enterprise server is its own host', () => {
    expect(repositoryOf({ repository: null, api: 'https://ghe.example/api/v3' }, {}, 'git@ghe.example:o/r.git')).toBe('o/r')
    expect(repositoryOf({ repository: null, api: 'https://ghe.example/api/v3' }, {}, 'git@github.com:o/r.git')).toBeNull()
  })

  test('the config goes before the job, and the job before the remote', () => {
    const env = { GITHUB_REPOSITORY: 'job/repo' }
    expect(repositoryOf({ ...github, repository: 'said/so' }, env, 'git@github.com:o/r')).toBe('said/so')
    expect(repositoryOf(github, env, 'git@github.com:o/r')).toBe('job/repo')
    expect(repositoryOf(github, { GITHUB_REPOSITORY: '../../x' }, 'git@github.com:o/r')).toBe('o/r')
  })

  test('the log is the page of the job, where there is one', () => {
    const env = { GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'o/r', GITHUB_RUN_ID: '77' }
    expect(jobUrl(env)).toBe('https://github.com/o/r/actions/runs/77')
    expect(jobUrl({ ...env, GITHUB_RUN_ID: '' })).toBeNull()
  })
})
