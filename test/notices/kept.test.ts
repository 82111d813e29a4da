import { expect, test } from 'vitest'
import { guardFiles } from '../../src/adapters/guard-files.ts'
import { privateFolder } from '../../src/ledger/private.ts'
import { makeKept } from '../../src/notices-kept.ts'
import { entryOf, NO_BOOK, noted, type Story } from '../../src/notifiers/book.ts'
import { tempFolder } from '../change/repo.ts'

const STORY = { key: 'a1', since: '2026-11-28T12:00:00.000Z', ended: null, failures: 1, rollbacks: 0 } as Story

test('as many refusals wait as a book can tell apart: noted again after a crash, none counts twice', async () => {
  const kept = makeKept(guardFiles, privateFolder(tempFolder()), 'everflow')
  for (let i = 0; i < 520; i += 1) await kept.refuse('a1')
  const marks = (await kept.refused()).map(({ mark }) => mark)
  const once = noted(NO_BOOK, STORY, marks)
  expect(marks.length).toBeGreaterThanOrEqual(500)
  expect(entryOf(noted(once, STORY, marks), 'a1')?.refused).toBe(marks.length)
})
