import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cyclesOf, type Import, importsOf, readSources } from './support/imports.ts'

/**
 * The house's layers (design §6): what a file may import lies in its own layer or below. A file belongs to the first row that fits.
 * `only` narrows further: nothing but these layers, and itself.
 */
const LAYERS: readonly { name: string; files: RegExp; rank: number; only?: readonly string[] }[] = [
  { name: 'sandbox', files: /^sandbox\//, rank: 1, only: [] },
  { name: 'adapters', files: /^adapters\//, rank: 1, only: ['nouns'] },
  { name: 'reporters', files: /^reporters\//, rank: 1, only: ['nouns'] },
  { name: 'notifiers', files: /^(?:notifiers|relay)\//, rank: 1, only: ['nouns'] },
  { name: 'agents', files: /^agents\//, rank: 1, only: ['nouns'] },
  { name: 'demo', files: /^demo\//, rank: 1, only: ['nouns'] },
  { name: 'nouns', files: /^(?:model|ports|ports-relay|errors|events|redact|words|random|ending)\.ts$/, rank: 0 },
  { name: 'pure', files: /^(?:config|change|checklist|ledger|targets|probes)\/|^plan\.ts$|^\.\.\/(?:checklists|schema)\b/, rank: 1 },
  { name: 'stages', files: /^stages\/|^run\.ts$/, rank: 2 },
  // The table of what loads what is part of the composition, though it lies beside the commands.
  { name: 'top', files: /^[a-z-]+\.ts$|^commands\/load\.ts$/, rank: 4 },
  { name: 'commands', files: /^commands\//, rank: 3 },
]

/** Types alone may look up: words of one room in the contract of another. */
const TYPES_MAY: readonly { from: RegExp; to: RegExp; because: string }[] = [
  {
    from: /^(?:events|model)\.ts$/,
    to: /^(?:ledger\/(?:events|state)|config\/settings|targets\/truth)\.ts$/,
    because: 'nouns that rooms define',
  },
  { from: /^reporters\//, to: /^ledger\/(?:events|state)\.ts$/, because: 'reporters draw the state' },
  { from: /^stages\/(?:desk|read)\.ts$/, to: /^adapters\/repository\.ts$/, because: 'where a clone is' },
]

/** Files that put the world together: they, and the top, name adapters and reporters. Nobody else does. */
const COMPOSE = /^[a-z-]+\.ts$|^commands\/(?:[a-z]+-sources|load|sandbox-shell)\.ts$/
const WORLD = new Set(['adapters', 'reporters', 'notifiers'])
/** What may import the pocket fly and the demo: their own commands. */
const PLAYED = new Set(['sandbox', 'demo'])

/** One library, one place. What is not named here may not be imported at all. */
const LIBRARIES: Readonly<Record<string, RegExp>> = {
  execa: /^adapters\/capture\.ts$/,
  'simple-git': /^adapters\/clone\.ts$/,
  inquirer: /^adapters\/prompt\.ts$/,
  listr2: /^reporters\/live-list\.ts$/,
  commander: /^commands\/parse-hard\.ts$/,
  dotenv: /^stages\/test\/env-file\.ts$/,
  '@balena/dockerignore': /^change\/ignore-file\.ts$/,
  'smol-toml': /^change\/parse-toml\.ts$/,
  semver: /^change\/lockfiles\/npm-range\.ts$/,
  '@renovatebot/pep440': /^change\/lockfiles\/python-range\.ts$/,
  '@renovatebot/ruby-semver': /^change\/lockfiles\/ruby-range\.ts$/,
  // One for what users write, one for a fly config in YAML.
  yaml: /^(?:config\/yaml|change\/fly-file)\.ts$/,
  picomatch: /^change\/|^checklist\/own-rules\.ts$/,
  // Words, control flow and the entry each need its types or its parser; nobody else does.
  unbash: /^agents\/shell\//,
  // Rules of a project, and what an operator of the relay wrote.
  re2js: /^(?:checklist\/own-rules|config\/pattern)\.ts$/,
  zod: /^config\/(?:schema.*|issues|checked|json-schema|values)\.ts$|^commands\/mcp-tools\.ts$/,
  '@modelcontextprotocol/server': /^adapters\/mcp\.ts$/,
  '@modelcontextprotocol/server/stdio': /^adapters\/mcp\.ts$/,
  // Pure parts of the system's library: they touch nothing.
  // Packed bodies, and checksums.
  'node:zlib': /^(?:relay\/read-body|adapters\/journal\/line)\.ts$/,
  'node:path': /./,
  'node:crypto': /./,
  'node:util': /./,
  'node:string_decoder': /./,
  'node:url': /./,
}

/** Builtins that touch the world. */
const SYSTEM = /^node:/
const MAY_TOUCH = /^(?:adapters|sandbox)\//
/** Each an exception with its reason; a longer list is a smell. */
const MAY_ALSO_TOUCH: Readonly<Record<string, readonly string[]>> = {
  // The fastest path reads two files before anything is wired.
  'look.ts': ['node:fs'],
  'look-every.ts': ['node:fs'],
  // The composition itself.
  'settings-of.ts': ['node:fs'],
  'who.ts': ['node:os'],
}

const LONGEST = 300
/** Known breaks that somebody means to mend. Whoever mends one strikes it off: a test says so. */
const OWED: readonly string[] = []

const SRC = join(import.meta.dirname, '..', 'src')
const sources = readSources(SRC)
const imports = sources.flatMap((source) => source.imports)

const layerOf = (path: string) => LAYERS.find((layer) => layer.files.test(path))
const typeAllowed = ({ from, to, type }: Import): boolean => type && TYPES_MAY.some((may) => may.from.test(from) && may.to.test(to))

/** Why an import breaks the layers, or null. */
const layerBreak = (one: Import): string | null => {
  const [from, to] = [layerOf(one.from), layerOf(one.to)]
  if (!from || !to) return `${one.from} imports ${one.to}: ${from ? one.to : one.from} is in no layer; add it to LAYERS`
  if (from.name === to.name || typeAllowed(one)) return null
  const broken = (rule: string): string => `${one.from} imports ${one.type ? 'types of ' : ''}${one.to}: ${rule}`
  if (from.only && !from.only.includes(to.name)) return broken(`${from.name} may import only ${[...from.only, 'themselves'].join(', ')}`)
  if (WORLD.has(to.name) && !COMPOSE.test(one.from) && !one.type) return broken(`only the composition names ${to.name}`)
  if (PLAYED.has(to.name) && !COMPOSE.test(one.from) && from.name !== 'commands')
    return broken(`only commands and the top start the ${to.name}`)
  return to.rank > from.rank && !one.type ? broken(`${from.name} lie below ${to.name}`) : typeUp(one, from.rank, to.rank, broken)
}

const typeUp = (one: Import, from: number, to: number, broken: (rule: string) => string): string | null =>
  one.type && to > from ? broken('types of a higher layer; name the exception in TYPES_MAY') : null

const libraryBreak = ({ from, to }: Import): string | null => {
  // A program of its own, which shares no module with the guard.
  if (from.startsWith('sandbox/')) return null
  const where = LIBRARIES[to]
  if (where) return where.test(from) ? null : `${from} imports ${to}: one library, one place (${where.source})`
  if (!SYSTEM.test(to)) return `${from} imports ${to}: it is in no row of LIBRARIES`
  return MAY_TOUCH.test(from) || MAY_ALSO_TOUCH[from]?.includes(to)
    ? null
    : `${from} imports ${to}: only adapters and the sandbox touch the system`
}

const breaks = (judge: (one: Import) => string | null, ours: boolean): string[] =>
  imports.flatMap((one) => (one.ours === ours ? (judge(one) ?? []) : []))

const tooLong = (): string[] => sources.flatMap(({ path, lines }) => (lines > LONGEST ? [`${path}: longer than ${LONGEST} lines`] : []))

const unknown = (found: readonly string[]): string[] => found.filter((one) => !OWED.includes(one))

describe('the house', () => {
  test('is read at all', () => {
    expect(sources.length).toBeGreaterThan(100)
    expect(imports.filter((one) => one.ours).length).toBeGreaterThan(300)
    expect(imports.some((one) => one.dynamic)).toBe(true)
  })

  test('imports go one way', () => {
    expect(unknown(breaks(layerBreak, true))).toEqual([])
  })

  test('one library, one place; only adapters touch the system', () => {
    expect(unknown(breaks(libraryBreak, false))).toEqual([])
  })

  test('no file imports itself in a circle when it loads', () => {
    expect(cyclesOf(imports.filter((one) => !one.type && !one.dynamic))).toEqual([])
  })

  test('every import of ours names a file that is there', () => {
    const known = new Set(sources.map((source) => source.path))
    expect(
      imports.filter((one) => one.ours && !known.has(one.to) && !one.to.startsWith('../')).map((one) => `${one.from} imports ${one.to}`),
    ).toEqual([])
  })

  test(`no file is longer than ${LONGEST} lines`, () => {
    expect(unknown(tooLong())).toEqual([])
  })

  test('debts that are paid are struck off', () => {
    const now = [...breaks(layerBreak, true), ...breaks(libraryBreak, false), ...tooLong()]
    expect(OWED.filter((debt) => !now.includes(debt))).toEqual([])
  })

  test('exceptions that nothing uses are gone', () => {
    const used = (from: string, to: string): boolean => imports.some((one) => one.from === from && one.to === to)
    const idle = Object.entries(MAY_ALSO_TOUCH).flatMap(([from, names]) =>
      names.filter((to) => !used(from, to)).map((to) => `${from} ${to}`),
    )
    expect(idle).toEqual([])
  })
})

describe('the rules bite', () => {
  const judged = (path: string, text: string): (string | null)[] =>
    importsOf(path, text).map((one) => (one.ours ? layerBreak(one) : libraryBreak(one)))

  test.each([
    ['ledger/fold.ts', `import { deploy } from '../stages/deploy.ts'`, 'pure lie below stages'],
    ['stages/read.ts', `import { run } from '../commands/deploy.ts'`, 'stages lie below commands'],
    ['stages/read.ts', `import { tty } from '../reporters/tty.ts'`, 'only the composition names reporters'],
    ['reporters/tty.ts', `import { stop } from '../stages/stop.ts'`, 'reporters may import only nouns'],
    ['reporters/tty.ts', `import type { Desk } from '../stages/desk.ts'`, 'reporters may import only nouns'],
    ['adapters/git.ts', `import { fold } from '../ledger/fold.ts'`, 'adapters may import only nouns'],
    ['change/diff.ts', `import { makeGit } from '../adapters/git.ts'`, 'only the composition names adapters'],
    ['errors.ts', `import { fold } from './ledger/fold.ts'`, 'nouns lie below pure'],
    ['ports.ts', `import type { Desk } from './stages/desk.ts'`, 'types of a higher layer'],
    ['sandbox/main.ts', `import { refuse } from '../errors.ts'`, 'sandbox may import only themselves'],
    ['targets/fly/read.ts', `const later = () => import('../../commands/deploy.ts')`, 'pure lie below commands'],
    ['change/diff.ts', `import { execa } from 'execa'`, 'one library, one place'],
    ['adapters/git.ts', `import { execa } from 'execa'`, 'one library, one place'],
    ['stages/deploy.ts', `import { readFileSync } from 'node:fs'`, 'only adapters and the sandbox touch the system'],
    ['ledger/store.ts', `import { spawn } from 'node:child_process'`, 'only adapters and the sandbox touch the system'],
    ['change/diff.ts', `import _ from 'lodash'`, 'it is in no row of LIBRARIES'],
  ])('%s: %s', (path, text, rule) => {
    expect(judged(path, text)[0]).toContain(rule)
    expect(judged(path, text)[0]).toContain(path)
  })

  test.each([
    ['stages/deploy.ts', `import { fold } from '../ledger/fold.ts'`],
    ['wiring.ts', `import { makeGit } from './adapters/git.ts'`],
    ['adapters/git.ts', `import type { Git } from '../ports.ts'; import { spawn } from 'node:child_process'`],
    ['reporters/tty.ts', `import type { State } from '../ledger/state.ts'`],
    ['sandbox/main.ts', `import { createServer } from 'node:net'`],
    ['change/diff.ts', `import { join } from 'node:path'; import { a } from './b.ts'`],
    ['demo/app.ts', 'const text = `import { x } from "../stages/stop.ts"`'],
  ])('and not %s: %s', (path, text) => {
    expect(judged(path, text).filter(Boolean)).toEqual([])
  })

  test('a circle is found, and types make none', () => {
    const of = (path: string, text: string) => importsOf(path, text)
    const circle = [
      ...of('a.ts', `import { b } from './b.ts'`),
      ...of('b.ts', `import { c } from './c.ts'`),
      ...of('c.ts', `import { a } from './a.ts'`),
    ]
    expect(cyclesOf(circle)).toEqual(['a.ts → b.ts → c.ts → a.ts'])
    const typed = [...of('a.ts', `import { b } from './b.ts'`), ...of('b.ts', `import { type A } from './a.ts'`)]
    expect(cyclesOf(typed.filter((one) => !one.type))).toEqual([])
  })
})
