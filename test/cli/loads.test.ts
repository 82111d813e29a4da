import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type OutputChunk, rolldown } from 'rolldown'
import { loadConfig } from 'rolldown/config'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { end, intend, makeRoom, put } from '../support/ledger.ts'
import { folder, run } from './run.ts'

const room = folder()
const repo = join(room.path, 'repo')
const trace = join(room.path, 'trace.cjs')
const chunks = new Map<string, OutputChunk>()

/** Writes the file of every module that is required, synchronously, in the order it is. */
const TRACE = `const { appendFileSync } = require('node:fs')
const Module = require('node:module')
const load = Module._load
Module._load = (request, ...where) => {
  appendFileSync(process.env.TRACE_TO, Module._resolveFilename(request, ...where) + '\\n')
  return load(request, ...where)
}
`

beforeAll(async () => {
  execFileSync('git', ['init', '-q', repo])
  writeFileSync(join(repo, 'fly.toml'), 'app = "demo"\n')
  execFileSync('git', ['-C', repo, 'add', '--all'])
  execFileSync('git', ['-C', repo, '-c', 'user.name=A', '-c', 'user.email=a@example.com', 'commit', '-qm', 'One'])
  const ledger = makeRoom({ commonDir: join(repo, '.git'), app: 'demo' })
  await put(ledger, intend(1), end(1, 'deployed'))
  await put(ledger, intend(2), end(2, 'unhealthy'))
  writeFileSync(trace, TRACE)
  mkdirSync(join(room.path, 'bin'))
  const config = await loadConfig(new URL('../../.config/rolldown.config.js', import.meta.url).pathname)
  if (Array.isArray(config) || typeof config === 'function' || Array.isArray(config.output)) throw new Error('one build is expected')
  const { output } = await (await rolldown(config)).generate(config.output)
  for (const chunk of output) if (chunk.type === 'chunk') chunks.set(chunk.fileName, chunk)
})
afterAll(() => room.remove())

/** Chunks of ours, and modules of the runtime, that a run loads. Twice, as the first run fills the cache. */
const loaded = async (args: readonly string[]) => {
  const to = join(room.path, `${args.join('-')}.txt`)
  const env = { TRACE_TO: to, CI: '' }
  const first = await run(args, { cwd: repo, env })
  writeFileSync(to, '')
  const ran = await run(args, { cwd: repo, env, node: ['--require', trace] })
  expect([args, ran.exit]).toEqual([args, first.exit])
  const files = [...new Set(readFileSync(to, 'utf8').trim().split('\n'))]
  const ours = files.filter((file) => file.includes('/dist/')).map((file) => basename(file))
  return { ran, ours, builtin: files.filter((file) => file.startsWith('node:')), packages: packagesOf(ours), bytes: bytesOf(ours) }
}

const packagesOf = (files: readonly string[]): string[] => {
  const ids = files.flatMap((file) => chunks.get(file)?.moduleIds ?? [`unknown chunk ${file}`])
  const names = ids.map((id) => /node_modules\/(@?[^/]+)/.exec(id)?.[1] ?? (id.startsWith('unknown') ? id : null))
  return [...new Set(names.filter((name) => name !== null))]
}

const bytesOf = (files: readonly string[]): number => files.reduce((sum, file) => sum + (chunks.get(file)?.code.length ?? 0), 0)

describe('what a fast path loads', () => {
  it('--help: its text and nothing else', async () => {
    const { ours, packages, builtin } = await loaded(['--help'])
    expect(packages).toEqual([])
    expect(builtin).toEqual([])
    expect(ours.length).toBeLessThanOrEqual(8)
  })

  it.each([
    ['status', 0, 108_000],
    ['status --json', 0, 113_000],
    ['deploy --no-input', 12, 122_000],
    ['plan --json', 12, 130_000],
  ] as const)('%s while halted: no library at all', async (line, exit, most) => {
    const { ran, packages, bytes, ours } = await loaded(line.split(' '))
    expect(ran.exit).toBe(exit)
    expect(ran.stdout).toContain('Halted: it was unhealthy')
    expect(packages).toEqual([])
    expect(bytes).toBeLessThan(most)
    expect(ours.length).toBeLessThanOrEqual(6)
    // What appends to a ledger, or reads it by git.
    expect(ours.filter((file) => /ledger|wiring|store/.test(file))).toEqual([])
  })

  it('status: nothing that starts a process, where the ledger is as it was', async () => {
    const { builtin, ours } = await loaded(['status'])
    expect(builtin).not.toContain('node:child_process')
    const git = await loaded(['history'])
    expect(git.builtin).toContain('node:child_process')
    expect(git.ours.length).toBeGreaterThan(ours.length)
  })

  it('is told apart from a path that loads them', async () => {
    const { packages } = await loaded(['explain', 'config'])
    expect(packages).toContain('zod')
  })
})

describe('the library of mcp', () => {
  it('lies in files that nothing but mcp links to', () => {
    const holds = (file: string): boolean => packagesOf([file]).some((name) => name.startsWith('@modelcontextprotocol'))
    const own = [...chunks.keys()].filter(holds)
    const linking = [...chunks.values()].filter(
      ({ fileName, imports }) => !own.includes(fileName) && imports.some((file) => own.includes(file)),
    )
    expect(own.length).toBeGreaterThan(0)
    expect(linking.map(({ name }) => name).filter((name) => name !== 'mcp-sources')).toEqual([])
  })
})

describe('what starts a run', () => {
  it('is linked statically to no library', () => {
    for (const name of ['cli.js', ...[...chunks.keys()].filter((file) => file.startsWith('fast-'))]) {
      const seen = new Set<string>()
      const walk = (file: string): void => {
        if (seen.has(file) || file.startsWith('node:')) return
        seen.add(file)
        for (const next of chunks.get(file)?.imports ?? []) walk(next)
      }
      walk(name)
      expect([name, packagesOf([...seen])]).toEqual([name, []])
    }
  })
})
