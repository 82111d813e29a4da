import { expect, test } from 'vitest'
import { goMod } from '../../../src/change/lockfiles/go-mod.ts'
import { readAmong, rootsIn } from './reading.ts'

const TEXT = `module github.com/acme/app // a comment

go 1.24.1

toolchain go1.24.2

require github.com/a/one v1.2.3
require (
	github.com/avast/retry-go/v4 v4.7.0
	github.com/docker/docker v28.5.2+incompatible
	"gopkg.in/yaml.v3" v3.0.1 // indirect; why
	gopkg.in/yaml.v2 v2.4.0 // indirect
	github.com/local/thing v0.1.0
	github.com/forked/thing/v2 v2.0.0 // not indirect
	github.com/x/pseudo v0.0.0-20250102033503-faa5f7b0171c // indirect
)

replace github.com/local/thing => ../thing

replace (
	github.com/forked/thing/v2 v2.0.0 => github.com/me/thing/v2 v2.1.0
	github.com/a/one v9.9.9 => github.com/a/two v2.0.0
)

exclude github.com/a/one v1.0.0
retract [v1.0.0, v1.9.9]
tool golang.org/x/tools/cmd/stringer
`

test('modules by their path without the major, as they are replaced', async () => {
  const lock = await readAmong(goMod, 'go.mod', { 'go.mod': TEXT })
  expect(lock).toMatchObject({ ecosystem: 'go', format: 'go.mod 1.24.1' })
  expect(lock.packages.map(({ id, name, version }) => [id, name, version])).toEqual([
    ['github.com/a/one', 'github.com/a/one', 'v1.2.3'],
    ['github.com/avast/retry-go/v4', 'github.com/avast/retry-go', 'v4.7.0'],
    ['github.com/docker/docker', 'github.com/docker/docker', 'v28.5.2+incompatible'],
    ['gopkg.in/yaml.v3', 'gopkg.in/yaml', 'v3.0.1'],
    ['gopkg.in/yaml.v2', 'gopkg.in/yaml', 'v2.4.0'],
    ['github.com/local/thing', 'github.com/local/thing', null],
    ['github.com/forked/thing/v2', 'github.com/forked/thing', 'v2.1.0'],
    ['github.com/x/pseudo', 'github.com/x/pseudo', 'v0.0.0-20250102033503-faa5f7b0171c'],
  ])
})

test('what the project itself imports is asked for', async () => {
  expect(rootsIn(await readAmong(goMod, 'go.mod', { 'go.mod': TEXT }))).toEqual([
    'github.com/a/one → github.com/a/one (v1.2.3)',
    'github.com/avast/retry-go → github.com/avast/retry-go/v4 (v4.7.0)',
    'github.com/docker/docker → github.com/docker/docker (v28.5.2)',
    'github.com/local/thing → github.com/local/thing (v0.1.0)',
    'github.com/forked/thing → github.com/forked/thing/v2 (v2.0.0)',
  ])
})

test('go.sum is no list of what is built', () => expect(['go.mod', 'a/go.mod', 'go.sum'].map(goMod.reads)).toEqual([true, true, false]))
