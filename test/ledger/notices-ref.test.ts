import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeClock } from '../../src/adapters/clock.ts'
import { makeGit } from '../../src/adapters/git.ts'
import { guardFiles } from '../../src/adapters/guard-files.ts'
import { makeNoticesRef, type NoticesRef } from '../../src/ledger/notices-ref.ts'
import { routeTo } from '../../src/ledger/route.ts'
import { tempFolder } from '../change/repo.ts'
import { makeOrigin, type Origin } from '../support/shared.ts'

const git = makeGit({ cwd: '/', env: process.env })
const clock = makeClock()
const LONG = 60_000

/** One clone's end of the book; without an origin it is in the clone alone. */
const open = async (origin: Origin | null, root = tempFolder()): Promise<NoticesRef> => {
  const route = origin && (await routeTo({ git, env: process.env, ci: true }, `file://${origin.path}`))
  mkdirSync(root, { recursive: true })
  return makeNoticesRef({
    git,
    files: guardFiles,
    clock,
    gitDir: join(root, 'ledger.git'),
    folder: join(root, 'git'),
    app: 'everflow',
    route,
  })
}

const add = (word: string) => (text: string | null) => `${text ?? ''}${word}\n`
const words = async (book: NoticesRef): Promise<string[]> => {
  const read = await book.change(() => null, LONG)
  return read.kind === 'at' ? (read.text ?? '').split('\n').filter(Boolean).sort() : [read.why]
}

describe('the shared book', () => {
  test('what many machines add at once is all there', async () => {
    const origin = makeOrigin()
    const clones = await Promise.all(Array.from({ length: 6 }, () => open(origin)))
    const added = await Promise.all(clones.flatMap((one, n) => [0, 1].map((i) => one.change(add(`${n}-${i}`), LONG))))
    expect(added.filter(({ kind }) => kind === 'away')).toEqual([])
    expect(await words(await open(origin))).toEqual(clones.flatMap((_, n) => [`${n}-0`, `${n}-1`]))
  }, 120_000)

  test('in one clone, what many processes add at once is all there', async () => {
    const root = tempFolder()
    const ends = await Promise.all(Array.from({ length: 6 }, () => open(null, root)))
    const added = await Promise.all(ends.map((one, n) => one.change(add(String(n)), LONG)))
    expect(added.filter(({ kind }) => kind === 'away')).toEqual([])
    expect(await words(await open(null, root))).toEqual(['0', '1', '2', '3', '4', '5'])
  }, 120_000)

  test('lies beside the ledger, in a ref of its own, one line of commits', async () => {
    const origin = makeOrigin()
    const one = await open(origin)
    await one.change(add('a'), LONG)
    await (await open(origin)).change(add('b'), LONG)
    expect(origin.git('for-each-ref', '--format=%(refname)')).toBe('refs/safe-deploy-notices/everflow')
    expect(
      origin
        .git('rev-list', '--parents', 'refs/safe-deploy-notices/everflow')
        .split('\n')
        .map((line) => line.split(' ').length),
    ).toEqual([2, 1])
  })

  test('a change that changes nothing writes nothing', async () => {
    const origin = makeOrigin()
    const one = await open(origin)
    expect(await one.change(() => null, LONG)).toEqual({ kind: 'at', text: null })
    await one.change(add('a'), LONG)
    const tip = origin.git('rev-parse', 'refs/safe-deploy-notices/everflow')
    await one.change((text) => text, LONG)
    expect(origin.git('rev-parse', 'refs/safe-deploy-notices/everflow')).toBe(tip)
  })

  test('a hook that refuses it is asked once, whatever words it has for that', async () => {
    const origin = makeOrigin()
    const hook = join(origin.path, 'hooks', 'update')
    mkdirSync(join(origin.path, 'hooks'), { recursive: true })
    writeFileSync(hook, '#!/bin/sh\necho "blocked: this ref was not expected here" >&2\nexit 1\n')
    chmodSync(hook, 0o755)
    const asked: (string | null)[] = []
    const change = (text: string | null) => `${asked.push(text)}\n`
    const read = await (await open(origin)).change(change, LONG)
    expect(read).toMatchObject({ kind: 'away', why: expect.stringContaining('blocked') })
    expect(asked).toEqual([null])
  })

  test('out of reach it says why and never throws', async () => {
    const origin = makeOrigin()
    const one = await open(origin)
    renameSync(origin.path, `${origin.path}.away`)
    expect(await one.change(add('a'), LONG)).toMatchObject({
      kind: 'away',
      why: expect.stringMatching(/not appear to be a git repository|does not exist/),
    })
    expect(await one.change(add('a'), 0)).toMatchObject({ kind: 'away' })
  })
})
