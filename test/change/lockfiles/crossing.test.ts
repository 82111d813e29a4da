import { describe, expect, test } from 'vitest'
import { crossings, zeroMinors } from '../../../src/change/lockfiles/crossing.ts'
import { compareVersions, majorOf } from '../../../src/change/lockfiles/versions.ts'
import { lockOf } from './lock-of.ts'

const lock = (...ids: string[]) => lockOf({ has: Object.fromEntries(ids.map((id) => [id, {}])) })
const crossed = (before: string[], after: string[]) =>
  crossings(lock(...before), lock(...after)).map(({ name, copy, from, to, direction }) => `${name} ${from} → ${to} ${copy} ${direction}`)

describe('a major', () => {
  test.each([
    ['1.2.3', '1'],
    ['v6.4.1', '6'],
    ['=2.0', '2'],
    ['1!2.0', '1!2'],
    ['2025.11.12', '2025'],
    ['8.0.4.1', '8'],
    ['0.35.0', '0'],
    ['3.0.0-rc.1', '3'],
    ['v2.3.0+incompatible', '2'],
    ['dev-main', null],
    ['', null],
    ['1234567890abcdef1234567890abcdef12345678', null],
    ['9'.repeat(5000), null],
  ])('%s is of %s', (version, major) => {
    expect(majorOf(version)).toBe(major)
  })

  test('versions are ordered by their numbers; a pre-release is lower than its release', () => {
    const sorted = ['0.9.9', '1.0.0-rc.1', '1.0.0', '1.0.0.post1', '1.2', '1.10', '2.0.0.rc1', '2.0', '1!0.1']
    expect([...sorted].reverse().sort(compareVersions)).toEqual(sorted)
    expect(compareVersions('1.18.0-x86_64-linux', '1.18.0-arm64-darwin')).toBeGreaterThan(0)
    expect(compareVersions('1.0', '1.0.0')).toBe(0)
  })
})

test('a major that went while another came is a cross, up or down, by the highest versions', () => {
  expect(crossed(['a@1.0.0'], ['a@2.0.0'])).toEqual(['a 1.0.0 → 2.0.0 cross up'])
  expect(crossed(['a@3.1.0'], ['a@2.9.0'])).toEqual(['a 3.1.0 → 2.9.0 cross down'])
  expect(crossed(['a@1.0.0', 'a@1.5.0', 'a@2.0.0'], ['a@2.0.0', 'a@3.0.0', 'a@4.1.0'])).toEqual(['a 1.5.0 → 4.1.0 cross up'])
  expect(crossed(['a@0.9.0'], ['a@1.0.0'])).toEqual(['a 0.9.0 → 1.0.0 cross up'])
})

test('a new one beside those that stay is a second copy', () => {
  expect(crossed(['a@1.0.0'], ['a@1.0.0', 'a@2.0.0'])).toEqual(['a 1.0.0 → 2.0.0 second-copy up'])
})

test('nothing else is anything: minors, a copy less, a package that comes or goes, what has no version', () => {
  expect(crossed(['a@1.0.0'], ['a@1.9.0'])).toEqual([])
  expect(crossed(['a@0.1.0'], ['a@0.2.0'])).toEqual([])
  expect(crossed(['a@1.0.0', 'a@2.0.0'], ['a@2.0.0'])).toEqual([])
  expect(crossed([], ['a@2.0.0'])).toEqual([])
  expect(crossed(['a@2.0.0'], [])).toEqual([])
  expect(crossed(['a@1.0.0'], ['a@dev-main'])).toEqual([])
  const git = lock('a@1.0.0')
  expect(crossings(git, { ...git, packages: git.packages.map((one) => ({ ...one, version: null })) })).toEqual([])
})

test('0.x minors are a thing of their own', () => {
  const minors = zeroMinors(lock('a@0.1.3', 'b@1.0.0', 'c@0.9.0'), lock('a@0.2.0', 'b@1.1.0', 'c@1.0.0'))
  expect(minors.map(({ name, from, to }) => `${name} ${from} → ${to}`)).toEqual(['a 0.1.3 → 0.2.0'])
})
