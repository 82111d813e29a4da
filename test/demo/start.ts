import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect } from 'vitest'
import { built } from '../support/built.ts'

const rooms: string[] = []
/** Of the file that imports this: its tests run beside each other. */
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

/** Starts a demo as users do, with a folder of its own for everything temporary. */
export const startDemo = async (...args: readonly string[]) => {
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
  const child = spawn(process.execPath, [join(built(), 'bin/safe-deploy.js'), 'demo', ...args], {
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
export const expectNothingLeft = (room: string) => {
  expect(readdirSync(room)).toEqual([])
  expect(within(room) ?? []).toEqual([])
}

/** Each command of safe-deploy as it was typed, cut to its verb, and how it ended. */
export const commandsOf = (text: string): string[] =>
  [...text.matchAll(/^\$ safe-deploy (\w+)|^exit (\d+)$/gm)]
    .map((match) => match[1] ?? match[2] ?? '')
    .join(' ')
    .match(/[a-z]+ \d+/g) ?? []
