import { expect, test } from 'vitest'
import { pdm } from '../../../src/change/lockfiles/pdm.ts'
import { pipfile } from '../../../src/change/lockfiles/pipfile.ts'
import { poetry } from '../../../src/change/lockfiles/poetry.ts'
import { uv } from '../../../src/change/lockfiles/uv.ts'
import { edgesIn, readAmong, rootsIn, versionsIn } from './reading.ts'

const PYPROJECT = `
[project]
name = "My.App"
dependencies = ["Django[argon2]>=4,<5; python_version > '3'", "requests", "tool @ git+https://u:p@example.com/x.git"]
[project.optional-dependencies]
s3 = ["boto3~=1.0"]
test = ["pytest"]
all = ["my-app[s3,test]"]
[dependency-groups]
lint = ["ruff==0.1", { include-group = "x" }]
worker = ["celery"]
`

const POETRY = `
[[package]]
name = "Django"
version = "4.2.1"
optional = false
python-versions = "*"
groups = ["main"]
files = [
    {file = "d.whl", hash = "sha256:00"},
]

[package.dependencies]
"argon2.cffi" = {version = ">=19", optional = true, markers = "extra == \\"argon2\\""}
bcrypt = {version = "*", optional = true, markers = "extra == \\"bcrypt\\""}
sqlparse = ">=0.3.1"
numpy = [
    {version = ">=1,<2", markers = "python_version < \\"3.9\\""},
    {version = ">=2", markers = "python_version >= \\"3.9\\""},
]

[[package]]
name = "argon2-cffi"
version = "23.1"
groups = ["main", "dev"]

[[package]]
name = "bcrypt"
version = "4.0"
groups = ["dev", "docs"]

[[package]]
name = "sqlparse"
version = "0.5.0"
groups = ["main"]

[[package]]
name = "numpy"
version = "1.26.0"
groups = ["main"]

[[package]]
name = "numpy"
version = "2.0.0"
groups = ["main"]

[[package]]
name = "tool"
version = "0.1.0"
groups = ["main"]

[package.source]
type = "git"
url = "https://example.com/x.git"
reference = "HEAD"
resolved_reference = "00"

[metadata]
lock-version = "2.1"
python-versions = "*"
content-hash = "00"
`

test('poetry 2.1: groups, extras that are asked for, several copies, names as PEP 503 has them', async () => {
  const lock = await readAmong(poetry, 'poetry.lock', { 'poetry.lock': POETRY, 'pyproject.toml': PYPROJECT })
  expect(lock).toMatchObject({ ecosystem: 'python', format: 'poetry 2.1' })
  expect(versionsIn(lock)).toEqual([
    'django 4.2.1',
    'argon2-cffi 23.1',
    'bcrypt 4.0',
    'sqlparse 0.5.0',
    'numpy 1.26.0',
    'numpy 2.0.0',
    'tool null',
  ])
  expect(lock.packages.map(({ dev }) => dev)).toEqual([false, false, true, false, false, false, false])
  expect(edgesIn(lock, 'django')).toEqual([
    'argon2-cffi → argon2-cffi@23.1 (>=19)',
    'bcrypt → null (*)',
    'sqlparse → sqlparse@0.5.0 (>=0.3.1)',
    'numpy → numpy@1.26.0 (>=1,<2)',
    'numpy → numpy@2.0.0 (>=1,<2)',
    'numpy → numpy@1.26.0 (>=2)',
    'numpy → numpy@2.0.0 (>=2)',
  ])
  expect(rootsIn(lock)).toEqual([
    'django → django@4.2.1 (>=4,<5)',
    'requests → null (*)',
    'tool → tool@0.1.0 (null)',
    'boto3 → null (~=1.0)',
    'pytest → null (*) dev',
    'ruff → null (==0.1) dev',
    'celery → null (*)',
  ])
})

