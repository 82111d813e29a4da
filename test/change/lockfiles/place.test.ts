import { expect, test } from 'vitest'
import type { Ecosystem } from '../../../src/change/lockfiles/lock.ts'
import { placesIn } from '../../../src/change/lockfiles/place.ts'

const lineOf = (ecosystem: Ecosystem, format: string, name: string, version: string, lines: readonly string[]): number | null =>
  placesIn(lines.join('\n'), { ecosystem, format, packages: [], roots: null })(name, version)

test.each<[Ecosystem, string, string, string, string[], number]>([
  ['ruby', 'bundler', 'rack', '3.1.16', ['    a (1.0)', '      rack (= 3.1.16)', '    rack (3.1.16)'], 3],
  ['ruby', 'bundler', 'nokogiri', '1.18.9', ['    nokogiri (1.18.9-x86_64-linux)'], 1],
  [
    'npm',
    'package-lock 3',
    'b',
    '3.0.0',
    ['"node_modules/a": {', '"dependencies": { "b": "3.0.0" }', '"node_modules/b": {', '  "version": "3.0.0",'],
    4,
  ],
  ['npm', 'package-lock 1', 'b', '3.0.0', ['"b": {', '  "version": "3.0.0",'], 2],
  ['npm', 'pnpm 9.0', '@a/b', '3.0.0', ["  '@a/b@13.0.0':", "  '@a/b@3.0.0':"], 2],
  ['npm', 'pnpm 5.4', 'b', '3.0.0', ['  /b/3.0.0:'], 1],
  ['npm', 'yarn 1', 'b', '3.0.0', ['ab@^3.0.0:', '  version "2.0.0"', '', '', '', 'b@^3.0.0:', '  version "3.0.0"'], 7],
  ['npm', 'yarn 8', 'b', '3.0.0', ['"b@npm:^3.0.0":', '  version: 3.0.0'], 2],
  ['npm', 'bun 1', 'b', '3.0.0', ['    "b": ["b@3.0.0", "", {}],'], 1],
  ['python', 'uv 1', 'b', '3.0.0', ['[[package]]', 'name = "b"', 'version = "3.0.0"'], 3],
  ['python', 'requirements', 'b', '3.0.0', ['a==3.0.0', 'b==3.0.0 \\'], 2],
  ['python', 'pipfile 6', 'b', '3.0.0', ['"b": {', '  "hashes": [],', '  "version": "==3.0.0"'], 3],
  ['rust', 'cargo 4', 'b', '3.0.0', ['dependencies = [', ' "b",', ']', '', '', 'name = "b"', 'version = "3.0.0"'], 7],
  ['go', 'go.mod 1.22', 'a/b', 'v1.0.0', ['\ta/b v1.0.0 // indirect'], 1],
  ['go', 'go.mod 1.22', 'a/b', 'v2.1.0', ['\ta/b/v2 v2.1.0'], 1],
  ['php', 'composer 2', 'a/b', 'v3.0.0', ['"require": { "a/b": "^3" },', '', '', '', '"name": "a/b",', '"version": "v3.0.0",'], 6],
  ['elixir', 'mix', 'idna', '7.1.0', ['  "idna": {:hex, :idna, "7.1.0", "x"},'], 1],
])('%s (%s): the line of %s %s', (ecosystem, format, name, version, lines, line) => {
  expect(lineOf(ecosystem, format, name, version, lines)).toBe(line)
})

test('what is not found has no line, and one endless line ends', () => {
  expect(lineOf('ruby', 'bundler', 'a', '1.0', ['    b (1.0)'])).toBe(null)
  expect(lineOf('npm', 'package-lock 3', 'b', '3.0.0', ['"b": {'.repeat(500_000)])).toBe(null)
})
