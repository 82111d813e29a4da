import { expect, test } from 'vitest'
import { asksFor, names } from '../../../src/change/lockfiles/mention.ts'

test.each([
  ['Bump connection_pool from 2.5.5 to 3.0.2', 'connection_pool', 'ruby'],
  ['Bump the group: rack, rails', 'rack', 'ruby'],
  ['bump rack.', 'rack', 'ruby'],
  ['bump rack@3', 'rack', 'ruby'],
  ['rack-3.1.16', 'rack', 'ruby'],
  ['gem "rack", "~> 2.2"', 'rack', 'ruby'],
  ["gem 'sidekiq', require: 'sidekiq/web'", 'sidekiq', 'ruby'],
  ['Bump @babel/core to 8', '@babel/core', 'npm'],
  ['"lodash.merge": "^4"', 'lodash.merge', 'npm'],
  ['Pin Jaraco.Classes', 'jaraco-classes', 'python'],
  ['  "starlette<1",', 'starlette', 'python'],
  ['symfony/mime to v8', 'symfony/mime', 'php'],
] as const)('%s names %s', (text, name, ecosystem) => {
  expect(names(text, name, ecosystem)).toBe(true)
})

test.each([
  ['Bump rack-session from 1 to 2', 'rack', 'ruby'],
  ['Bump my-rack', 'rack', 'ruby'],
  ['Bump rack_attack', 'rack', 'ruby'],
  ['Bump tracks', 'rack', 'ruby'],
  ['Merge pull request #5 from x/bundler/rack', 'rack', 'ruby'],
  ['Bump @types/react', 'react', 'npm'],
  ['lodash.merge', 'lodash', 'npm'],
  ['', 'rack', 'ruby'],
  ['rack', '', 'ruby'],
] as const)('%s does not name %s', (text, name, ecosystem) => {
  expect(names(text, name, ecosystem)).toBe(false)
})

test('an everyday word is a package only where the subject speaks of dependencies', () => {
  expect(asksFor('Show the request before the debug panel', 'request', 'npm')).toBe(false)
  expect(asksFor('Bump request to 3', 'request', 'npm')).toBe(true)
  expect(asksFor('connection_pool is too small', 'connection_pool', 'ruby')).toBe(true)
})

test('a monorepo is asked for by its scope', () => {
  expect(asksFor('Update babel monorepo to v8', '@babel/core', 'npm')).toBe(true)
  expect(asksFor('Update symfony components', 'symfony/mime', 'php')).toBe(true)
  expect(asksFor('Ask babel for help', '@babel/core', 'npm')).toBe(false)
  expect(asksFor('Update react monorepo', '@babel/core', 'npm')).toBe(false)
})
