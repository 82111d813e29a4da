import { expect, test } from 'vitest'
import { saidOf } from './reading.ts'
import { makeRepo } from './repo.ts'

const LIMITS = 'uploads:\n  max_body_size: 10\n  types: []\n'
const FEWER = 'uploads:\n  types: []\n'

const changed = async (files: Record<string, string>, change: Record<string, string | null>): Promise<string[]> => {
  const repo = makeRepo(files)
  repo.commit('Tidy up', change)
  return saidOf(repo, 'config-key')
}

test.each([
  [
    'by its whole path',
    'app/upload.rb',
    "limit = AppConfig['uploads.max_body_size']\n",
    'warn config-key-removed: uploads.max_body_size went from config/limits.yml, and app/upload.rb:1 still reads it.',
  ],
  [
    'by its name, from settings',
    'app/upload.py',
    'limit = settings.max_body_size\n',
    'note config-key-perhaps: uploads.max_body_size went from config/limits.yml, and app/upload.py:1 seems to read it.',
  ],
  [
    'as a symbol',
    'app/upload.rb',
    'limit = Rails.configuration.limits[:max_body_size]\n',
    'note config-key-perhaps: uploads.max_body_size went from config/limits.yml, and app/upload.rb:1 seems to read it.',
  ],
])('a key that code still reads %s is named', async (_, path, text, said) => {
  expect(await changed({ 'config/limits.yml': LIMITS, [path]: text }, { 'config/limits.yml': FEWER })).toEqual([said])
})

test.each<[string, Record<string, string>, Record<string, string | null>]>([
  ['its value changed', {}, { 'config/limits.yml': LIMITS.replace('10', '20') }],
  ['it moved to another file', {}, { 'config/limits.yml': FEWER, 'config/sizes.yml': 'max_body_size: 10\n' }],
  ['it is set in a sibling', { 'config/limits.production.yml': LIMITS }, { 'config/limits.yml': FEWER }],
  ['what read it went too', {}, { 'config/limits.yml': FEWER, 'app/upload.rb': 'x\n' }],
  ['only a comment reads it', { 'app/upload.rb': "# AppConfig['uploads.max_body_size']\n" }, { 'config/limits.yml': FEWER }],
  [
    'only a test reads it',
    { 'app/upload.rb': 'x\n', 'test/upload_test.rb': "AppConfig['uploads.max_body_size']\n" },
    { 'config/limits.yml': FEWER },
  ],
  ['a method has its name', { 'app/upload.rb': 'def max_body_size\n  request.max_body_size\nend\n' }, { 'config/limits.yml': FEWER }],
  [
    'a plain word goes',
    { 'config/limits.yml': 'name: a\nother: b\n', 'app/upload.rb': 'settings.name\n' },
    { 'config/limits.yml': 'other: b\n' },
  ],
])('a key is no finding where %s', async (_, files, change) => {
  const base = { 'config/limits.yml': LIMITS, 'app/upload.rb': "limit = AppConfig['uploads.max_body_size']\n", ...files }
  expect(await changed(base, change)).toEqual([])
})

test.each([
  ['package.json'],
  ['config/locales/en.yml'],
  ['test/fixtures/limits.yml'],
  ['.github/workflows/limits.yml'],
  ['fly.toml'],
  ['pnpm-lock.yaml'],
])('keys of %s are not looked at', async (path) => {
  expect(await changed({ [path]: LIMITS, 'app/upload.rb': "AppConfig['uploads.max_body_size']\n" }, { [path]: FEWER })).toEqual([])
})

test('a key of .env.example that code reads without a default is a note', async () => {
  const files = {
    '.env.example': 'SMTP_HOST=\nSMTP_PORT=\nPORT=\n',
    'src/mail.ts': "send(process.env.SMTP_HOST)\nport(process.env.SMTP_PORT ?? '25')\n",
  }
  expect(await changed(files, { '.env.example': 'PORT=\n' })).toEqual([
    'note config-key-perhaps: SMTP_HOST went from .env.example, and src/mail.ts:1 seems to read it.',
  ])
  expect(await changed(files, { '.env.example': 'PORT=\n', 'fly.toml': '[env]\n  SMTP_HOST = "a"\n' })).toEqual([])
})

test('settings that cannot be read as such end in silence, in time', async () => {
  const broken = `<<<<<<< ours\n${'  '.repeat(2000)}max_body_size: 10\n=======\n${'{'.repeat(10_000)}\n>>>>>>> theirs\n${'max_body_size:\n'.repeat(20_000)}`
  const start = performance.now()
  expect(await changed({ 'config/limits.yml': broken, 'a.rb': 'x\n' }, { 'config/limits.yml': 'types: []\n' })).toEqual([])
  expect(performance.now() - start).toBeLessThan(5_000)
})
