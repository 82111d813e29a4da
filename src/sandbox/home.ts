import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { FlyError } from './fail.ts'

/** Names inside the state folder. */
export const files = {
  state: (home: string): string => join(home, 'state.json'),
  lock: (home: string): string => join(home, 'state.lock'),
  calls: (home: string): string => join(home, 'calls.ndjson'),
  scenario: (home: string): string => join(home, 'scenario'),
  images: (home: string): string => join(home, 'images'),
  image: (home: string, content: string): string => join(home, 'images', content),
  log: (home: string, machine: string): string => join(home, 'logs', `${machine}.log`),
  live: (home: string, machine: string): string => join(home, 'machines', `${machine}.json`),
  pid: (home: string, machine: string): string => join(home, 'machines', `${machine}.pid`),
  root: (home: string, machine: string): string => join(home, 'run', machine),
}

/** The state folder named by POCKET_FLY_HOME, made when missing. */
export const openHome = (env: Readonly<Record<string, string | undefined>>): string => {
  const given = env.POCKET_FLY_HOME
  if (!given)
    throw new FlyError('POCKET_FLY_HOME is not set: this is the pocket fly, it keeps its apps in that folder and never talks to fly.io')
  const home = resolve(given)
  for (const part of ['images', 'logs', 'machines', 'run']) mkdirSync(join(home, part), { recursive: true, mode: 0o700 })
  return home
}
