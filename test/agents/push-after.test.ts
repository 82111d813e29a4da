import { expect, test } from 'vitest'
import { afterGit } from '../../src/agents/push/after-git.ts'
import { readPush } from '../../src/agents/push/read-push.ts'
import { FLY, makePushHouse, ON_MAIN, type PushHouse, workflow } from './push-house.ts'

/** Reads a push after the git commands before it on the same line. */
const after = (house: PushHouse, ...lines: string[]) => {
  const world = lines.slice(0, -1).reduce((now, line) => afterGit(line.split(' '), now), house.world())
  return readPush(lines.at(-1)!.split(' '), world).verdict
}

test('a push goes where the commands before it lead', () => {
  const house = makePushHouse({ [FLY]: ON_MAIN })
  house.git('config', 'alias.co', 'checkout')
  house.git('checkout', '-q', 'main')
  house.git('checkout', '-q', 'feature')
  for (const line of [
    'checkout main',
    'switch main',
    'checkout -',
    'co main',
    'checkout -B main',
    'switch -c main',
    'branch -M main',
    '-C . checkout -q main',
  ])
    expect(after(house, line, 'merge feature', 'push'), line).toBe('deploy')
})

test('and not elsewhere', () => {
  const house = makePushHouse({ [FLY]: ON_MAIN })
  house.git('checkout', '-q', 'main')
  for (const line of ['checkout feature', 'switch -c new', 'checkout -b new origin/main', 'checkout --detach', 'switch feature'])
    expect(after(house, line, 'push'), line).toBe('clear')
  for (const line of [
    'checkout README.md',
    'checkout feature -- README.md',
    'checkout -- feature',
    'status',
    'branch feature2',
    'branch -m feature other',
  ])
    expect(after(house, line, 'push'), line).toBe('deploy')
})

test('a tag made before counts', () => {
  const house = makePushHouse({ [FLY]: workflow("push:\n  tags: ['out-*']", 'fly deploy') })
  expect(after(house, 'push origin out-1')).toBe('clear')
  expect(after(house, 'tag -a -m x out-1', 'push origin out-1')).toBe('deploy')
  expect(after(house, 'tag -d out-1', 'push origin out-1')).toBe('clear')
})

test('the world itself is left as it was', () => {
  const house = makePushHouse({ [FLY]: ON_MAIN })
  const world = house.world()
  afterGit(['checkout', 'main'], world)
  expect(readPush(['push'], world).verdict).toBe('clear')
})
