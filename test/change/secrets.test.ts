import { expect, test } from 'vitest'
import { factsOf } from '../../src/change/read.ts'
import { credentialValues } from '../../src/change/secrets/credential-values.ts'
import { environmentOf, isForShow, siblingsOf } from '../../src/change/secrets/environment.ts'
import { sealedOf } from '../../src/change/secrets/formats.ts'
import { hitsIn } from '../../src/change/secrets/hits.ts'
import { keyChange } from '../../src/change/secrets/key-change.ts'
import { opaqueSecrets } from '../../src/change/secrets/opaque-secrets.ts'
import { yamlLeaves } from '../../src/change/secrets/yaml-leaves.ts'
import { judge } from '../../src/checklist/judge.ts'
import { allRules } from '../../src/checklist/rules.ts'
import { defaultSettings } from '../../src/config/settle.ts'
import { drawn, TOKENS } from './credentials.ts'
import { rangeOf } from './range.ts'
import { makeRepo, type Repo } from './repo.ts'

/** What is said of the last commit about secrets. */
const said = async (repo: Repo): Promise<string[]> => {
  const settings = defaultSettings(repo.root, 'demo')
  const { seen } = await rangeOf({ git: repo.git, settings, root: repo.root }, { base: 'HEAD^', head: 'HEAD' })
  const facts = await factsOf(seen, { truth: null, state: null, now: 0 })
  const rules = allRules().filter(({ id }) => /^(?:secret|opaque|detector-failed)/.test(id))
  return judge(facts, { rules, severities: {}, accept: [], config: null, today: '2026-05-01' }).map(
    ({ severity, rule, fact }) => `${severity} ${rule}: ${fact}`,
  )
}

const keysOf = (path: string, text: string): string[] | null => {
  const keys = sealedOf(path, text)?.keys
  return keys ? [...keys.keys()] : null
}

const ENC = (text: string): string => `ENC[AES256_GCM,data:${text},iv:a,tag:b,type:str]`

test.each([
  [
    'SOPS',
    'a.yaml',
    `db:\n    password: ${ENC('x')}\n    hosts:\n        - ${ENC('y')}\n    plain: z\nsops:\n    mac: ${ENC('m')}\n`,
    ['db.password', 'db.hosts[]'],
  ],
  ['SOPS', 'a.json', `{ "a": { "b": "${ENC('x')}" }, "sops": { "mac": "${ENC('m')}" } }`, ['a.b']],
  ['SOPS', 'prod.env', `A=${ENC('x')}\nB=plain\nsops_mac=${ENC('m')}\nsops_version=3\n`, ['A']],
  ['SOPS', 'a.ini', `[db]\npassword = ${ENC('x')}\n[sops]\nmac = ${ENC('m')}\n`, ['db.password']],
  ['EJSON', 'a.ejson', '{ "_public_key": "63", "data": { "a": "EJ[1:x]", "_b": "plain" } }', ['data.a']],
  ['dotenvx', '.env.production', `DOTENV_PUBLIC_KEY="03"\nA="encrypted:BDqDBibm4wsYqMpCjTQ6BsDHmMadg9K3dAt"\nB=plain\n`, ['A']],
  [
    'Chamber',
    'settings.yml',
    `production:\n  mail:\n    _secure_password: ${'Ab1'.repeat(20)}\n    host: x\n`,
    ['production.mail.password'],
  ],
  ['Sealed Secrets', 'k8s/a.yaml', 'kind: SealedSecret\nspec:\n  encryptedData:\n    a.b: AgBy\n    c: AgBz\n', ['a.b', 'c']],
  ['ansible-vault', 'vars.yml', 'a: 1\nb: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162\nc: x\n', ['b']],
  ['ansible-vault', 'vault.yml', '$ANSIBLE_VAULT;1.1;AES256\n6162\n', null],
  ['Symfony', 'config/secrets/prod/prod.MAIL_PASSWORD.0a1b2c.php', '<?php // x', ['MAIL_PASSWORD']],
  ['Rails', 'config/credentials.yml.enc', 'aGVsbG8=--aGVsbG8=--d29ybGQ=', null],
  ['git-crypt', 'secrets.json', '\0GITCRYPT\0abc', null],
  ['age', 'x.age', 'age-encryption.org/v1\n-> X25519', null],
  ['PGP', 'x.asc', '-----BEGIN PGP MESSAGE-----\n', null],
  ['transcrypt', 'x.conf', 'U2FsdGVkX18abc', null],
  ['Laravel', '.env.production.encrypted', 'eyJpdiI6Ik1', null],
  ['dotenv-vault', '.env.vault', 'DOTENV_VAULT_PRODUCTION="abc"\n', null],
])('%s is recognised in %s, and its key names where they can be read', (format, path, text, keys) => {
  expect(sealedOf(path, text)?.format).toBe(format)
  expect(keysOf(path, text)).toEqual(keys)
})

