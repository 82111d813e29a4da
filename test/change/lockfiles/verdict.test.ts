import { describe, expect, test } from 'vitest'
import type { Between } from '../../../src/change/lockfiles/between.ts'
import { crossings } from '../../../src/change/lockfiles/crossing.ts'
import { graphOf } from '../../../src/change/lockfiles/graph.ts'
import { judgeLock } from '../../../src/change/lockfiles/judge-lock.ts'
import type { Ecosystem, Lock } from '../../../src/change/lockfiles/lock.ts'
import { pullersText } from '../../../src/change/lockfiles/puller-words.ts'
import { loadRanges } from '../../../src/change/lockfiles/range.ts'
import { lockOf } from './lock-of.ts'

const between = async (before: Lock, after: Lock, asked: string[] = [], reverts = false): Promise<Between> => ({
  before: graphOf(before),
  after: graphOf(after),
  read: await loadRanges(after.ecosystem),
  asked: (name) => asked.includes(name),
  reverts,
})

const judged = async (...args: Parameters<typeof between>) => {
  const { crossed, families } = judgeLock(crossings(args[0], args[1]), await between(...args))
  return {
    verdicts: Object.fromEntries(crossed.map(({ name, verdict }) => [name, verdict])),
    one: crossed[0],
    families: families.map(({ leader, members }) => [leader.name, members.length]),
  }
}

const web = (pool: string, constraint: string | null, sidekiq = '8.0.1', asks: Record<string, string> = { sidekiq: '' }) =>
  lockOf({ has: { [`pool@${pool}`]: {}, [`sidekiq@${sidekiq}`]: { pool: constraint } }, asks })

describe('who needed it', () => {
  test('nobody: every puller would still take the old one', async () => {
    const { one } = await judged(web('2.5.5', '>= 2.5.0'), web('3.0.2', '>= 2.5.0', '8.0.2'))
    expect(one).toMatchObject({ verdict: 'uninvited', direct: 'no', dev: 'no', path: ['sidekiq'] })
  })

  test('a puller whose constraint no longer takes the old one', async () => {
    const { one } = await judged(web('2.5.5', '>= 2.5.0'), web('3.0.2', '>= 3.0', '8.1.0'))
    expect(one?.verdict).toBe('forced')
    expect(one?.forces).toMatchObject([{ because: 'constraint', by: 'sidekiq', constraint: '>= 3.0' }])
  })

  test('that a direct dependency crosses in the same change invites no other', async () => {
    const { verdicts } = await judged(
      web('2.5.5', '>= 2.5.0', '7.3.0', { sidekiq: '~> 7.3' }),
      web('3.0.2', '>= 2.5.0', '8.0.1', { sidekiq: '~> 8.0' }),
    )
    expect(verdicts).toEqual({ sidekiq: 'invited', pool: 'uninvited' })
  })

  test('the project: it asks for another range than before, for it at all, or no longer', async () => {
    const asks = (range?: string) => ({ sidekiq: '', ...(range ? { pool: range } : {}) })
    const now = (range?: string) => web('3.0.2', '>= 2.5.0', '8.0.1', asks(range))
    const was = (range?: string) => web('2.5.5', '>= 2.5.0', '8.0.1', asks(range))
    expect((await judged(was('~> 2.5'), now('~> 3.0'))).one).toMatchObject({ verdict: 'invited', direct: 'yes' })
    expect((await judged(was(), now('~> 3.0'))).one).toMatchObject({ verdict: 'invited', direct: 'yes' })
    expect((await judged(was('~> 2.5'), now())).one).toMatchObject({ verdict: 'invited', direct: 'no' })
    expect((await judged(was('>= 2'), now('>= 2'))).one).toMatchObject({ verdict: 'uninvited', direct: 'yes', path: [] })
  })

  test('a commit or a manifest line that names it', async () => {
    expect((await judged(web('2.5.5', '>= 2'), web('3.0.2', '>= 2'), ['pool'])).one?.verdict).toBe('invited')
  })

  test('where no constraint is recorded: nobody, if no puller moved; a puller that moved may have', async () => {
    const of = (ecosystem: Ecosystem, pool: string, sidekiq: string): Lock => ({ ...web(pool, null, sidekiq), ecosystem })
    const verdict = async (ecosystem: Ecosystem, sidekiq: string, asked: string[] = []) =>
      (await judged(of(ecosystem, '2.5.5', '8.0.1'), of(ecosystem, '3.0.2', sidekiq), asked)).verdicts.pool
    expect(await verdict('rust', '8.0.1')).toBe('uninvited')
    expect(await verdict('rust', '8.1.0')).toBe('forced')
    expect(await verdict('python', '8.1.0')).toBe('uninvited')
    expect(await verdict('python', '8.1.0', ['sidekiq'])).toBe('forced')
  })

  test('only those that came along themselves: it is brought by them, and of a circle the one that most pull is the origin', async () => {
    const rack = (v: number, need: string) =>
      lockOf({
        has: { [`session@${v}.0`]: { rack: need }, [`rack@${v + 1}.0`]: {}, 'ui@1.0': { session: '>= 1', rack: '>= 1' } },
        asks: { ui: '' },
      })
    const of = async (asked: string[]) =>
      judgeLock(crossings(rack(1, '< 3'), rack(2, '>= 3')), await between(rack(1, '< 3'), rack(2, '>= 3'), asked)).crossed.map((one) => [
        one.name,
        one.verdict,
        one.broughtBy,
      ])
    expect(await of([])).toEqual([
      ['session', 'forced', 'rack'],
      ['rack', 'uninvited', null],
    ])
    expect(await of(['session'])).toEqual([
      ['session', 'invited', null],
      ['rack', 'forced', null],
    ])
    const circle = (v: string) =>
      lockOf({ has: { [`a@${v}`]: { b: `= ${v}` }, [`b@${v}`]: { a: `= ${v}` }, 'c@1.0': { a: '' } }, asks: { c: '' } })
    expect((await judged(circle('1.0'), circle('2.0'))).verdicts).toEqual({ a: 'uninvited', b: 'forced' })
  })

  test('what it needs itself outgrew it', async () => {
    const i18n = (v: string, rails: string, takes: string) =>
      lockOf({ has: { [`i18n@${v}`]: { rails: takes }, [`rails@${rails}`]: {} }, asks: { i18n: '', rails: `~> ${rails}` } })
    expect((await judged(i18n('7.0', '7.2', '< 8'), i18n('8.1', '8.1', '< 9'))).verdicts).toEqual({ i18n: 'forced', rails: 'invited' })
    expect((await judged(i18n('7.0', '7.2', '< 9'), i18n('8.1', '8.1', '< 9'))).verdicts).toEqual({ i18n: 'uninvited', rails: 'invited' })
  })

  test('a constraint that is not understood forces nothing', async () => {
    expect((await judged(web('2.5.5', '>= 2'), web('3.0.2', 'what is this'))).one?.verdict).toBe('uninvited')
  })
})

