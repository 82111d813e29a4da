import dotenv from 'dotenv'
import { describe, expect, it } from 'vitest'
import type { TextRead } from '../../src/ports.ts'
import { envFacts, isPlaceholder } from '../../src/stages/test/env-facts.ts'
import { type EnvFile, envValues, parseEnvFile, readEnvFiles } from '../../src/stages/test/env-file.ts'
import { secretValues } from '../../src/stages/test/secret-values.ts'
import { makeSettings } from '../change/settings.ts'

const SAMPLES: Record<string, string> = {
  plain: 'A=1\nB = two words \n\n# comment\nC=',
  quotes: `A="x # y"\nB='it''s'\nC=\`a"b'c\`\nD='single\\n'\nE="double\\n"\nF="a\\"b"`,
  'quoted over lines': 'KEY="-----BEGIN\nB=inside\nEND-----"\nNEXT=1\nOTHER=\'a\nb\' # c\nLAST=2',
  export: 'export A=1\n  export B="2"\nexport=3',
  comments: 'A=1 # one\nB="x" # two\nC=a#b\n#D=4',
  colon: 'A: 1\nB:2\nC : 3',
  'open quotes': `A="open\nB=2\nC='it\nD=3`,
  'quote in the middle': `A="x" y\nB=a"b\nC=""\nD=''`,
  windows: 'A=1\r\nB="x\r\ny"\r\nC=3\r\n',
  'old mac': 'A=1\rB=2',
  mark: '\ufeffA=1\nB=2',
  names: 'a.b=1\nc-d=2\n1E=3\nÄ=4\n=5\nF G=6',
  expansion: 'A=${B}\nB=\\$x\nC=$D',
  duplicates: 'A=1\nA=2\nB=1\nB=1',
  spaces: '\n\n   \n\tA =\t1\t\nB=   \n',
  equals: 'URL=postgres://u:p@h/db?a=b&c=d==',
}

describe('env files', () => {
  it.each(Object.entries(SAMPLES))('reads as dotenv does: %s', (_, text) => {
    expect(parseEnvFile('.env', text).values).toEqual(dotenv.parse(text))
  })

  it.each(Object.entries(SAMPLES).filter(([name]) => name !== 'names'))('finds each key at its line: %s', (_, text) => {
    const { entries, values } = parseEnvFile('.env', text)
    expect(new Set(entries.map((entry) => entry.key))).toEqual(new Set(Object.keys(values)))
    for (const [key, value] of Object.entries(values)) expect(entries.findLast((entry) => entry.key === key)?.value).toBe(value)
    const lines = text.replace(/\r\n?/g, '\n').split('\n')
    for (const { key, line } of entries) expect(lines[line - 1]).toContain(key)
  })

  it('does not take lines inside a quoted value for keys', () => {
    expect(parseEnvFile('.env', SAMPLES['quoted over lines'] ?? '').entries.map((e) => [e.key, e.line])).toEqual([
      ['KEY', 1],
      ['NEXT', 4],
      ['OTHER', 5],
      ['LAST', 7],
    ])
  })

  it('names what other readers trip over', () => {
    const problems = (text: string) => parseEnvFile('.env', text).problems.map((p) => `${p.line} ${p.text}`)
    expect(problems('\ufeffA=1')).toEqual([expect.stringMatching(/^1 .*byte order mark/)])
    expect(problems('A=1\nB=2\r\n')).toEqual([expect.stringMatching(/^2 .*CRLF/)])
    expect(problems('A=1\nB="open\nC=3')).toEqual([expect.stringMatching(/^2 opens a quote \(B\)/)])
    expect(problems('A=1\nhello there')).toEqual(['2 is no KEY=value line'])
    expect(problems('# fine\n\nexport A="1" # c\nB=2')).toEqual([])
  })

  it('is linear: noise of 256 KiB of open quotes, blank lines or keys is read at once', () => {
    for (const noise of ['A="\n', '\n', "B='x\n", 'C=1\n', ' \t', '`', 'export ']) {
      const file = parseEnvFile('.env', noise.repeat(Math.floor(262_144 / noise.length)))
      expect(file.why).toBe(null)
    }
  })

  it('says why a file cannot be read, and lets a later file win', () => {
    const disk: Record<string, TextRead> = {
      '/r/.env': { ok: true, text: 'A=1\nB=1', bytes: 7 },
      '/r/.env.local': { ok: true, text: 'B=2', bytes: 3 },
      '/r/bin': { ok: false, why: 'not-text', code: 'EILSEQ' },
    }
    const read = (path: string) => disk[path] ?? ({ ok: false, why: 'missing', code: 'ENOENT' } as const)
    const files = readEnvFiles(read, ['.env', '.env.local', 'bin', 'nowhere'], (file) => `/r/${file}`)
    expect(files.map((file) => file.why)).toEqual([null, null, 'not-text', 'missing'])
    expect(envValues(files)).toEqual({ A: '1', B: '2' })
  })

  it('gives the mask every value, overwritten ones too, and those of the shell whose name says secret', () => {
    const files = [parseEnvFile('.env', 'A=first-value\nA=second-value\nEMPTY=')]
    expect(secretValues(files, { API_TOKEN: 'shell-token', EDITOR: 'vim', NO_TOKEN: undefined }).sort()).toEqual([
      'first-value',
      'second-value',
      'shell-token',
    ])
  })
})