test.each([
  ['src/sops.ts', "if (text.includes('ENC[AES256_GCM,')) return"],
  ['config/app.yml', 'a: 1\nsecure: true\n'],
  ['.env', 'A=encrypted\n'],
  ['public.asc', '-----BEGIN PGP SIGNATURE-----\n'],
  ['config/secrets.yml.enc', 'not one--'],
  ['config/secrets/prod/prod.list.php', '<?php return []'],
])('%s keeps nothing encrypted', (path, text) => expect(sealedOf(path, text)).toBeNull())

test('a file that was encrypted anew is one thing, and a value that changed is another', () => {
  const of = (...values: string[]) =>
    sealedOf('a.yaml', `${values.map((value, i) => `k${i}: ${ENC(value)}`).join('\n')}\nsops:\n  mac: x\n`)
  expect(keyChange(of('a', 'b'), of('c', 'd'))).toEqual({ added: [], removed: [], changed: ['k0', 'k1'], anew: true })
  expect(keyChange(of('a', 'b'), of('a', 'd', 'e'))).toEqual({ added: ['k2'], removed: [], changed: ['k1'], anew: false })
  expect(keyChange(of('a'), of('b'))?.anew).toBe(false)
})

test('YAML is read by lines: lists, documents, quotes, blocks, comments; what is no YAML gives what it gives', () => {
  const leaves = yamlLeaves('# x\na:\n- b: 1\n  "c: d": 2\n- b: 3\ne: |\n  f: g\n  h\ni: # why\n  j: k\n---\na: 4\n')
  expect([...leaves]).toEqual([
    ['a[].b', '1\n3'],
    ['a[].c: d', '2'],
    ['e', '|\nf: g\nh'],
    ['i.j', 'k'],
    ['a', '4'],
  ])
  for (const text of ['<<<<<<< HEAD\na: b\n=======\n', ':', '- - - x', '\ufffd\0', 'a: b: c', '"', ' : x'])
    expect(() => yamlLeaves(text)).not.toThrow()
})

test('environments are read from names, and siblings found', () => {
  expect(environmentOf('config/deploy/production/secrets.ejson')).toBe('production')
  expect(environmentOf('.env.stg')).toBe('staging')
  expect(environmentOf('app/product/secrets.yml')).toBeNull()
  expect(siblingsOf('k/prod/a.yml', ['k/staging/a.yml', 'k/staging/b.yml', 'k/prod/a.yml', 'k/x/a.yml'])).toEqual(['k/staging/a.yml'])
  expect(isForShow('priv/cert/selfsigned_key.pem')).toBe(true)
  expect(isForShow('config/attestation/device.key')).toBe(false)
})

test('an encrypted file that git shows as binary is named, without its length', async () => {
  const repo = makeRepo({ 'config/secrets.conf': Buffer.from('\0GITCRYPT\0abc\xff\xfe', 'latin1'), 'logo.png': Buffer.from([0, 1]) })
  repo.commit('Speed up', { 'config/secrets.conf': Buffer.from('\0GITCRYPT\0abd\xff\xfd\xfc', 'latin1'), 'logo.png': Buffer.from([0, 2]) })
  expect(await said(repo)).toEqual([
    'ask opaque-secrets-unstated: config/secrets.conf changed, encrypted by git-crypt so that no key name can be read, and no commit says what in it changed.',
  ])
})

test('blobs of all environments that one commit touches are one finding', async () => {
  const at = (name: string) => `config/credentials/${name}.yml.enc`
  const files = (text: string) =>
    Object.fromEntries(['production', 'staging', 'beta'].map((name) => [at(name), `${text}--aGVsbG8=--d29ybGQ=`]))
  const repo = makeRepo(files('aGVsbG8='))
  repo.commit('Add billing', { ...files('b3RoZXI='), 'app/billing.rb': 'bill\n' })
  const [only, ...others] = await said(repo)
  expect([only, others]).toEqual([expect.stringContaining('production.yml.enc and config/credentials/staging.yml.enc changed'), []])
})

test('a key that moves to another file is not gone; what is deleted with its file is not asked about here', async () => {
  const before = { '.env.production': 'A="encrypted:BDqDBibm4wsYqMpCjTQ6BsDHmMadg9K3dAt"\n', 'src/a.ts': 'run(process.env.A_LONG_KEY)\n' }
  const line = 'A_LONG_KEY="encrypted:BDqDBibm4wsYqMpCjTQ6BsDHmMadg9K3dAt"\n'
  const moved = makeRepo({
    ...before,
    '.env.production': before['.env.production'] + line,
    'web/.env.production': before['.env.production'],
  })
  moved.commit('Move a secret', { '.env.production': before['.env.production'], 'web/.env.production': before['.env.production'] + line })
  expect((await said(moved)).map((text) => text.split(' ')[1])).toEqual(['secret-keys-changed:', 'secret-keys-changed:'])
  const gone = makeRepo({ ...before, '.env.production': before['.env.production'] + line })
  gone.commit('Drop a secret', { '.env.production': before['.env.production'] })
  expect((await said(gone))[0]).toBe('ask secret-key-still-read: .env.production loses A_LONG_KEY, and src/a.ts (line 1) still reads it.')
})