test("poetry 1.1: categories, and poetry's own tables", async () => {
  const text = `[[package]]
name = "a"
version = "1.0"
category = "main"

[[package]]
name = "b"
version = "2.0"
category = "dev"

[metadata]
lock-version = "1.1"

[metadata.files]
a = [
    {file = "a.whl", hash = "sha256:00"},
]
`
  const project = `[tool.poetry.dependencies]
python = "^3.9"
A = "^1.0"
c = [{ version = "<2" }, { version = ">=2" }]
d = { path = "../d" }
[tool.poetry.dev-dependencies]
b = { version = "*" }
[tool.poetry.group.docs.dependencies]
mkdocs = "~1"
[tool.poetry.group.server]
optional = true
dependencies = { gunicorn = "20" }
`
  const lock = await readAmong(poetry, 'x/poetry.lock', { 'x/poetry.lock': text, 'x/pyproject.toml': project })
  expect(lock.packages.map(({ dev }) => dev)).toEqual([false, true])
  expect(rootsIn(lock)).toEqual([
    'a → a@1.0 (^1.0)',
    'c → null (<2)',
    'c → null (>=2)',
    'd → null (null)',
    'b → b@2.0 (*) dev',
    'mkdocs → null (~1) dev',
    'gunicorn → null (20)',
  ])
  expect(lock.roots?.[0]?.from).toBe('x/pyproject.toml')
  expect((await readAmong(poetry, 'poetry.lock', { 'poetry.lock': text })).roots).toBeNull()
  expect((await readAmong(poetry, 'poetry.lock', { 'poetry.lock': text, 'pyproject.toml': 'not = ' })).roots).toBeNull()
})

const UV = `version = 1
revision = 3

[manifest]
members = ["app", "lib"]

[manifest.dependency-groups]
dev = [{ name = "prek", specifier = ">=0.4" }]

[[package]]
name = "app"
version = "0.1.0"
source = { editable = "server" }
dependencies = [
    { name = "lib" },
    { name = "redis", extra = ["hiredis"] },
    { name = "starlette", version = "0.5.0", source = { registry = "https://pypi.org/simple" }, marker = "python_version < '3.9'" },
    { name = "starlette", version = "1.0.0", source = { registry = "https://pypi.org/simple" }, marker = "python_version >= '3.9'" },
]

[package.optional-dependencies]
s3 = [
    { name = "boto3" },
]

[package.dev-dependencies]
test = [
    { name = "pytest" },
]

[package.metadata]
requires-dist = [
    { name = "boto3", marker = "extra == 's3'", specifier = "<2" },
    { name = "lib", editable = "lib" },
    { name = "redis", extras = ["hiredis"], specifier = ">=5,<6" },
    { name = "starlette" },
]

[package.metadata.requires-dev]
test = [{ name = "pytest", specifier = "~=8.0" }]

[[package]]
name = "boto3"
version = "1.0"
source = { registry = "https://pypi.org/simple" }

[[package]]
name = "hiredis"
version = "3.0"
source = { registry = "https://pypi.org/simple" }
sdist = { url = "https://example.com/x.tar.gz", hash = "sha256:00" }
wheels = [
    { url = "https://example.com/x.whl", hash = "sha256:00" },
]

[[package]]
name = "lib"
source = { editable = "lib" }
dependencies = [{ name = "fork" }]

[package.metadata]
requires-dist = [{ name = "fork", git = "https://example.com/fork" }]

[[package]]
name = "fork"
version = "9.0"
source = { git = "https://example.com/fork#00" }

[[package]]
name = "pytest"
version = "8.0"
source = { registry = "https://pypi.org/simple" }

[[package]]
name = "prek"
version = "0.4.1"
source = { registry = "https://pypi.org/simple" }

[[package]]
name = "redis"
version = "5.0"
source = { registry = "https://pypi.org/simple" }

[package.optional-dependencies]
hiredis = [{ name = "hiredis" }]

[[package]]
name = "starlette"
version = "0.5.0"
source = { registry = "https://pypi.org/simple" }
dependencies = [{ name = "redis" }]

[[package]]
name = "starlette"
version = "1.0.0"
source = { registry = "https://pypi.org/simple" }
`

test('uv: members of a workspace are the project, ranges are only known of what they ask for', async () => {
  const lock = await readAmong(uv, 'backend/uv.lock', { 'backend/uv.lock': UV })
  expect(lock.format).toBe('uv 1.3')
  expect(versionsIn(lock)).toEqual([
    'app null',
    'boto3 1.0',
    'hiredis 3.0',
    'lib null',
    'fork null',
    'pytest 8.0',
    'prek 0.4.1',
    'redis 5.0',
    'starlette 0.5.0',
    'starlette 1.0.0',
  ])
  expect(edgesIn(lock, 'app')).toEqual([])
  expect(edgesIn(lock, 'redis')).toEqual(['hiredis → hiredis@3.0 (null)'])
  expect(edgesIn(lock, 'starlette')).toEqual(['redis → redis@5.0 (null)'])
  expect(rootsIn(lock)).toEqual([
    'prek → prek@0.4.1 (>=0.4) dev',
    'lib → lib@ (editable lib) (null)',
    'redis → redis@5.0 (>=5,<6)',
    'starlette → starlette@0.5.0 (*)',
    'starlette → starlette@1.0.0 (*)',
    'boto3 → boto3@1.0 (<2)',
    'pytest → pytest@8.0 (~=8.0) dev',
    'fork → fork@9.0 (git https://example.com/fork#00) (null)',
  ])
  expect(lock.roots?.map(({ from }) => from)).toEqual([
    'backend/pyproject.toml',
    ...Array(6).fill('backend/server/pyproject.toml'),
    'backend/lib/pyproject.toml',
  ])
})

