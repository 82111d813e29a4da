import { EventEmitter } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { makeClock } from '../../src/adapters/clock.ts'
import { readText } from '../../src/adapters/files.ts'
import { guardFiles } from '../../src/adapters/guard-files.ts'
import { makeProcesses } from '../../src/adapters/processes.ts'
import { hearSignals } from '../../src/adapters/signals.ts'
import { openSink } from '../../src/adapters/sink.ts'
import type { Settings, Smoke } from '../../src/config/settings.ts'
import type { Event } from '../../src/events.ts'
import { privateFolder } from '../../src/ledger/private.ts'
import type { Fact } from '../../src/model.ts'
import { makeMask } from '../../src/redact.ts'
import { secretValues } from '../../src/stages/test/secret-values.ts'
import { readTestEnv, type TestDesk, type TestSubject } from '../../src/stages/test.ts'
import { makeSettings } from '../change/settings.ts'

/** A reader of `.env` as small as apps have them: what is set already wins, as in dotenv. */
export const LOADER = `for (const line of require('fs').readFileSync('.env','utf8').split('\\n')) {
  const m = /^(\\w+)=(.*)$/.exec(line)
  if (m && process.env[m[1]] === undefined) process.env[m[1]] = m[2].replace(/^"(.*)"$/, '$1')
}`
/** An app that works only with its database's address. */
export const WORK = `if (!process.env.DATABASE_URL) { console.error('password authentication failed for user ""'); process.exit(1) }
console.log('worked')`

/** How an app in the bench is run: by the very node that runs the tests, whatever PATH says. */
export const node = (script: string): string => `'${process.execPath}' ${script}`

export const smoke = (run: string, more: Partial<Smoke> = {}): Smoke => ({ name: 'pipeline', run, timeoutMs: 20_000, proves: [], ...more })

/** A folder with files, and a desk to test it at. */
export interface Bench {
  root: string
  events: Event[]
  write(files: Readonly<Record<string, string | Buffer>>): void
  /** A desk for these settings; env defaults to what a shell needs. */
  desk(settings: Partial<Omit<Settings, 'env'>> & { env?: Partial<Settings['env']> }, env?: Record<string, string>): TestDesk
  subject(more?: Partial<TestSubject>): TestSubject
  signal(name: 'SIGINT' | 'SIGTERM'): void
  /** Everything that left the stage, as text: events and all files of the private folder. */
  leaked(extra: unknown): string
  remove(): void
}

const digest = (dir: string): string =>
  JSON.stringify(
    readdirSync(dir, { recursive: true, encoding: 'utf8' })
      .sort()
      .map((name) => [name, statSync(join(dir, name)).isFile() ? readFileSync(join(dir, name), 'latin1') : '']),
  )

const allText = (dir: string): string =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => (statSync(join(dir, name)).isFile() ? readFileSync(join(dir, name), 'utf8') : ''))
    .join('\n')

export const makeBench = (): Bench => {
  const top = mkdtempSync(join(tmpdir(), 'sd-test-'))
  const root = join(top, 'repo')
  const own = join(top, 'private')
  mkdirSync(root)
  mkdirSync(own)
  const events: Event[] = []
  const process_ = new EventEmitter()
  const signals = hearSignals(process_ as unknown as Pick<NodeJS.Process, 'on'>, () => {})
  const shell = { PATH: process.env.PATH ?? '', HOME: top }
  return {
    root,
    events,
    write: (files) => {
      for (const [name, content] of Object.entries(files)) {
        mkdirSync(dirname(join(root, name)), { recursive: true })
        writeFileSync(join(root, name), content)
      }
    },
    desk: (settings, env = {}) => {
      const all = makeSettings({ root, ...settings, env: { ...makeSettings().env, files: ['.env'], ...settings.env } })
      const shellEnv = { ...shell, ...env }
      const mask = makeMask(secretValues(readTestEnv({ settings: all, readText }), shellEnv))
      return {
        settings: all,
        files: guardFiles,
        processes: makeProcesses(mask),
        signals,
        clock: makeClock(),
        emit: (event) => events.push(event),
        mask,
        env: shellEnv,
        folder: privateFolder(own),
        clone: { id: 'c10e', key: 'key-of-this-clone' },
        readText,
        openSink,
      }
    },
    subject: (more = {}) => ({
      tree: 'a'.repeat(40),
      config: 'c'.repeat(64),
      loaders: [],
      secretNames: [],
      targetEnv: [],
      halted: false,
      evidenceIn: null,
      out: null,
      fresh: false,
      treeDigest: async () => digest(root),
      ...more,
    }),
    signal: (name) => {
      process_.emit(name)
    },
    leaked: (extra) => JSON.stringify(events) + JSON.stringify(extra) + allText(top.concat('/private')),
    remove: () => rmSync(top, { recursive: true, force: true }),
  }
}

export const kinds = (facts: readonly Fact[]): string[] => facts.map((fact) => fact.kind)
