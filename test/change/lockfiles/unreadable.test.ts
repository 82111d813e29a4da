import { parse } from 'smol-toml'
import { describe, expect, test } from 'vitest'
import { cargo } from '../../../src/change/lockfiles/cargo.ts'
import { composer } from '../../../src/change/lockfiles/composer.ts'
import { gemfile } from '../../../src/change/lockfiles/gemfile.ts'
import { goMod } from '../../../src/change/lockfiles/go-mod.ts'
import { type LockReader, UnreadableLock } from '../../../src/change/lockfiles/lock.ts'
import { mix } from '../../../src/change/lockfiles/mix.ts'
import { pdm } from '../../../src/change/lockfiles/pdm.ts'
import { pipfile } from '../../../src/change/lockfiles/pipfile.ts'
import { poetry } from '../../../src/change/lockfiles/poetry.ts'
import { requirements } from '../../../src/change/lockfiles/requirements.ts'
import { withoutFiles } from '../../../src/change/lockfiles/tables.ts'
import { uv } from '../../../src/change/lockfiles/uv.ts'
import { readAmong } from './reading.ts'

const READERS: [string, LockReader][] = [
  ['Gemfile.lock', gemfile],
  ['poetry.lock', poetry],
  ['uv.lock', uv],
  ['pdm.lock', pdm],
  ['Pipfile.lock', pipfile],
  ['requirements.txt', requirements],
  ['Cargo.lock', cargo],
  ['go.mod', goMod],
  ['composer.lock', composer],
  ['mix.lock', mix],
]

/** Why it cannot be read, and where; null where it can. */
const failure = async (reader: LockReader, path: string, text: string): Promise<[string, number | null] | null> => {
  try {
    await readAmong(reader, path, { [path]: text })
    return null
  } catch (error) {
    if (error instanceof UnreadableLock) return [error.why, error.line]
    throw error
  }
}

describe.each(READERS)('%s', (path, reader) => {
  test('a merge conflict is named with its line', async () => {
    expect(await failure(reader, path, 'a\nb\n<<<<<<< HEAD\nc\n=======\nd\n>>>>>>> x\n')).toEqual(['a merge conflict is left in it', 3])
  })

  test('what is too large or binary is not looked at', async () => {
    expect(await failure(reader, path, 'a'.repeat(30 * 1024 * 1024))).toEqual(['it is larger than 16 MB', null])
    expect(await failure(reader, path, 'a\0b')).toEqual(['it is binary', null])
  })

  test('whatever it is given, nothing but that it cannot be read comes of it, and no word of the text', async () => {
    const odd = [
      '',
      '{',
      '[',
      '[[package]]\nname = "top-secret',
      '%{\n',
      '"'.repeat(1000),
      '\ufffd'.repeat(1000),
      'null',
      '[]',
      '{"packages":5,"default":[],"_meta":1}',
    ]
    const tables = ['package = 5\nversion = 1', 'version = 1\n[[package]]\nname = 5\ndependencies = 7\n[metadata]\nlock_version = "4.5"']
    for (const text of [
      ...odd,
      ...tables,
      '__proto__: {:hex, :__proto__, "1"}',
      '{"__proto__":{"packages":[]},"packages":[{"__proto__":1}]}',
    ]) {
      const found = await failure(reader, path, text)
      expect(found?.[0] ?? '').not.toContain('top-secret')
    }
  })
})

const TOML = '[[package]]\nname = "a"\nversion = "1"\n'

test.each([
  ['Gemfile.lock', gemfile, 'GEM\n  specs:\n    a (1)\n', ['it ends before its DEPENDENCIES', null]],
  ['poetry.lock', poetry, TOML, ['it has no metadata at its end', null]],
  ['poetry.lock', poetry, `${TOML}files = [\n    {file = "a"},\n`, ['it ends within a list', 6]],
  ['poetry.lock', poetry, `${TOML}[metadata]\nlock-version = "3.0"`, ['its version is 3.0: known are those up to 2', null]],
  ['uv.lock', uv, 'version = 1\n[[package]]\nname = "a', ['it is not valid TOML, or is cut short', 3]],
  ['uv.lock', uv, 'version = 2', ['its version is 2: known is 1', null]],
  ['pdm.lock', pdm, '[metadata]\nlock_version = "5.0"', ['its version is 5.0: known are 3 and 4', null]],
  ['pdm.lock', pdm, TOML, ['it names no version of its format', null]],
  ['Pipfile.lock', pipfile, '{"_meta":{"pipfile-spec":7},"default":{}}', ['its version is 7: known is 6', null]],
  ['Pipfile.lock', pipfile, '{"_meta":{"pipfile-spec":6}}', ['it lists no packages', null]],
  ['requirements.txt', requirements, 'a==1 \\\n    --hash=sha256:00 \\', ['it ends within a line that goes on', null]],
  ['requirements.txt', requirements, 'a==1\n'.repeat(20_001), ['it lists more than 20,000 packages', null]],
  ['Cargo.lock', cargo, 'version = 5', ['its version is 5: known are 1 to 4', null]],
  ['go.mod', goMod, 'module a\nrequire (\n\tb v1.0.0\n', ['it ends within a block', null]],
  ['composer.lock', composer, '{"packages": [{"name": "a/b"', ['it is not valid JSON, or is cut short', null]],
  ['composer.lock', composer, '{}', ['it lists no packages', null]],
  ['mix.lock', mix, '%{\n  "a": {:hex, :a, "1.0.0", "00"', ['it is cut short', null]],
  ['mix.lock', mix, 'hello', ['it is not a map', null]],
] as const)('%s says why it cannot be read: case %#', async (path, reader, text, why) => {
  const found = await failure(reader, path, text)
  expect(found?.[0]).toBe(why[0])
  if (why[1] !== null) expect(found?.[1]).toBe(why[1])
})

test('names of JavaScript objects are names like others', async () => {
  const text = '{"packages":[{"name":"a/constructor","version":"1","require":{"__proto__":"1","a/__proto__":"2"}}],"packages-dev":[]}'
  const lock = await readAmong(composer, 'composer.lock', {
    'composer.lock': text,
    'composer.json': '{"require":{"a/constructor":"*"},"__proto__":{"require":{"x/y":"1"}}}',
  })
  expect(lock.packages[0]?.edges).toEqual([{ name: 'a/__proto__', to: null, constraint: '2' }])
  expect(lock.roots?.map(({ name }) => name)).toEqual(['a/constructor'])
})

test('without the files that are downloaded a lockfile of Python is the same', () => {
  const text = `version = 1
[[package]]
name = "a"
version = "1"
sdist = { url = "https://example.com/[a].tar.gz", hash = "00" }
checksum = "00"
wheels = [
    { url = "https://example.com/a.whl" },
]
dependencies = [
    { name = "files = [" },
]
files = [
    {file = "a", hash = "x"},
]

[package.extras]
files = ["b"]

[metadata]
lock-version = "2"

[metadata.files]
a = [
    {file = "b"},
]
`
  const whole = parse(text) as { package: Record<string, unknown>[]; metadata: Record<string, unknown> }
  for (const key of ['sdist', 'checksum', 'wheels', 'files']) delete whole.package[0]?.[key]
  whole.metadata.files = {}
  expect(parse(withoutFiles(text))).toEqual({ ...whole, metadata: { 'lock-version': '2' } })
  const quoted = 'a = """\nfiles = [\n"""'
  expect(withoutFiles(quoted)).toBe(quoted)
})
