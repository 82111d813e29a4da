import { describe, expect, it } from 'vitest'
import { doctor } from '../../src/commands/doctor.ts'
import { type DoctorSources, trials } from '../../src/commands/doctor-trials.ts'
import { refuse } from '../../src/errors.ts'
import { end, intend, stateAfter } from '../support/ledger.ts'
import { listen } from './heard.ts'

const NOW = Date.parse('2026-03-01T10:01:00Z')

const ALONE = { state: stateAfter(intend(1), end(1, 'deployed')), blocked: null, shared: null, named: true, waiting: 0 }
const SHARED = { ...ALONE, shared: { takes: 'any' as const, left: null, at: 'origin', url: 'https://github.com/acme/everflow' } }

const well: DoctorSources = {
  node: '20.19.0',
  now: NOW,
  git: async () => 'git version 2.39.5',
  settings: async () => ({
    file: 'safe-deploy.yml',
    app: 'everflow',
    root: '/r',
    env: { files: ['.env'], required: [], inherit: 'toolchain', inject: [], mute: 'default' },
    target: { kind: 'fly', config: 'fly.toml', args: [], dir: '', timeoutMs: 1 },
    smoke: [{ name: 'a', run: 'true', timeoutMs: 1, proves: [] }],
    probes: [{ kind: 'http', url: 'http://x', status: null, contains: null, withinMs: 1 }],
  }),
  tool: async () => 'fly v0.3.100 linux/amd64',
  reading: async () => ({ ok: true, truth: { kind: 'command', current: 'v1' } }),
  ledger: async () => ALONE,
  envFile: async () => ({ there: true, readable: true, tracked: false, ships: false }),
  agents: async () => ({ hooks: [], others: [], unguarded: [] }),
}

const examine = async (ill: Partial<DoctorSources> = {}) => {
  const heard = listen()
  const exit = await doctor(trials({ ...well, ...ill }), heard.emit)
  const said = heard.events.flatMap((event) => (event.type === 'said' ? [event.text] : []))
  return { exit, said, of: (name: string) => said.filter((text) => text.split(/\s+/)[1] === name).join('\n') }
}

