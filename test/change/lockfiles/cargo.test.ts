import { expect, test } from 'vitest'
import { cargo } from '../../../src/change/lockfiles/cargo.ts'
import { edgesIn, readAmong, rootsIn, versionsIn } from './reading.ts'

const REGISTRY = 'registry+https://github.com/rust-lang/crates.io-index'
const crate = (name: string, version: string, dependencies: string[] = [], source: string | null = REGISTRY): string =>
  `[[package]]\nname = "${name}"\nversion = "${version}"\n${source ? `source = "${source}"\n` : ''}dependencies = ${JSON.stringify(dependencies)}\n\n`

const GIT = 'git+https://example.com/fork?branch=main'
const LOCK = [
  'version = 4\n\n',
  crate('app', '0.1.0', ['cc', 'core', 'fork', 'mockito', 'rand 0.8.5', 'rand 0.9.1', 'serde', 'winapi'], null),
  crate('cc', '1.0.0'),
  crate('core', '0.1.0', ['serde'], null),
  crate('fork', '2.0.0', [], `${GIT}#00`),
  crate('helper', '0.1.0', ['serde'], null),
  crate('kdl', '4.7.1', ['serde']),
  crate('kdl', '6.7.1', ['kdl 4.7.1', `fork 2.0.0 (${GIT})`]),
  crate('mockito', '1.0.0', ['rand 0.8.5']),
  crate('rand', '0.8.5'),
  crate('rand', '0.9.1'),
  crate('serde', '1.0.200'),
  crate('winapi', '0.3.0'),
].join('')

const FILES = {
  'rust/Cargo.lock': LOCK,
  'rust/Cargo.toml': `[workspace]
members = ["crates/*", "tools/helper-dir"]
[workspace.dependencies]
serde = { version = "1.0.1", features = ["derive"] }
[package]
name = "app"
[dependencies]
core = { path = "crates/core" }
serde.workspace = true
old-rand = { package = "rand", version = "0.8" }
rand = "0.9"
[target.'cfg(windows)'.dependencies]
winapi = ">=0.3"
[dev-dependencies]
mockito = "^1"
helper = { path = "tools/helper-dir" }
[build-dependencies]
cc = "1"
[dependencies.fork]
git = "https://example.com/fork"
`,
  'rust/crates/core/Cargo.toml': '[package]\nname = "core"\n[dev-dependencies]\nserde = { workspace = true }\n',
  'rust/tools/helper-dir/Cargo.toml': '[package]\nname = "helper"\n[dependencies]\nserde = "1"\n',
}

test('the members of a workspace are the project; their manifests tell ranges, tests and builds', async () => {
  const lock = await readAmong(cargo, 'rust/Cargo.lock', FILES)
  expect(lock).toMatchObject({ ecosystem: 'rust', format: 'cargo 4' })
  expect(versionsIn(lock).filter((one) => one.endsWith('null'))).toEqual(['app null', 'core null', 'fork null', 'helper null'])
  expect(rootsIn(lock)).toEqual([
    'cc → cc@1.0.0 (1) dev',
    'core → core@0.1.0 (null)',
    'fork → fork@2.0.0 (git) (null)',
    'mockito → mockito@1.0.0 (^1) dev',
    'rand → rand@0.8.5 (0.8)',
    'rand → rand@0.9.1 (0.9)',
    'serde → serde@1.0.200 (1.0.1)',
    'winapi → winapi@0.3.0 (>=0.3)',
    'serde → serde@1.0.200 (1.0.1) dev',
    'serde → serde@1.0.200 (1) dev',
  ])
  expect(lock.roots?.slice(-2).map(({ from }) => from)).toEqual(['rust/crates/core/Cargo.toml', 'rust/tools/helper-dir/Cargo.toml'])
})

test('an edge goes to the copy that it names, and a crate may stand for its own next major', async () => {
  const lock = await readAmong(cargo, 'rust/Cargo.lock', FILES)
  expect(edgesIn(lock, 'mockito')).toEqual(['rand → rand@0.8.5 (null)'])
  expect(edgesIn(lock, 'kdl')).toEqual(['serde → serde@1.0.200 (null)', 'kdl → kdl@4.7.1 (null)', 'fork → fork@2.0.0 (git) (null)'])
  expect(edgesIn(lock, 'app')).toEqual([])
})

test('version 1 names the source of every dependency, and its first table is the root; without a manifest the project is unknown', async () => {
  const text = `[root]\nname = "app"\nversion = "0.1.0"\ndependencies = ["serde 1.0.200 (${REGISTRY})"]\n\n${crate('serde', '1.0.200')}[metadata]\n"checksum serde 1.0.200 (${REGISTRY})" = "00"\n`
  const lock = await readAmong(cargo, 'Cargo.lock', {
    'Cargo.lock': text,
    'Cargo.toml': '[package]\nname = "app"\n[dependencies]\nserde = "1"',
  })
  expect(lock.format).toBe('cargo 1')
  expect(rootsIn(lock)).toEqual(['serde → serde@1.0.200 (1)'])
  expect((await readAmong(cargo, 'Cargo.lock', { 'Cargo.lock': text })).roots).toBeNull()
})
