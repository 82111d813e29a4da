import { mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hook, payload } from './hook.ts'

const room = realpathSync(mkdtempSync(join(tmpdir(), 'safe-deploy-loads-')))
const trace = join(room, 'trace.cjs')
const to = join(room, 'trace.txt')

/** Writes the file of every module that is required, and when it ends what else of the runtime came in since it began. */
const TRACE = `const { appendFileSync } = require('node:fs')
const Module = require('node:module')
const load = Module._load
const before = new Set(process.moduleLoadList)
const say = (text) => appendFileSync(process.env.TRACE_TO, text + '\\n')
Module._load = (request, ...where) => {
  say(Module._resolveFilename(request, ...where))
  return load(request, ...where)
}
process.on('exit', () => {
  for (const one of process.moduleLoadList) if (!before.has(one) && one.startsWith('NativeModule ')) say('late:' + one.slice(13))
})
`

beforeAll(() => writeFileSync(trace, TRACE))
afterAll(() => rmSync(room, { recursive: true, force: true }))

/** What a call of the hook loads: files of ours, and modules of the runtime. */
const loads = async (host: string, stdin: string) => {
  writeFileSync(to, '')
  const ran = await hook([host], stdin, { env: { TRACE_TO: to }, node: ['--require', trace], cwd: room })
  const lines = [...new Set(readFileSync(to, 'utf8').trim().split('\n'))]
  const paths = lines.filter((line) => line.includes('/dist/'))
  return {
    ran,
    ours: paths.map((path) => basename(path)),
    bytes: paths.reduce((sum, path) => sum + statSync(path).size, 0),
    builtin: lines.filter((line) => line.startsWith('node:')),
    late: lines.filter((line) => line.startsWith('late:')).map((line) => line.slice(5)),
  }
}

describe('what the hook loads', () => {
  it('for a command that is none of its business: one file of ours, and of the runtime nothing but files', async () => {
    for (const host of ['claude', 'cursor', 'windsurf', 'copilot']) {
      const { ran, ours, builtin, bytes, late } = await loads(host, payload(`${host}.clear`))
      expect(ran.exit).toBe(0)
      expect(ours).toEqual(['hook.js'])
      expect(bytes).toBeLessThan(24_000)
      expect(builtin.filter((name) => name !== 'node:fs' && name !== 'node:buffer')).toEqual([])
      // Streams, terminals, sockets, console: each costs more than all of ours.
      expect(late.filter((name) => /stream|tty|net|console|child_process|http|worker|readline|crypto/.test(name))).toEqual([])
    }
  })

  it('for a deploy: the reading and the words too, but nothing that starts, sends, asks or draws', async () => {
    const { ran, ours, builtin, late, bytes } = await loads('claude', payload('claude.deploy'))
    expect(ran.stdout).toContain('deny')
    expect(ours.length).toBeLessThanOrEqual(4)
    expect(bytes).toBeLessThan(410_000)
    expect(ours.filter((file) => /^(?:fast|line|cli|all|yaml|wiring|execa|parse|invoke)-?/.test(file))).toEqual([])
    expect(builtin.filter((name) => !/^node:(?:fs|buffer|path)$/.test(name))).toEqual([])
    expect(late.filter((name) => /stream|tty|net|console|child_process|http|worker|readline|crypto/.test(name))).toEqual([])
  })

  it('is told apart from a command that loads more', async () => {
    const { ours } = await loads('explain', '')
    expect(ours).toContain('cli.js')
  })
})
