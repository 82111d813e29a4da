import { expect, test } from 'vitest'
import type { Ecosystem } from '../../../src/change/lockfiles/lock.ts'
import { pinOf } from '../../../src/change/lockfiles/pins.ts'

const of = (ecosystem: Ecosystem, format: string, name: string, version: string): string =>
  pinOf(name, version, { ecosystem, format, packages: [], roots: null })

test.each([
  [
    'ruby',
    'bundler 2.5',
    'connection_pool',
    '2.5.5',
    'gem "connection_pool", "~> 2.5" in the Gemfile, then bundle update connection_pool --conservative',
  ],
  ['npm', 'package-lock 3', 'b', '2.1.0', '"overrides": { "b": "^2.1.0" } in package.json, then npm install'],
  ['npm', 'pnpm 9.0', 'b', '2.1.0', 'overrides: { "b": "^2.1.0" } in pnpm-workspace.yaml, then pnpm install'],
  ['npm', 'pnpm 6.0', 'b', '2.1.0', '"pnpm": { "overrides": { "b": "^2.1.0" } } in package.json, then pnpm install'],
  ['npm', 'yarn 1', '@a/b', '2.1.0', '"resolutions": { "@a/b": "^2.1.0" } in package.json, then yarn install'],
  ['npm', 'bun 1', 'b', '2.1.0', '"overrides": { "b": "^2.1.0" } in package.json, then bun install'],
  ['python', 'uv 1', 'starlette', '0.52.1', 'constraint-dependencies = ["starlette<1"] under [tool.uv] in pyproject.toml, then uv lock'],
  ['python', 'poetry 2.1', 'starlette', '0.52.1', 'poetry add "starlette<1"'],
  ['python', 'pdm 4.5', 'x', '1!2.0', 'x = "<1!3" under [tool.pdm.resolution.overrides] in pyproject.toml, then pdm lock'],
  ['python', 'pipfile 6', 'x', '2.0', 'x = "<3" under [packages] in the Pipfile, then pipenv lock'],
  ['python', 'requirements', 'x', '2.0', 'x<3 in constraints.txt, then compile with -c constraints.txt'],
  ['rust', 'cargo 4', 'zip', '7.0.0', 'cargo update -p zip --precise 7.0.0'],
  ['go', 'go.mod 1.22', 'github.com/x/y', 'v0.9.0', 'go get github.com/x/y@v0.9.0, then go mod tidy'],
  ['go', 'go.mod 1.22', 'github.com/x/y', 'v2.1.0', 'go get github.com/x/y/v2@v2.1.0, then go mod tidy'],
  ['go', 'go.mod 1.22', 'gopkg.in/yaml', 'v2.4.0', 'go get gopkg.in/yaml.v2@v2.4.0, then go mod tidy'],
  ['php', 'composer 2', 'symfony/mime', 'v7.1.2', 'composer require "symfony/mime:^7.1"'],
  ['elixir', 'mix', 'idna', '6.1.1', '{:idna, "~> 6.1", override: true} in mix.exs, then mix deps.get'],
] as const)('%s (%s): %s %s', (ecosystem, format, name, version, pin) => {
  expect(of(ecosystem, format, name, version)).toBe(pin)
})
