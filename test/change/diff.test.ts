import { execFileSync } from 'node:child_process'
import { chmodSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { emptyTree, readDiff } from '../../src/change/diff.ts'
import { makeDiffReader } from '../../src/change/diff-reader.ts'
import { mayHave } from '../../src/change/lines.ts'
import type { FileChange } from '../../src/model.ts'
import { makeRepo, type Repo, tempFolder } from './repo.ts'

const NASTY: Record<string, string | Buffer> = {
  'plain.txt': 'one\ntwo\nthree\n',
  'with space.txt': 'a\n',
  'tab\there.txt': 'a\n',
  'new\nline.txt': 'a\n',
  'quo"te.txt': 'a\n',
  'back\\slash.txt': 'a\n',
  'ünïcode.txt': 'a\n',
  '-dash.txt': 'a\n',
  'query.sql': '-- a/old comment\nselect 1;\n++ b/odd\n',
  'header.diff': 'diff --git a/x b/x\n@@ -1 +1 @@\n--- a/x\n+++ b/x\n',
  'lone-cr.txt': 'a\rb\nc\n',
  'crlf.txt': 'a\r\nb\r\n',
  'no-eol.txt': 'last line without end',
  'binary.bin': Buffer.from([0, 1, 2, 3, 0, 255]),
  'latin1-content.txt': Buffer.from('caf\xe9\n', 'latin1'),
  'emptied.txt': 'a\n',
  'deleted.txt': 'gone\n',
  'mode.sh': 'echo hi\n',
  'to-link': 'plain.txt\n',
  'rename-me.txt': 'a long enough text\nto be found again\nafter a rename\nwith four lines\n',
  'moved/exact.txt': 'exactly this\n',
  'attr.marked': 'text but marked\n',
  '.gitattributes': '*.marked -diff\n',
  'long.txt': `${'x'.repeat(100_000)}\n`,
  'package-lock.json': '{}\n',
  'both.sh': 'echo a\n',
  'trailing ': 'a\n',
  'ta\t\tbs': 'a\n',
  'unchanged.txt': 'same\n',
}

const AFTER: Record<string, string | Buffer | null> = {
  'plain.txt': 'one\n2\nthree\nfour\n',
  'with space.txt': 'b\n',
  'tab\there.txt': 'b\n',
  'new\nline.txt': 'b\n',
  'quo"te.txt': 'b\n',
  'back\\slash.txt': 'b\n',
  'ünïcode.txt': 'b\n',
  '-dash.txt': 'b\n',
  'query.sql': '-- b/new comment\nselect 2;\n++ b/odder\n',
  'header.diff': 'diff --git a/y b/y\n@@ -2 +2 @@\n--- a/y\n+++ b/y\n',
  'lone-cr.txt': 'a\rB\nc\n',
  'crlf.txt': 'a\r\nB\r\n',
  'no-eol.txt': 'another last line without end',
  'binary.bin': Buffer.from([0, 1, 2, 4, 0, 255]),
  'latin1-content.txt': Buffer.from('th\xe9\n', 'latin1'),
  'emptied.txt': '',
  'deleted.txt': null,
  'added.txt': 'fresh\n',
  'added-empty.txt': '',
  'both.sh': 'echo b\n',
  'trailing ': 'b\n',
  'ta\t\tbs': 'b\n',
  'attr.marked': 'text but still marked\n',
  'long.txt': `${'y'.repeat(100_000)}\n`,
  'package-lock.json': '{"a":1}\n',
}

const LATIN1_NAME = Buffer.from('lat\xefn.txt', 'latin1')

/** Two commits that differ in every way a reader has stumbled over. */
const nastyRepo = (): Repo & { before: string; after: string } => {
  const repo = makeRepo(NASTY)
  const latin1 = (text: string) => writeFileSync(Buffer.concat([Buffer.from(`${repo.root}/`), LATIN1_NAME]), text)
  latin1('a\n')
  const inner = makeRepo({ 'inner.txt': '1\n' }, tempFolder())
  repo.sh('-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', inner.root, 'sub')
  repo.sh('-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', inner.root, 'sub-to-file')
  const before = repo.commit('before')
  inner.commit('more', { 'inner.txt': '2\n' })
  execFileSync('git', ['-c', 'protocol.file.allow=always', 'pull', '-q'], {
    cwd: join(repo.root, 'sub'),
    env: { PATH: process.env.PATH ?? '' },
  })
  repo.sh('rm', '-q', '--cached', 'sub-to-file')
  rmSync(join(repo.root, 'sub-to-file'), { recursive: true })
  writeFileSync(join(repo.root, 'sub-to-file'), 'now a file\n')
  chmodSync(join(repo.root, 'mode.sh'), 0o755)
  chmodSync(join(repo.root, 'both.sh'), 0o755)
  rmSync(join(repo.root, 'to-link'))
  symlinkSync('plain.txt', join(repo.root, 'to-link'))
  symlinkSync('nowhere', join(repo.root, 'new-link'))
  renameSync(join(repo.root, 'rename-me.txt'), join(repo.root, 're named.txt'))
  writeFileSync(join(repo.root, 're named.txt'), 'a long enough text\nto be found again\nafter a rename\nwith five lines\n')
  renameSync(join(repo.root, 'moved/exact.txt'), join(repo.root, 'exact.txt'))
  latin1('b\n')
  const after = repo.commit('after', AFTER)
  return { ...repo, before: before.commit, after: after.commit }
}

test('every changed path of a nasty repository has its status and its own lines', async () => {
  const { git, sh, before, after } = nastyRepo()
  const { files, unseen } = await readDiff(git, before, after, null)
  expect(unseen).toBeNull()
  const truth = new Map<string, string>()
  const records = sh('diff-tree', '-r', '-z', '--numstat', '-M', before, after).split('\0').filter(Boolean)
  for (let i = 0; i < records.length; i++) {
    const [added, removed, path] = !records[i]!.endsWith('\t') ? cut(records[i]!) : renamed(records, i)
    if (records[i]!.endsWith('\t')) i += 2
    truth.set(path, `${added} ${removed}`)
  }
  expect(files.length).toBe(truth.size)
  expect(files.length).toBe(33)
  for (const file of files) {
    const counted = `${file.added.length + (file.more?.added ?? 0)} ${file.removed.length + (file.more?.removed ?? 0)}`
    const path = file.path.replace('lat\\xefn', 'lat\ufffdn')
    expect([path, file.opaque ? '- -' : counted]).toEqual([path, truth.get(path)])
  }
})

const cut = (record: string): [string, string, string] => {
  const [added = '', removed = '', ...rest] = record.split('\t')
  return [added, removed, rest.join('\t')]
}

const renamed = (records: string[], i: number): [string, string, string] => {
  const [added = '', removed = ''] = records[i]!.split('\t')
  return [added, removed, records[i + 2] ?? '']
}

test('renames, modes, types, names and content come out as they are', async () => {
  const { git, before, after } = nastyRepo()
  const { files } = await readDiff(git, before, after, null)
  const at = (path: string) => files.find((file) => file.path === path)
  expect(at('re named.txt')).toMatchObject({ status: 'R', from: 'rename-me.txt', added: [{ n: 4, text: 'with five lines' }] })
  expect(at('exact.txt')).toMatchObject({ status: 'R', from: 'moved/exact.txt', added: [], removed: [] })
  expect(at('mode.sh')).toMatchObject({ status: 'M', modes: ['100644', '100755'], added: [] })
  expect(at('to-link')).toMatchObject({
    status: 'T',
    modes: ['100644', '120000'],
    removed: [{ n: 1, text: 'plain.txt' }],
    added: [{ n: 1, text: 'plain.txt' }],
  })
  expect(at('sub')).toMatchObject({ status: 'M', modes: ['160000', '160000'] })
  expect(at('sub-to-file')).toMatchObject({ status: 'T', modes: ['160000', '100644'] })
  expect(at('query.sql')?.removed).toEqual([
    { n: 1, text: '-- a/old comment' },
    { n: 2, text: 'select 1;' },
    { n: 3, text: '++ b/odd' },
  ])
  expect(at('header.diff')?.added[0]).toEqual({ n: 1, text: 'diff --git a/y b/y' })
  expect(at('lone-cr.txt')?.added).toEqual([{ n: 1, text: 'a\rB' }])
  expect(at('binary.bin')).toMatchObject({ opaque: true })
  expect(at('attr.marked')).toMatchObject({ opaque: true })
  expect(at('lat\\xefn.txt')).toMatchObject({ status: 'M', added: [{ n: 1, text: 'b' }] })
  expect(at('new\nline.txt')).toMatchObject({ added: [{ n: 1, text: 'b' }] })
  expect(at('long.txt')?.added[0]?.text.length).toBe(4001)
  expect(at('package-lock.json')).toMatchObject({ generated: true, added: [], more: { added: 1, removed: 1 } })
  expect(at('unchanged.txt')).toBeUndefined()
})

test('no diff setting of the user changes what is read', async () => {
  const { git, sh, before, after } = nastyRepo()
  const plain = await readDiff(git, before, after, null)
  for (const [key, value] of [
    ['diff.noprefix', 'true'],
    ['diff.external', '/bin/false'],
    ['color.ui', 'always'],
    ['core.quotePath', 'true'],
    ['diff.renames', 'false'],
    ['diff.interHunkContext', '9'],
    ['diff.submodule', 'log'],
    ['diff.algorithm', 'patience'],
    ['diff.mnemonicPrefix', 'true'],
    ['diff.orderFile', '/dev/null'],
  ])
    sh('config', key!, value!)
  const again = await readDiff(git, before, after, null)
  expect({ ...again, files: lines(again.files) }).toEqual({ ...plain, files: lines(plain.files) })
})

/** Pieces end where a chunk ends; lines do not. */
const lines = (all: readonly FileChange[]) =>
  all.map(({ uncut, ...file }) => ({ ...file, kept: [uncut?.added.lines, uncut?.removed.lines] }))

test('chunks may break anywhere', async () => {
  const { git, before, after } = nastyRepo()
  const chunks: Buffer[] = []
  await git.run(['diff-tree', '-r', '-z', '--raw', '-p', '-U0', '-M', '--no-abbrev', before, after], { onStdout: (c) => chunks.push(c) })
  const all = Buffer.concat(chunks)
  const [whole, single] = [makeDiffReader(), makeDiffReader()]
  whole.take(all)
  for (let i = 0; i < all.length; i += 7) single.take(all.subarray(i, i + 7))
  const files = single.end()
  expect(lines(files)).toEqual(lines(whole.end()))
  // A look at the pieces finds every line, and nothing that is not there. Of a long one the end is cut.
  const found = files.map((file) =>
    [...file.added, ...file.removed].every(({ text }) => mayHave(file, (piece) => piece.includes(text.replace(/…$/, '')))),
  )
  expect(new Set(found)).toEqual(new Set([true]))
  expect(files.some((file) => mayHave(file, (piece) => piece.includes('nowhere to be seen')))).toBe(false)
})

test('equal trees differ in nothing, the empty tree in everything, a missing one is said', async () => {
  const repo = makeRepo({ 'a.txt': 'a\n', 'b.txt': 'b\n' })
  expect(await readDiff(repo.git, repo.first.tree, repo.first.tree, null)).toEqual({ files: [], unseen: null, missing: [] })
  const all = await readDiff(repo.git, emptyTree(repo.first.tree), repo.first.tree, null)
  expect(all.files.map((file) => [file.status, file.path])).toEqual([
    ['A', 'a.txt'],
    ['A', 'b.txt'],
  ])
  const missing = await readDiff(repo.git, '1'.repeat(40), repo.first.tree, null)
  expect(missing.unseen).toMatch(/git could not show all of it/)
})

test('of a very long file only so many lines are kept; all are counted', async () => {
  const repo = makeRepo()
  const many = repo.commit('many', { 'many.txt': 'x\n'.repeat(12_000) })
  const { files } = await readDiff(repo.git, repo.first.commit, many.commit, null)
  expect([files[0]?.added.length, files[0]?.more]).toEqual([5_000, { added: 7_000, removed: 0 }])
})

test('a file whose content is missing takes only itself out of sight', async () => {
  const repo = makeRepo({ 'src/a.py': 'a = 1\n', 'film.mp4': 'one' })
  repo.commit('more', { 'src/a.py': 'a = 2\n', 'film.mp4': 'two' })
  const oid = repo.sh('rev-parse', 'HEAD:film.mp4')
  rmSync(join(repo.root, '.git', 'objects', oid.slice(0, 2), oid.slice(2)))
  // Git would read it from the disk.
  rmSync(join(repo.root, 'film.mp4'))
  const { files, unseen, missing } = await readDiff(repo.git, repo.first.tree, repo.sh('rev-parse', 'HEAD^{tree}'), null)
  expect(missing).toEqual(['film.mp4'])
  expect(unseen).toBeNull()
  expect(files.map(({ path, opaque, added }) => [path, opaque, added.map(({ text }) => text)])).toEqual([
    ['src/a.py', false, ['a = 2']],
    ['film.mp4', true, []],
  ])
})
