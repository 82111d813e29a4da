import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { built } from '../support/built.ts'

/** The whole demo takes half a minute on an idle machine. */
const LONG = { timeout: 400_000 }

const rooms: string[] = []
afterAll(() => {
  for (const room of rooms.splice(0)) rmSync(room, { recursive: true, force: true })
})

const environOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1')
  } catch {
    return ''
  }
}

/** Processes whose environment names a folder, wherever they moved to; null where the system does not tell. */
const within = (folder: string): string[] | null =>
  existsSync('/proc/self/environ') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name) && environOf(name).includes(folder)) : null

/** Starts the demo as users do, with a folder of its own for everything temporary. */
const startDemo = async () => {
  const room = realpathSync(mkdtempSync(join(tmpdir(), 'safe-deploy-demo-')))
  rooms.push(room)
  // Marks of agents and CI reach the demo and go no further: the story is the same everywhere.
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: room,
    TMPDIR: room,
    CI: 'true',
    CLAUDECODE: '1',
    FLY_API_TOKEN: 'fo1_not_for_the_pocket_fly',
  }
  const child = spawn(process.execPath, [join(built(), 'bin/safe-deploy.js'), 'demo'], {
    cwd: room,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const seen = { text: '' }
  const waiting: { text: string; go: () => void }[] = []
  const hear = (part: string) => {
    seen.text += part
    for (const one of waiting.filter(({ text }) => seen.text.includes(text))) one.go()
  }
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', hear)
  const done = new Promise<number | null>((resolve) => child.on('close', resolve))
  const until = (text: string) => Promise.race([done, new Promise<void>((go) => waiting.push({ text, go }))])
  return { room, child, done, until, text: () => seen.text }
}

/** What must hold however it ended: no file and no process is left. */
const expectNothingLeft = (room: string) => {
  expect(readdirSync(room)).toEqual([])
  expect(within(room) ?? []).toEqual([])
}

/** Each command of safe-deploy as it was typed, cut to its verb, and how it ended. */
const commandsOf = (text: string): string[] =>
  [...text.matchAll(/^\$ safe-deploy (\w+)|^exit (\d+)$/gm)]
    .map((match) => match[1] ?? match[2] ?? '')
    .join(' ')
    .match(/[a-z]+ \d+/g) ?? []

describe.concurrent('the demo', () => {
  it('tells the incident from the good deploy to the one-line fix, and leaves nothing behind', LONG, async () => {
    const demo = await startDemo()
    const exit = await demo.done
    const text = demo.text()
    expect(exit, text).toBe(0)
    expect(commandsOf(text)).toEqual([
      ...['plan 0', 'deploy 0'],
      ...['plan 0', 'deploy 10', 'test 11'],
      ...['deploy 21'],
      ...['deploy 12'],
      ...['status 0'],
      ...['rollback 0'],
      ...['plan 0', 'deploy 10'],
      ...['plan 0', 'deploy 0', 'status 0'],
    ])
    for (const sentence of [
      'RestrictedWorkflowAccessError',
      "-   static env_file = '.env'",
      'protected-config:src/settings.js',
      'env-not-loaded',
      'password authentication failed for user "everflow"',
      'GET /health  200 ok',
      'HALTED',
      'suspect: ',
      'ships-failed-change',
      'everflow: Ready.',
      '3, and 1 rollback',
      'nothing left running',
    ])
      expect(text).toContain(sentence)
    // A rollback moved no secret, so nobody is told that one was.
    expect(text).not.toContain('was added')
    expect(text).not.toContain('tidal-crane')
    expectNothingLeft(demo.room)
  })

  it.each([
    ['SIGINT', 130, 'safe-deploy: the incident, replayed'],
    ['SIGTERM', 143, 'Machine '],
  ] as const)('ends everything it started when %s comes', LONG, async (signal, exit, moment) => {
    const demo = await startDemo()
    await demo.until(moment)
    demo.child.kill(signal)
    expect(await demo.done, demo.text()).toBe(exit)
    expect(demo.text()).toContain('The demo was stopped')
    expectNothingLeft(demo.room)
  })
})
