import { createCipheriv } from 'node:crypto'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readText } from '../../src/adapters/files.ts'
import { factsOf } from '../../src/change/read.ts'
import { railsKeys } from '../../src/change/secrets/rails-blob.ts'
import { railsKeyFor } from '../../src/change/secrets/rails-key.ts'
import { defaultSettings } from '../../src/config/settle.ts'
import { rangeOf } from './range.ts'
import { makeRepo } from './repo.ts'

const KEY = 'c0ffee00'.repeat(4)
const OTHER = 'deadbee1'.repeat(4)

/** A length as Ruby's Marshal writes it. */
const lengthOf = (n: number): Buffer => {
  if (n === 0) return Buffer.from([0])
  if (n < 123) return Buffer.from([n + 5])
  return n < 256 ? Buffer.from([1, n]) : Buffer.from([2, n & 255, n >> 8])
}

/** As ActiveSupport::EncryptedFile writes it: Marshal.dump of the text, AES-128-GCM, `data--iv--tag`. */
const seal = (yaml: string, key = KEY, marshalled = true): string => {
  const text = Buffer.from(yaml)
  const dumped = marshalled
    ? Buffer.concat([Buffer.from([4, 8, 0x49, 0x22]), lengthOf(text.length), text, Buffer.from([6, 0x3a, 6, 0x45, 0x54])])
    : text
  const iv = Buffer.alloc(12, yaml.length)
  const cipher = createCipheriv('aes-128-gcm', Buffer.from(key, 'hex'), iv)
  const data = Buffer.concat([cipher.update(dumped), cipher.final()])
  return [data, iv, cipher.getAuthTag()].map((part) => part.toString('base64')).join('--')
}

test('key names come out of a Rails file with its key, values only as digests', () => {
  const yaml = '# why\nsecret_key_base: sentinel-one\naws:\n  access_key_id: sentinel-two\n  hosts: [a, b]\n'
  const keys = railsKeys(`${seal(yaml)}\n`, `${KEY}\n`)
  expect([...(keys ?? []).keys()]).toEqual(['secret_key_base', 'aws.access_key_id', 'aws.hosts'])
  expect(JSON.stringify([...keys!])).not.toContain('sentinel')
  for (const length of [1, 117, 118, 255, 256, 70_00]) expect(railsKeys(seal(`a: ${'x'.repeat(length)}\n`), KEY)?.size).toBe(1)
})

test.each([
  ['another key', seal('a: 1\n'), OTHER],
  ['no key', seal('a: 1\n'), ''],
  ['half a file', seal('a: 1\n').slice(0, -9), KEY],
  ['a changed byte', seal('a: 1\n').replace(/^./, (char) => (char === 'A' ? 'B' : 'A')), KEY],
  ['not a file of Rails', 'hello', KEY],
  ['no text inside', seal('', KEY, false), KEY],
])('%s opens nothing', (_, text, key) => expect(railsKeys(text, key)).toBeNull())

const BEFORE = 'lockbox:\n  master_key: sentinel-a\nmail: sentinel-b\n'
const AFTER = 'mail: sentinel-c\nsearch: sentinel-d\n'

const factsWith = async (decrypt: boolean, env: Record<string, string>, files: Record<string, string> = {}) => {
  const path = 'config/credentials/production.yml.enc'
  const repo = makeRepo({
    [path]: seal(BEFORE),
    'config/initializers/lockbox.rb': 'Lockbox.master_key = Rails.application.credentials.lockbox.master_key\n',
    '.gitignore': '*.key\n',
  })
  repo.commit('Add search', { [path]: seal(AFTER) })
  repo.write(files)
  const settings = defaultSettings(repo.root, 'x')
  const keys = railsKeyFor(env, readText, (file) => join(repo.root, file))
  const deps = { git: repo.git, settings, root: repo.root, ...(decrypt ? { keys } : {}) }
  const { seen } = await rangeOf(deps, { base: 'HEAD^', head: 'HEAD' })
  const facts = await factsOf(seen, { truth: null, state: null, now: 0 })
  return facts.filter(({ kind }) => kind !== 'every-deploy')
}

test('with the opt-in and a key the keys of a Rails file are named, and what still reads one; never a value', async () => {
  for (const [env, files] of [
    [{ RAILS_MASTER_KEY: KEY }, {}],
    [{ RAILS_MASTER_KEY: OTHER }, { 'config/credentials/production.key': `${KEY}\n` }],
  ] as const) {
    const facts = await factsWith(true, env, files)
    expect(facts.map(({ kind, data }) => [kind, data.what ?? data.key])).toEqual([
      ['secret-keys-changed', 'adds search, removes lockbox.master_key, replaces mail'],
      ['secret-key-still-read', 'lockbox.master_key'],
    ])
    expect(JSON.stringify(facts)).not.toContain('sentinel')
  }
})

test('without the opt-in, or without a key that fits, the file stays closed', async () => {
  const closed = ['opaque-changed']
  expect((await factsWith(false, { RAILS_MASTER_KEY: KEY })).map(({ kind }) => kind)).toEqual(closed)
  expect((await factsWith(true, {})).map(({ kind }) => kind)).toEqual(closed)
  expect((await factsWith(true, { RAILS_MASTER_KEY: OTHER })).map(({ kind }) => kind)).toEqual(closed)
})
