import { describe, expect, it } from 'vitest'
import { hearFly, saysImageMissing } from '../../../src/targets/fly/output.ts'
import { foldLines, mainLines, signature } from '../../../src/targets/folding.ts'

describe('hearing fly', () => {
  it('the release it made', () => {
    expect(hearFly('{"id":"rel_42","version":42,"image_ref":"registry.fly.io/x:1"}')).toEqual({
      emitted: { id: 'rel_42', version: 42, image: 'registry.fly.io/x:1' },
      built: false,
    })
  })
  it.each([
    'image: registry.fly.io/x:1',
    'image size: 52 MB',
    'Watch your deployment at https://fly.io/apps/x/monitoring',
    '--> Building image done',
  ])('that the image is built: %s', (line) => expect(hearFly(line)).toEqual({ emitted: null, built: true }))
  it.each([
    '==> Building image',
    '{"id":"x"}',
    '{"id":1,"version":"a","image_ref":2}',
    '{broken',
    '',
    'my image: none',
    `{"id":"${'x'.repeat(5000)}"}`,
  ])('nothing in %j', (line) => expect(hearFly(line)).toBeNull())
  it('that an image is gone', () => {
    expect(saysImageMissing(['Error: failed to fetch an image: Could not find image "registry.fly.io/x@sha256:1"'])).toBe(true)
    expect(saysImageMissing(['Error: unknown flag'])).toBe(false)
  })
})

const crash = (at: string, id: string, n: number): string[] => [
  `${at} app[${id}] ams [info]starting`,
  `${at} app[${id}] ams [error]psycopg2.OperationalError: password authentication failed for user "app" (attempt ${n})`,
  `Error: smoke checks for ${id} failed: the app appears to be crashing`,
]
const first = crash('2026-08-21T10:00:00.123Z', 'e784079b449483', 1)
const again = crash('2026-09-02T23:59:01Z', '91857e2ba19d83', 17)

describe('folding lines', () => {
  it('counts the same message whatever time, id and number it has', () => {
    const folded = foldLines([...first, ...again])
    expect(folded.map((line) => line.count)).toEqual([2, 2, 2])
    expect(folded[1]?.text).toContain('attempt 17')
  })
  it('keeps different messages apart and drops blank lines', () => {
    expect(foldLines(['a', '', 'b', 'a'])).toEqual([
      { text: 'a', count: 2 },
      { text: 'b', count: 1 },
    ])
  })
  it('shows the lines that say what went wrong', () => {
    expect(mainLines(first).map((line) => line.text)).toEqual([first[1], first[2]])
  })
  it.each(["KeyError: 'DATABASE_URL'", 'ModuleNotFoundError: No module named x', 'java.lang.NullPointerException'])(
    'takes %s for one',
    (line) => {
      expect(mainLines(['Starting up', line, 'bye']).map((one) => one.text)).toEqual([line])
    },
  )
  it('shows the last lines where none says so', () => {
    expect(mainLines(['one', 'two'])).toHaveLength(2)
  })
})

describe('the fingerprint of a failure', () => {
  it('is the same for the same error at another time on another machine', () => {
    expect(signature(again)).toBe(signature(first))
  })
  it('is another for another error', () => {
    expect(signature(['Error: port 8080 refused'])).not.toBe(signature(first))
  })
  it('is none without output', () => {
    expect(signature([])).toBeNull()
  })
})
