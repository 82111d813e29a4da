import { describe, expect, test } from 'vitest'
import { bare, rewritten, sameRepository, withoutCredentials } from '../../src/ledger/address.ts'
import { readPush } from '../../src/ledger/remote.ts'

describe('what a push came to', () => {
  const read = (line: string | null, stderr = '', code = line?.startsWith('!') === false ? 0 : 1) =>
    readPush({ code, stdout: Buffer.from(line === null ? '' : `To somewhere\n${line}\nDone\n`), stderr, truncated: false })

  test.each([
    ['*\trefs/x:refs/x\t[new reference]', { kind: 'done' }],
    ['=\trefs/x:refs/x\t[up to date]', { kind: 'done' }],
    ['!\trefs/x:refs/x\t[rejected] (stale info)', { kind: 'stale' }],
    [
      '!\trefs/x:refs/x\t[remote rejected] (pre-receive hook declined)',
      { kind: 'refused', why: 'remote rejected (pre-receive hook declined)' },
    ],
    ['!\trefs/x:refs/x\t[remote failure] (remote failed to report status)', { kind: 'unclear' }],
  ])('%j', (line, pushed) => {
    expect(read(line)).toMatchObject(pushed)
  })

  test.each([
    ['fatal: the remote end hung up unexpectedly', 'unclear'],
    ["fatal: unable to access 'http://h/': Could not resolve host: h", 'unclear'],
    ["fatal: unable to access 'http://h/': The requested URL returned error: 503", 'unclear'],
    ["fatal: unable to access 'http://h/': The requested URL returned error: 403", 'refused'],
    ["fatal: could not read Username for 'https://h': terminal prompts disabled", 'refused'],
    ['ERROR: Permission to o/r.git denied to deploy-key.\nfatal: Could not read from remote repository.', 'refused'],
    ['remote: Write access to repository not granted.\nfatal: broken', 'refused'],
  ])('no line for the ref, and %j', (stderr, kind) => {
    expect(read(null, stderr).kind).toBe(kind)
  })
})

describe('where a URL leads', () => {
  test('the longest prefix is replaced', () => {
    const rewrites = [
      { base: 'https://git.example.com/', prefix: 'w:' },
      { base: 'ssh://git@work/', prefix: 'w:team/' },
    ]
    expect(['w:team/app', 'w:app', 'other'].map((url) => rewritten(url, rewrites))).toEqual([
      'ssh://git@work/app',
      'https://git.example.com/app',
      null,
    ])
  })

  test('credentials leave an http URL, and no other', () => {
    expect(bare('https://ada:p%40ss@h.example/o/r.git')).toEqual({
      url: 'https://h.example/o/r.git',
      settings: [['http.https://h.example/o/r.git.extraheader', `Authorization: Basic ${Buffer.from('ada:p@ss').toString('base64')}`]],
    })
    expect(bare('https://ada@h.example:8443/o/r')).toEqual({
      url: 'https://h.example:8443/o/r',
      settings: [['credential.https://h.example:8443.username', 'ada']],
    })
    for (const url of ['https://h.example/o/r', 'ssh://git@h/o/r', 'git@h:o/r', '/srv/o/r@1.git'])
      expect(bare(url)).toEqual({ url, settings: [] })
    expect(withoutCredentials('fatal: https://ada:secret@h/o and http://t@h/')).toBe('fatal: https://h/o and http://h/')
  })

  test('one repository over two transports is one, a fork is another', () => {
    expect(sameRepository('https://h.example/Team/app', 'git@h.example:team/app.git')).toBe(true)
    expect(sameRepository('https://h.example/team/app', 'https://h.example/ada/app')).toBe(false)
  })
})
