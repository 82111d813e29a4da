import { goPath } from './go-path.ts'
import type { Lock } from './lock.ts'
import { majorOf, numbersOf } from './versions.ts'

/** A way to hold a package below its new major: where to write what, as typed. */
type Pin = (name: string, version: string, lock: Lock) => string

const PINS: Record<Lock['ecosystem'], Pin> = {
  ruby: (name, version) => `gem "${name}", "~> ${minorOf(version)}" in the Gemfile, then bundle update ${name} --conservative`,
  npm: (name, version, { format }) => {
    const range = `"${name}": "^${numbersOf(version, 3).join('.')}"`
    if (format.startsWith('yarn')) return `"resolutions": { ${range} } in package.json, then yarn install`
    if (format.startsWith('bun')) return `"overrides": { ${range} } in package.json, then bun install`
    if (/^pnpm [1-8]\b/.test(format)) return `"pnpm": { "overrides": { ${range} } } in package.json, then pnpm install`
    if (format.startsWith('pnpm')) return `overrides: { ${range} } in pnpm-workspace.yaml, then pnpm install`
    return `"overrides": { ${range} } in package.json, then npm install`
  },
  python: (name, version, { format }) => {
    const range = below(version)
    if (format.startsWith('uv')) return `constraint-dependencies = ["${name}${range}"] under [tool.uv] in pyproject.toml, then uv lock`
    if (format.startsWith('poetry')) return `poetry add "${name}${range}"`
    if (format.startsWith('pdm')) return `${name} = "${range}" under [tool.pdm.resolution.overrides] in pyproject.toml, then pdm lock`
    if (/^pipfile/i.test(format)) return `${name} = "${range}" under [packages] in the Pipfile, then pipenv lock`
    return `${name}${range} in constraints.txt, then compile with -c constraints.txt`
  },
  rust: (name, version) => `cargo update -p ${name} --precise ${version}`,
  go: (name, version) => `go get ${goPath(name, version)}@v${version.replace(/^v/, '')}, then go mod tidy`,
  php: (name, version) => `composer require "${name}:^${minorOf(version)}"`,
  elixir: (name, version) => `{:${name}, "~> ${minorOf(version)}", override: true} in mix.exs, then mix deps.get`,
}

/** What to type to stay with the version of before. */
export const pinOf = (name: string, version: string, lock: Lock): string => PINS[lock.ecosystem](name, version.replace(/^=/, ''), lock)

const minorOf = (version: string): string => numbersOf(version, 2).join('.')

/** Below the next major, with its epoch where there is one. */
const below = (version: string): string => {
  const [epoch, major] = /^(?:(\d+)!)?(\d+)$/.exec(majorOf(version) ?? '0')?.slice(1) ?? []
  return `<${epoch ? `${epoch}!` : ''}${Number(major) + 1}`
}
