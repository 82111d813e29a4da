import { expect, test } from 'vitest'
import { mix } from '../../../src/change/lockfiles/mix.ts'
import { edgesIn, readAmong, rootsIn, versionsIn } from './reading.ts'

const LOCK = `%{
  "ecto": {:hex, :ecto, "3.14.1", "00", [:mix], [{:decimal, "~> 3.0", [hex: :decimal, repo: "hexpm", optional: false]}, {:jason, "~> 1.0", [hex: :jason, repo: "hexpm", optional: true]}], "hexpm", "00"},
  "decimal": {:hex, :decimal, "3.1.1", "00", [:mix], [], "hexpm", "00"},
  "jason": {:hex, :jason, "1.4.0", "00", [:mix], [], "hexpm", "00"},
  "hex_core": {:git, "https://github.com/hexpm/hex_core.git", "1234567890123456789012345678901234567890", [depth: 1]},
  "swoosh": {:hex, :swoosh, "1.0.0", "00", [:mix], [{:idna, ">= 6.0.0 and < 8.0.0", [hex: :idna_erl, repo: "hexpm", optional: false]}], "hexpm", "00"},
  "idna": {:hex, :idna_erl, "7.1.0", "00", [:rebar3], [], "hexpm", "00"},
}
`

const project = (deps: string, more = ''): string => `defmodule A.MixProject do
  def project, do: [app: :a, ${more} deps: deps()]
  defp deps do
    [
${deps}
    ]
  end
end
`

test('packages of Hex, wishes with their ranges, and git without a version', async () => {
  const lock = await readAmong(mix, 'mix.lock', { 'mix.lock': LOCK })
  expect(versionsIn(lock)).toEqual(['ecto 3.14.1', 'decimal 3.1.1', 'jason 1.4.0', 'hex_core null', 'swoosh 1.0.0', 'idna_erl 7.1.0'])
  expect(edgesIn(lock, 'ecto')).toEqual(['decimal → decimal (~> 3.0)', 'jason → null (~> 1.0)'])
  expect(edgesIn(lock, 'swoosh')).toEqual(['idna_erl → idna (>= 6.0.0 and < 8.0.0)'])
  expect(lock.roots).toBeNull()
})

test('mix.exs tells what is only for tests and development', async () => {
  const deps = `      {:ecto, "~> 3.0"}, # {:decimal, "~> 1.0"}
      {:jason, "~> 1.0", only: [:dev, :test], runtime: false},
      {:hex_core, github: "hexpm/hex_core#main",
        only: :test},
      {:swoosh, "~> 1.0", only: ~w(dev prod)a},
      # {:idna, "~> 1.0"}
      {:idna, link: :markdown}`
  expect(rootsIn(await readAmong(mix, 'mix.lock', { 'mix.lock': LOCK, 'mix.exs': project(deps) }))).toEqual([
    'ecto → ecto (~> 3.0)',
    'jason → jason (~> 1.0) dev',
    'hex_core → hex_core (null) dev',
    'swoosh → swoosh (~> 1.0)',
  ])
})

test('the projects of an umbrella are found by those that name them', async () => {
  const files = {
    'x/mix.lock': LOCK,
    'x/mix.exs': project('', 'apps_path: "apps", releases: [all: [applications: [web: :permanent]]],'),
    'x/apps/web/mix.exs': project('{:core, in_umbrella: true}, {:ecto, "~> 3.0"}'),
    'x/apps/core/mix.exs': project('{:swoosh, "~> 1.0"}'),
  }
  const lock = await readAmong(mix, 'x/mix.lock', files)
  expect(lock.roots?.map(({ name, from }) => `${name} ${from}`)).toEqual(['ecto x/apps/web/mix.exs', 'swoosh x/apps/core/mix.exs'])
})