describe('what the step means', () => {
  test.each([
    ['certifi', '2025.1.1', '2026.1.1', 'calver'],
    ['anything', '24.1.0', '2025.1.0', 'calver'],
    ['setuptools', '78.0', '83.0', 'rolling'],
    ['libdatadog', '25.0', '36.0', 'rolling'],
    ['minitest', '5.25', '6.0', 'seldom'],
    ['other', '5.25', '6.0', 'uninvited'],
  ])('%s %s → %s is %s', async (name, from, to, verdict) => {
    const lock = (version: string) => lockOf({ has: { 'a@1.0': { [name]: '>= 0' }, [`${name}@${version}`]: {} }, asks: { a: '' } })
    expect((await judged(lock(from), lock(to))).verdicts[name]).toBe(verdict)
  })

  test('going back is taking back where a commit says so, else it is a step like any other', async () => {
    expect((await judged(web('3.0.2', '>= 2'), web('2.5.5', '>= 2'), [], true)).one?.verdict).toBe('undo')
    expect((await judged(web('3.0.2', '>= 2'), web('2.5.5', '>= 2'))).one).toMatchObject({ verdict: 'uninvited', direction: 'down' })
    expect((await judged(web('2.5.5', '>= 2'), web('3.0.2', '>= 2'), [], true)).one?.verdict).toBe('uninvited')
  })
})

describe('where it runs', () => {
  const lock = (version: string, asks: Record<string, string> | null, tests: Record<string, string> = {}) =>
    lockOf({ has: { 'a@1.0': { b: '' }, 'b@1.0': { c: '>= 1' }, [`c@${version}`]: {} }, asks, tests })

  test('only in tests, where no way leads there from what production asks for', async () => {
    const tests = { a: '' }
    expect((await judged(lock('1.0', {}, tests), lock('2.0', {}, tests))).one).toMatchObject({ dev: 'yes', path: ['a', 'b'] })
    expect((await judged(lock('1.0', { b: '' }, tests), lock('2.0', { b: '' }, tests))).one).toMatchObject({ dev: 'no', path: ['b'] })
  })

  test('not known, where the wishes of the project are not, unless the lockfile marks it', async () => {
    expect((await judged(lock('1.0', null), lock('2.0', null))).one).toMatchObject({ dev: 'unknown', direct: 'unknown', path: null })
    const marked = lock('2.0', null)
    const dev = { ...marked, packages: marked.packages.map((one) => ({ ...one, dev: true })) }
    expect((await judged(lock('1.0', null), dev)).one?.dev).toBe('yes')
  })

  test('packages that pull each other in a circle end', async () => {
    const circle = (version: string) => lockOf({ has: { [`a@${version}`]: { b: '' }, 'b@1.0': { a: '' } }, asks: { b: '' } })
    expect((await judged(circle('1.0'), circle('2.0'))).one?.path).toEqual(['b'])
  })
})

