import { expect, test } from 'vitest'
import { composer } from '../../../src/change/lockfiles/composer.ts'
import { edgesIn, readAmong, rootsIn, versionsIn } from './reading.ts'

const LOCK = JSON.stringify({
  packages: [
    {
      name: 'laravel/framework',
      version: 'v11.2.0',
      require: { php: '^8.2', 'ext-json': '*', 'composer-runtime-api': '^2', 'Monolog/Monolog': '^3.0' },
      replace: { 'illuminate/support': 'self.version' },
    },
    { name: 'monolog/monolog', version: '3.5.0', provide: { 'psr/log-implementation': '3.0.0' } },
    { name: 'spatie/ray', version: '1.0.0', require: { 'illuminate/support': '^10|^11', 'psr/log-implementation': '*', 'gone/gone': '*' } },
    { name: 'roave/advisories', version: 'dev-latest' },
    { name: 'acme/here', version: '1.0.0', dist: { type: 'path' } },
  ],
  'packages-dev': [{ name: 'phpunit/phpunit', version: '10.5.0' }],
  'plugin-api-version': '2.6.0',
})

test('one package stands for others, and PHP itself is none', async () => {
  const manifest = {
    require: { php: '^8.2', 'laravel/framework': '^11.0', 'spatie/ray': '*' },
    'require-dev': { 'phpunit/phpunit': '^10' },
  }
  const lock = await readAmong(composer, 'api/composer.lock', { 'api/composer.lock': LOCK, 'api/composer.json': JSON.stringify(manifest) })
  expect(lock).toMatchObject({ ecosystem: 'php', format: 'composer 2.6.0' })
  expect(versionsIn(lock)).toEqual([
    'laravel/framework v11.2.0',
    'monolog/monolog 3.5.0',
    'spatie/ray 1.0.0',
    'roave/advisories null',
    'acme/here null',
    'phpunit/phpunit 10.5.0',
  ])
  expect(lock.packages.map(({ dev }) => dev)).toEqual([false, false, false, false, false, true])
  expect(edgesIn(lock, 'laravel/framework')).toEqual(['monolog/monolog → monolog/monolog (^3.0)'])
  expect(edgesIn(lock, 'spatie/ray')).toEqual([
    'illuminate/support → laravel/framework (^10|^11)',
    'psr/log-implementation → monolog/monolog (*)',
    'gone/gone → null (*)',
  ])
  expect(rootsIn(lock)).toEqual([
    'laravel/framework → laravel/framework (^11.0)',
    'spatie/ray → spatie/ray (*)',
    'phpunit/phpunit → phpunit/phpunit (^10) dev',
  ])
})

test('without a manifest that can be read the project is unknown', async () => {
  expect((await readAmong(composer, 'composer.lock', { 'composer.lock': LOCK })).roots).toBeNull()
  expect((await readAmong(composer, 'composer.lock', { 'composer.lock': LOCK, 'composer.json': '<<<<<<< a' })).roots).toBeNull()
})