describe('doctor', () => {
  it('finds nothing where nothing is wrong', async () => {
    const { exit, said } = await examine()
    expect(exit).toBe(0)
    for (const line of said) expect(line).toMatch(/^ok /)
  })

  it('names outlets that lack an env key, and fails nothing for it', async () => {
    const missing = [{ id: 'webhook $U', keys: ['U', 'S'] }]
    const { exit, of } = await examine({ notify: async () => ({ outlets: [{ id: 'slack $HOOK' }], missing }) })
    expect(exit).toBe(0)
    expect(of('notify')).toMatch(/ok .*1 outlet to tell of a halt.*Next: safe-deploy notify test/)
    expect(of('notify')).toMatch(/warn .*webhook \$U would not be told from here: \$U and \$S are not set/)
    expect((await examine({ notify: async () => ({ outlets: [], missing: [] }) })).of('notify')).toBe('')
  })

  it.each([
    ['node', { node: '20.18.3' }, 64, /20\.19 or newer/],
    ['git', { git: async () => null }, 69, /not on PATH/],
    ['git', { git: async () => 'git version 2.25.1' }, 64, /2\.31 or newer/],
    ['fly', { tool: async () => null }, 69, /neither fly nor flyctl/],
    ['login', { reading: async () => ({ ok: false, code: 'LOGGED_OUT', why: 'no access token' }) }, 69, /Next: fly auth login/],
    ['login', { reading: async () => ({ ok: false, code: 'APP_NOT_VISIBLE', why: 'no such app' }) }, 69, /no such app/],
    ['ledger', { ledger: async () => ({ ...ALONE, state: null, blocked: 'EROFS' }) }, 69, /cannot be written: EROFS/],
    ['env', { envFile: async () => ({ there: false, readable: false, tracked: false, ships: false }) }, 64, /\.env is not there/],
    ['env', { envFile: async () => ({ there: true, readable: false, tracked: false, ships: false }) }, 64, /cannot be read/],
  ] as [string, Partial<DoctorSources>, number, RegExp][])('names what fails: %s', async (name, ill, code, says) => {
    const { exit, of } = await examine(ill)
    expect(exit).toBe(code)
    expect(of(name)).toMatch(/^fail /m)
    expect(of(name)).toMatch(says)
  })

  it.each([
    ['env', { envFile: async () => ({ there: true, readable: true, tracked: true, ships: true }) }, /tracked by git/],
    ['env', { envFile: async () => ({ there: true, readable: true, tracked: false, ships: true }) }, /\.dockerignore/],
    ['clock', { now: NOW - 3_600_000 }, /minutes in the future/],
    ['ledger', { ledger: async () => ({ ...SHARED, named: false }) }, /does not say its id.*Next: safe-deploy ledger share/],
    ['ledger', { ledger: async () => ({ ...ALONE, waiting: 2 }) }, /2 outcomes .* wait.*status --live/],
    ['ledger', { ledger: async () => ({ ...SHARED, shared: { ...SHARED.shared, takes: 'heads' as const } }) }, /CI jobs/],
    ['ledger', { ledger: async () => ({ ...SHARED, shared: { ...SHARED.shared, left: 'refs/x' } }) }, /refs\/x could not be taken away/],
    ['proof', { settings: async () => ({ ...(await well.settings()), probes: [] }) }, /no probe/],
    ['config', { settings: async () => ({ ...(await well.settings()), file: null }) }, /safe-deploy init/],
  ] as [string, Partial<DoctorSources>, RegExp][])('warns of %s and still exits 0', async (name, ill, says) => {
    const { exit, of } = await examine(ill)
    expect(exit).toBe(0)
    expect(of(name)).toMatch(/^warn /m)
    expect(of(name)).toMatch(says)
  })

  it('tells a broken config once, and tries what does not need it', async () => {
    const broken = refuse('CONFIG', { what: 'safe-deploy.yml has 2 problems', why: ['line 3', 'line 9'] })
    const { exit, said, of } = await examine({
      settings: async () => {
        throw broken
      },
    })
    expect(exit).toBe(64)
    expect(said.filter((line) => line.startsWith('fail'))).toHaveLength(1)
    expect(of('config')).toContain('line 9')
    expect(of('fly')).toContain('not tried: config comes first')
    expect(of('git')).toMatch(/^ok /)
  })

  it('says where a shared ledger is, and what a job on that host needs', async () => {
    const { exit, of } = await examine({ ledger: async () => SHARED })
    expect(exit).toBe(0)
    expect(of('ledger')).toMatch(/^ok .*3 events on origin, readable and writable$/)
    expect(of('ci')).toMatch(/contents: write/)
    expect(of('ci')).not.toMatch(/GitLab/)
    expect((await examine()).of('ci')).toBe('')
  })

  it('never answers with itself', async () => {
    const unreachable = refuse('LEDGER_UNREACHABLE', {
      what: 'The shared ledger on origin cannot be reached.',
      why: ['no route to host', 'saw it last at noon'],
      next: [
        { argv: ['safe-deploy', 'doctor'], says: '' },
        { argv: ['safe-deploy', 'rollback'], says: '' },
      ],
    })
    const { exit, of } = await examine({ ledger: () => Promise.reject(unreachable) })
    expect(exit).toBe(69)
    expect(of('ledger')).toMatch(/saw it last at noon.*Next: safe-deploy rollback/)
  })

  it('counts another platform as no lack of fly', async () => {
    const settings = async () => ({
      ...(await well.settings()),
      target: { kind: 'command' as const, name: 'web', deploy: 'd', current: 'c', rollback: null, dir: '', timeoutMs: 1 },
    })
    expect((await examine({ settings, tool: async () => null })).exit).toBe(0)
  })
})