describe('siblings', () => {
  const scope = (version: string, names: string[], asks: Record<string, string>) =>
    lockOf({ ecosystem: 'npm', has: Object.fromEntries(names.map((name) => [`${name}@${version}`, {}])), asks })
  const babel = ['@babel/core', '@babel/parser', '@babel/types']

  test('three of a scope that cross together are one, led by the one that was asked for', async () => {
    const { verdicts, families } = await judged(
      scope('7.0.0', babel, { '@babel/parser': '^7' }),
      scope('8.0.0', babel, { '@babel/parser': '^8' }),
    )
    expect(families).toEqual([['@babel/parser', 3]])
    expect(Object.values(verdicts)).toEqual(['grouped', 'grouped', 'grouped'])
  })

  test('a leader that nobody asked for speaks for itself', async () => {
    const root = (version: string) => {
      const lock = scope(version, babel, {})
      return { ...lock, roots: [{ name: 'x', to: null, constraint: '*', dev: false, from: 'package.json' }] }
    }
    const { verdicts, families } = await judged(root('7.0.0'), root('8.0.0'))
    expect(families).toEqual([['@babel/core', 3]])
    expect(verdicts).toEqual({ '@babel/core': 'uninvited', '@babel/parser': 'grouped', '@babel/types': 'grouped' })
  })

  test('that they pin each other is no need', async () => {
    const rails = (v: string) =>
      lockOf({
        has: {
          [`rails@${v}`]: { actionpack: `= ${v}`, activesupport: `= ${v}` },
          [`actionpack@${v}`]: { activesupport: `= ${v}` },
          [`activesupport@${v}`]: {},
          'admin@1.0': { rails: '>= 7' },
        },
        asks: { admin: '' },
      })
    expect((await judged(rails('7.2'), rails('8.0'))).verdicts).toEqual({
      rails: 'uninvited',
      actionpack: 'grouped',
      activesupport: 'grouped',
    })
  })

  test('two, or three that go different ways, or share an everyday word, are none', async () => {
    const two = babel.slice(1)
    expect((await judged(scope('7.0.0', two, {}), scope('8.0.0', two, {}))).families).toEqual([])
    const mixed = (versions: string[]) =>
      lockOf({ ecosystem: 'npm', has: Object.fromEntries(babel.map((name, i) => [`${name}@${versions[i]}`, {}])) })
    expect((await judged(mixed(['7.0.0', '7.0.0', '6.0.0']), mixed(['8.0.0', '8.0.0', '8.0.0']))).families).toEqual([])
    const words = ['string-width', 'string-length', 'string-argv']
    const apart = (versions: string[]) =>
      lockOf({ ecosystem: 'npm', has: Object.fromEntries(words.map((name, i) => [`${name}@${versions[i]}`, {}])) })
    expect((await judged(apart(['1.0.0', '1.1.0', '1.2.0']), apart(['2.0.0', '2.4.0', '2.1.0']))).families).toEqual([])
  })
})

test('pullers are told with their constraint and how far it reaches; what is not recorded is not made up', async () => {
  const lock = lockOf({
    has: {
      'x@3.0': {},
      'b@1.0': { x: '>= 2.5.0' },
      'a@1.0': { x: '' },
      'c@1.0': { x: '>= 2, < 4' },
      'd@1.0': { x: null },
      'e@1.0': { x: null },
    },
    asks: { x: '~> 3.0' },
  })
  const { after, read } = await between(lock, lock)
  expect(pullersText(after.pullers.get('x@3.0')!, read)).toBe(
    'manifest ~> 3.0 (admits one major), b >= 2.5.0 (no ceiling), a (any version), c >= 2, < 4 (admits 2 majors), d and e (constraint not recorded in this lockfile)',
  )
  expect(pullersText([], read)).toBe('what pulls it is not recorded in this lockfile')
})
