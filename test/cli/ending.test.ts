import { describe, expect, it } from 'vitest'
import { carry } from '../../src/carry.ts'
import { interrupted, refusalOf } from '../../src/ending.ts'
import { refuse } from '../../src/errors.ts'
import { makeMask } from '../../src/redact.ts'

describe('what was thrown', () => {
  it('is told as it is when it was expected', () => {
    const error = refuse('HALTED', { what: 'Halted: no', next: [] })
    expect(refusalOf(error, false, (text) => text)).toBe(error.refusal)
  })

  it('is a bug otherwise: exit 70, a stack, what state things are in, no secret', () => {
    const refusal = refusalOf(new Error('boom hunter2-is-secret'), false, makeMask(['hunter2-is-secret']))
    expect(refusal).toMatchObject({ code: 'BUG', exit: 70, next: [{ argv: ['safe-deploy', 'status'] }] })
    expect(refusal.why[0]).toBe('Nothing was deployed.')
    expect(refusal.why[1]).toMatch(/^at /)
    expect(JSON.stringify(refusal)).not.toContain('hunter2')
  })

  it('does not say that nothing was deployed once an intent is recorded', () => {
    expect(refusalOf(new Error('boom'), true, (text) => text).why[0]).toContain('had begun')
  })

  it('may be anything', () => {
    for (const thrown of [null, undefined, 'text', { code: 1 }, new Error()])
      expect(refusalOf(thrown, false, (text) => text).code).toBe('BUG')
  })
})

describe('a signal before the act', () => {
  it('has the exit code shells know', () => {
    expect((['SIGHUP', 'SIGINT', 'SIGTERM'] as const).map((signal) => interrupted(signal).exit)).toEqual([129, 130, 143])
  })
})

describe('commands to type next', () => {
  const refusal = refuse('HALTED', {
    what: 'Halted',
    next: [
      { argv: ['safe-deploy', 'rollback'], says: '' },
      { argv: ['safe-deploy', 'deploy', '--app=other', '--', '--remote-only'], says: '' },
      { argv: ['git', 'status'], says: '' },
    ],
  }).refusal

  it('name the app and the config that this line named', () => {
    const carried = carry({ type: 'refused', refusal }, { globals: ['--app=web', '--config=x.yml'] })
    expect(carried.type === 'refused' && carried.refusal.next.map((one) => one.argv.join(' '))).toEqual([
      'safe-deploy rollback --app=web --config=x.yml',
      'safe-deploy deploy --app=other --config=x.yml -- --remote-only',
      'git status',
    ])
  })

  it('are left alone when it named none', () => {
    expect(carry({ type: 'refused', refusal }, { globals: [] })).toEqual({ type: 'refused', refusal })
  })
})