describe('env facts', () => {
  const facts = (text: string | EnvFile[], env: Partial<ReturnType<typeof makeSettings>['env']>, shell = {}, production: string[] = []) => {
    const files = typeof text === 'string' ? [parseEnvFile('.env', text)] : text
    const settings = makeSettings({ env: { ...makeSettings().env, files: files.map((f) => f.file), ...env }, smoke: [] })
    return envFacts(files, { settings, shell, file: envValues(files), secretNames: production }, new Set(production))
  }
  const said = (...args: Parameters<typeof facts>) =>
    facts(...args).map((f) => `${f.kind} ${f.subject}${f.place?.line ? ` :${f.place.line}` : ''}`)
  const required = ['DATABASE_URL']

  it('has nothing to say about a filled file', () => {
    expect(said('DATABASE_URL=postgres://app:pw@db.internal/app\nOTHER=', { required })).toEqual([])
    expect(said('', {})).toEqual([])
  })

  it('names required keys that are missing, empty, placeholders or unresolved, with their line', () => {
    expect(said('A=1', { required })).toEqual(['env-key-missing DATABASE_URL'])
    expect(said('A=1\nDATABASE_URL=""', { required })).toEqual(['env-key-empty DATABASE_URL :2'])
    expect(said('DATABASE_URL="  "', { required })).toEqual(['env-key-empty DATABASE_URL :1'])
    expect(said('DATABASE_URL=changeme', { required })).toEqual(['env-key-placeholder DATABASE_URL :1'])
    expect(said('DATABASE_URL=postgres://${HOST_X}/db', { required })).toEqual(['env-key-unresolved DATABASE_URL :1'])
  })

  it('lets placeholders and empty values of other keys be', () => {
    expect(said('DATABASE_URL=x://y\nSENTRY=changeme\nEMPTY=\nREF=${NOWHERE}', { required })).toEqual([])
  })

  it('resolves references by file, shell and default, and expands nothing in single quotes', () => {
    expect(said('H=db\nDATABASE_URL=x://${H}/', { required })).toEqual([])
    expect(said('DATABASE_URL=x://${H}/', { required }, { H: 'db' })).toEqual([])
    expect(said('DATABASE_URL=x://${H:-db}/', { required })).toEqual([])
    expect(said("DATABASE_URL='x://${H}/'", { required })).toEqual([])
    expect(said('DATABASE_URL=x://\\${H}/', { required })).toEqual([])
  })

  it('says exactly where it looked, and what else it knows', () => {
    const files = [parseEnvFile('.env', 'A=1'), { ...parseEnvFile('.env.local', ''), why: 'missing' as const }]
    const [missing] = facts(files, { required }, { DATABASE_URL: 'x://y' }).filter((f) => f.kind === 'env-key-missing')
    expect(missing?.data.looked).toBe('.env, .env.local (is not there), what test.env.inject takes from the shell')
    expect(missing?.data.hint).toMatch(/set in this shell.*test\.env\.inject/)
    expect(facts('A=1', { required }, {}, required)[0]?.data.hint).toMatch(/target has it/)
  })

  it('takes a key from the shell only where smokes get it', () => {
    const shell = { DATABASE_URL: 'x://y' }
    expect(said('', { required, inject: required }, shell)).toEqual([])
    expect(said('', { required, inherit: 'all' }, shell)).toEqual([])
    expect(said('', { required, inherit: 'minimal' }, shell)).toEqual(['env-key-missing DATABASE_URL'])
    expect(said('', { inject: required })).toEqual(['env-key-missing DATABASE_URL'])
  })

  it('names duplicates only where they differ', () => {
    const [fact] = facts('A=1\nB=x\nA=2\nB=x', {})
    expect(fact).toMatchObject({ kind: 'env-key-duplicate', subject: 'A', place: { line: 3 }, data: { lines: '1, 3', used: '3' } })
    expect(said('A=1\nB=x\nA=2\nB=x', {})).toHaveLength(1)
  })

  it('names files that cannot be read', () => {
    const file = (why: EnvFile['why']) => [{ ...parseEnvFile('.env', ''), why }]
    expect(said(file('missing'), {})).toEqual(['env-file-missing .env'])
    for (const why of ['unreadable', 'not-text', 'too-big'] as const) expect(said(file(why), {})).toEqual(['env-file-unreadable .env'])
  })

  it('never says a value', () => {
    const secret = 'Sentinel-9f3c'
    const text = `A=${secret}\nA=${secret}2\nB="${secret}\n${secret} alone\nDATABASE_URL=\${${'X'}}${secret}`
    expect(JSON.stringify(facts(text, { required: ['DATABASE_URL', 'A', 'B'] }))).not.toContain(secret)
  })

  it('knows placeholders from values', () => {
    const placeholders = [
      'changeme',
      'CHANGE_ME',
      'change-this',
      'xxx',
      'XXXXXXXX',
      'sk-xxxxxxxx',
      '<your key>',
      'your-api-key',
      'your_token_here',
      'TODO',
      'tbd',
      '...',
      '***',
      '{{ secret }}',
      'insert key here',
      'replace with your key',
      'placeholder',
      'postgres://user:password@host:5432/db',
      'https://example.com/hook',
    ]
    const values = [
      'postgres://app:changeme1@db:5432/app',
      'sk-live-8fj2',
      'production',
      'yourself',
      'password',
      'test',
      'xx',
      'localhost',
      'postgres://postgres:postgres@localhost/dev',
      'https://hooks.internal/x',
      'maxxxed',
      '0',
    ]
    expect(placeholders.filter((value) => !isPlaceholder(value))).toEqual([])
    expect(values.filter(isPlaceholder)).toEqual([])
  })
})