test('uv: without members the project is the one in the folder itself', async () => {
  const text = `version = 1
[[package]]
name = "beside"
source = { directory = "../beside" }
dependencies = [{ name = "a" }]
[[package]]
name = "a"
version = "1"
source = { registry = "https://pypi.org/simple" }
[[package]]
name = "app"
source = { virtual = "." }
dependencies = [{ name = "beside" }]
`
  const lock = await readAmong(uv, 'uv.lock', { 'uv.lock': text })
  expect(rootsIn(lock)).toEqual(['beside → beside@ (directory ../beside) (null)'])
  expect(edgesIn(lock, 'beside')).toEqual(['a → a@1 (null)'])
  expect((await readAmong(uv, 'uv.lock', { 'uv.lock': 'version = 1' })).roots).toBeNull()
})

test('pdm: entries with extras are the same package, and ranges are kept', async () => {
  const text = `[metadata]
groups = ["default", "test"]
lock_version = "4.5.1"

[[package]]
name = "httpx"
version = "0.27.0"
groups = ["default"]
dependencies = [
    "anyio",
    "Sniff_IO (>=1,<2) ; python_version < \\"3.11\\"",
]

[[package]]
name = "httpx"
version = "0.27.0"
extras = ["socks"]
groups = ["default"]
dependencies = ["httpx==0.27.0", "socksio==1.*"]

[[package]]
name = "anyio"
version = "4.0"
groups = ["default", "test"]

[[package]]
name = "sniff-io"
version = "1.3"
groups = ["test"]

[[package]]
name = "here"
version = "0.0.1"
editable = true
path = "./here"
`
  const lock = await readAmong(pdm, 'pdm.lock', { 'pdm.lock': text, 'pyproject.toml': PYPROJECT })
  expect(versionsIn(lock)).toEqual(['httpx 0.27.0', 'anyio 4.0', 'sniff-io 1.3', 'here null'])
  expect(lock.packages.map(({ dev }) => dev)).toEqual([false, false, true, null])
  expect(edgesIn(lock, 'httpx')).toEqual(['anyio → anyio@4.0 (*)', 'sniff-io → sniff-io@1.3 (>=1,<2)', 'socksio → null (==1.*)'])
  expect(rootsIn(lock)?.length).toBe(7)
})

test('Pipfile: what is in both sections runs; nobody asks for anything', async () => {
  const text = JSON.stringify({
    _meta: { 'pipfile-spec': 6, hash: { sha256: '00' } },
    default: { Flask: { version: '==2.0', hashes: [] }, mine: { editable: true, path: '.' }, shared: { version: '==1' } },
    develop: { pytest: { version: '==8' }, shared: { version: '==1' } },
    docs: { sphinx: { version: '==7' } },
  })
  const manifest =
    '[packages]\nflask = ">=2"\n[dev-packages]\npytest = "*"\n[docs]\nsphinx = {version = "~=7.0"}\n[requires]\npython_version = "3"\n'
  const lock = await readAmong(pipfile, 'Pipfile.lock', { 'Pipfile.lock': text, Pipfile: manifest })
  expect(lock.packages.map(({ id, version, dev, edges }) => [id, version, dev, edges.length])).toEqual([
    ['flask@2.0', '2.0', false, 0],
    ['mine@', null, false, 0],
    ['shared@1', '1', false, 0],
    ['pytest@8', '8', true, 0],
    ['sphinx@7', '7', true, 0],
  ])
  expect(rootsIn(lock)).toEqual(['flask → flask@2.0 (>=2)', 'pytest → pytest@8 (*) dev', 'sphinx → sphinx@7 (~=7.0) dev'])
  expect((await readAmong(pipfile, 'Pipfile.lock', { 'Pipfile.lock': text })).roots).toBeNull()
})
