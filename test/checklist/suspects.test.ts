import { describe, expect, it } from 'vitest'
import { failureKinds, sayingOf } from '../../src/checklist/failures.ts'
import { allRules } from '../../src/checklist/rules.ts'
import { type Failure, suspects } from '../../src/checklist/suspects.ts'
import type { Change, FileChange } from '../../src/model.ts'

const file = (
  path: string,
  more: { removed?: string[]; added?: string[]; status?: FileChange['status']; generated?: boolean } = {},
): FileChange => ({
  path,
  status: more.status ?? 'M',
  modes: ['100644', '100644'],
  oids: ['a', 'b'],
  opaque: false,
  generated: more.generated ?? false,
  removed: (more.removed ?? []).map((text, i) => ({ n: i + 10, text })),
  added: (more.added ?? []).map((text, i) => ({ n: i + 20, text })),
})
const change = (...files: FileChange[]): Change => ({ base: null, unseen: null, files, commits: [], added: 0, removed: 0 })
const failure = (line: string, more: Partial<Failure> = {}): Failure => ({
  lines: ['Deploying', line],
  change: change(),
  findings: [],
  secretsChanged: [],
  ...more,
})

describe.each(failureKinds().map((kind) => [kind.id, kind] as const))('the failure kind %s', (_id, kind) => {
  it.each(kind.examples.matches)('speaks in: %s', (line) => expect(sayingOf(kind, [line])).toBe(line))
  it.each(kind.examples.silent)('is silent in: %s', (line) => expect(sayingOf(kind, [line])).toBeNull())
  it('looks somewhere, and by rules that exist', () => {
    const ids = new Set(allRules().map((rule) => rule.id))
    expect(kind.look.length).toBeGreaterThan(0)
    for (const look of kind.look) {
      expect(Object.keys(look).length).toBe(1)
      for (const rule of look.rules ?? []) expect(ids).toContain(rule)
      if (look.lines) expect(() => new RegExp(look.lines!, 'i')).not.toThrow()
    }
  })
})

const loader = {
  rule: 'env-loading-removed',
  subject: 'app/settings.py',
  place: { file: 'app/settings.py', line: 12 },
  fact: 'env_file=".env" is no longer loaded in app/settings.py (line 12).',
}

describe('suspects', () => {
  it('for a refused password the removed env line comes first, then secrets and env keys', () => {
    const found = suspects(
      failure('psycopg2.OperationalError: FATAL: password authentication failed for user "app"', {
        change: change(file('app/sandbox.py', { added: ['run_in_sandbox()'] }), file('app/settings.py', { removed: ['env_file=".env"'] })),
        findings: [{ rule: 'fly-env-changed', subject: 'DB_HOST', fact: 'DB_HOST has another value in [env] of fly.toml.' }, loader],
        secretsChanged: ['secret DATABASE_URL changed'],
      }),
    )
    expect(found.map((one) => one.text).slice(0, 3)).toEqual([
      loader.fact,
      'secret DATABASE_URL changed',
      'DB_HOST has another value in [env] of fly.toml.',
    ])
    expect(found[0]).toMatchObject({
      place: { file: 'app/settings.py', line: 12 },
      because: expect.stringContaining('about credentials: psycopg2'),
    })
  })

  it('for a worker whose work stands still the removed env line comes first', () => {
    expect(suspects(failure('runs.total advances: is still 3 within 300 s', { findings: [loader] }))[0]?.text).toBe(loader.fact)
  })

  it('a key that the failure names is looked up in the change', () => {
    const found = suspects(
      failure("KeyError: 'REPORTS_BUCKET'", {
        change: change(
          file('app/a.py', { added: ['import os'] }),
          file('app/reports.py', { added: ['bucket = os.environ["REPORTS_BUCKET"]'] }),
        ),
      }),
    )
    expect(found[0]).toEqual({
      place: { file: 'app/reports.py', line: 20 },
      text: 'added: bucket = os.environ["REPORTS_BUCKET"]',
      because: 'the failure names REPORTS_BUCKET',
    })
  })

  it('a file that a stack trace names is one', () => {
    const found = suspects(
      failure('  File "/app/jobs/everflow.py", line 31, in run', { change: change(file('jobs/other.py'), file('jobs/everflow.py')) }),
    )
    expect(found).toEqual([{ place: { file: 'jobs/everflow.py' }, text: 'changed, +0 −0', because: 'the failure names this file' }])
  })

  it('a missing module points at dependencies, and not at lockfiles', () => {
    const found = suspects(
      failure("ModuleNotFoundError: No module named 'redis'", {
        change: change(file('uv.lock', { generated: true }), file('pyproject.toml'), file('README.md')),
      }),
    )
    expect(found.map((one) => one.place?.file)).toEqual(['pyproject.toml'])
  })

  it('lines of tests and documents explain nothing', () => {
    const found = suspects(
      failure('password authentication failed', {
        change: change(file('tests/test_a.py', { added: ['password = "x"'] }), file('README.md', { added: ['password'] })),
      }),
    )
    expect(found).toEqual([])
  })

  it('says nothing where nothing matches', () => {
    expect(suspects(failure('everything is fine', { change: change(file('app/a.py', { added: ['x = 1'] })), findings: [loader] }))).toEqual(
      [],
    )
    expect(suspects({ lines: [], change: change(), findings: [], secretsChanged: [] })).toEqual([])
  })

  it('are at most five, each once', () => {
    const many = Array.from({ length: 40 }, (_, i) => file(`app/f${i}.py`, { added: ['password = get()'] }))
    const found = suspects(failure('password authentication failed; KeyError', { change: change(...many), findings: [loader, loader] }))
    expect(found).toHaveLength(4)
    expect(new Set(found.map((one) => `${one.place?.file}${one.text}`)).size).toBe(4)
  })

  it('takes a long change and a long log in its stride', () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `value ${i} = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"`)
    const big = change(file('app/big.py', { added: lines }))
    expect(suspects({ lines: lines.slice(0, 200), change: big, findings: [], secretsChanged: [] })).toEqual([])
  })
})