test('no value and no ciphertext is in any fact', async () => {
  const repo = makeRepo({ 'k/production.sops.yaml': `a: ${ENC('cipherone')}\nb: ${ENC('ciphertwo')}\nsops:\n  mac: x\n` })
  repo.commit('x', { 'k/production.sops.yaml': 'a: clear-sentinel-value\nc: 1\n', 'src/key.ts': `const key = '${TOKENS['stripe-key']}'\n` })
  const { seen } = await rangeOf(
    { git: repo.git, settings: defaultSettings(repo.root, 'x'), root: repo.root },
    { base: 'HEAD^', head: 'HEAD' },
  )
  const facts = await factsOf(seen, { truth: null, state: null, now: 0 })
  expect(facts.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['secret-decrypted', 'secret-added']))
  expect(JSON.stringify(facts)).not.toMatch(/sentinel|cipher|live_/)
  expect(credentialValues(seen.change)).toEqual(expect.arrayContaining(['clear-sentinel-value', TOKENS['stripe-key']]))
})

test.each(Object.entries(TOKENS))('%s is found by its format, with its place', (id, value) => {
  const lines = value.split('\n').map((text, i) => ({ n: i + 3, text: i === 0 ? `  const it = "${text}` : text }))
  const [hit] = hitsIn(lines)
  expect([hit?.id, hit?.n]).toEqual([id, 3])
})

test.each([
  ["assert key == 'sk_live_" + "xxxxxxxxxxxxxxxxxxxxxxxxxxxx'"],
  ["token = 'ghp_" + "000000000000000000000000000000000000'"],
  ['pem.startsWith("-----BEGIN ' + 'PRIVATE KEY-----")'],
  ['postgres://user:' + 'password@db.example.com/x'],
  ['DATABASE_URL=postgres://app:' + '8fKq2LmZ0vTr@localhost:5432/app'],
  ['DATABASE_URL=postgres://app:' + '8fKq2LmZ0vTr@db:5432/app'],
  ['postgres://app:${DB_PASSWORD}@db.internal.net/app'],
  ['RAILS_MASTER_KEY: ${{ secrets.RAILS_MASTER_KEY }}'],
  ['sha: 0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d'],
  ['npm_config_registry_and_other_words_that_are_long_enough_to_be_one'],
  ['github_pat_' + 'EXAMPLE'],
])('%s is no credential', (text) => expect(hitsIn([{ n: 1, text }])).toEqual([]))

test('hostile lines are read in linear time', () => {
  const long = (text: string) => ({ n: 1, text: text.repeat(Math.ceil(4000 / text.length)) })
  const lines = ['a', 'postgres://a:b@', 'twilio_', 'AKIA', '-----BEGIN PRIVATE KEY-----', 'secret_access_key = ', '"', ' '].map(long)
  const began = performance.now()
  for (let i = 0; i < 50; i++) hitsIn(lines)
  sealedOf('a.yml.enc', `${'a'.repeat(4_000_000)}--`)
  sealedOf('a.yml', `_secure_x\n${'\n '.repeat(500_000)}`)
  sealedOf('a.yml', `sops: ENC[AES256_GCM,\n${'- '.repeat(200_000)}x`)
  sealedOf('.env', `sops_x=ENC[AES256_GCM,\n${'A = '.repeat(500_000)}`)
  expect(performance.now() - began).toBeLessThan(5_000)
})

test('half a file, and one in the middle of a merge, are one finding: nothing can decrypt them', async () => {
  const whole = '{ "data": { "a": "EJ[1:x]", "b": "EJ[1:y]" } }\n'
  const repo = makeRepo({ 'production.ejson': whole, 'a.sops.yaml': `a: ${ENC('x')}\nsops:\n  mac: y\n` })
  const merged = `a: ${ENC('x')}\n<<<<<<< HEAD\nb: ${ENC('y')}\n=======\n>>>>>>> topic\nsops:\n  mac: y\n`
  repo.commit('Half a key', { 'production.ejson': whole.slice(0, 30), 'a.sops.yaml': merged })
  expect(await said(repo)).toEqual([
    'ask secret-file-broken: a.sops.yaml was encrypted by SOPS, and now nothing can decrypt it.',
    'ask secret-file-broken: production.ejson was encrypted by EJSON, and now nothing can decrypt it.',
  ])
})

test('a change of something else wants nothing', async () => {
  const repo = makeRepo({ 'src/a.ts': 'a\n' })
  repo.commit('b', { 'src/a.ts': 'b\n', 'package.json': '{}\n' })
  const settings = defaultSettings(repo.root, 'x')
  const { seen } = await rangeOf({ git: repo.git, settings, root: repo.root }, { base: 'HEAD^', head: 'HEAD' })
  expect(await opaqueSecrets.wants?.(seen)).toEqual({})
  expect(drawn(8)).toHaveLength(8)
})
