import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installPocketFly } from '../../src/sandbox/install.ts'
import { APPS } from './apps.ts'
import { built } from './built.ts'
import { type House, houseIn, type Ran } from './house.ts'
import { prepared } from './prepared.ts'
import { wake } from './wake.ts'

const HOURS = 3_600_000

/** What stands in a house when it is opened. */
export interface Furniture {
  app?: 'web' | 'worker'
  files?: Record<string, string>
  /** Text of safe-deploy.yml. */
  config?: string
  /** Is the app left undeployed? */
  deployed?: false
  /** Does the repository have a remote, `origin.git` beside it? */
  origin?: true
  /** Arguments of calls of fly after that. */
  fly?: readonly (readonly string[])[]
  /** The guard deploys it once more for this reason: there is a known good. */
  good?: string
}

/** The bare repository of a house in `dir` that has one. */
export const originOf = (dir: string): string => join(dir, 'origin.git')

const expectDone = (ran: Ran): void => {
  if (ran.code !== 0) throw new Error(`a house could not be furnished: ${ran.out}${ran.err}`)
}

/** Puts a repository and its app into an empty house. */
const furnish = async (house: House, { app = 'web', files, config, deployed, origin, fly = [], good }: Furniture): Promise<void> => {
  const { git } = house
  house.write({ ...APPS[app], ...(config ? { 'safe-deploy.yml': config } : {}), ...files })
  git('init', '-q', '-b', 'main')
  git('config', 'user.name', 'Ada')
  git('config', 'user.email', 'ada@example.com')
  git('add', '-A')
  house.gitAt(Date.now() - 2 * HOURS, ['commit', '-q', '-m', 'Serve one'])
  if (origin) {
    git('init', '-q', '--bare', '-b', 'main', originOf(house.dir))
    git('remote', 'add', 'origin', `file://${originOf(house.dir)}`)
    git('push', '-q', '-u', 'origin', 'main')
  }
  expectDone(await house.fly(['apps', 'create', 'everflow']))
  if (deployed !== false) expectDone(await house.fly(['deploy']))
  for (const args of fly) expectDone(await house.fly(args))
  if (good) expectDone(await house.deploy(good))
}

const program = (): string => join(built(), 'dist', 'fly.js')

const bare = async (dir: string): Promise<House> => {
  await installPocketFly(join(dir, 'bin'), { program: program() })
  mkdirSync(join(dir, 'everflow'), { recursive: true })
  return houseIn(dir)
}

const build = (furniture: Furniture) => async (dir: string) => {
  const house = await bare(dir)
  try {
    await furnish(house, furniture)
  } finally {
    await house.fly(['__stop-all'])
  }
}

/** What the processes of machines write at any moment, and write anew when they start. */
const OF_PROCESSES = /\/home\/(?:machines|run)\/./

/** A house of its own that holds what another folder does; its machines run. */
const copyOf = async (from: string): Promise<House> => {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'safe-deploy-house-')))
  const parts = ['everflow', 'home', 'origin.git'].filter((part) => existsSync(join(from, part)))
  const filter = (path: string): boolean => !OF_PROCESSES.test(path)
  for (const part of parts) cpSync(join(from, part), join(dir, part), { recursive: true, verbatimSymlinks: true, filter })
  const house = await bare(dir)
  if (existsSync(originOf(dir))) house.git('remote', 'set-url', 'origin', `file://${originOf(dir)}`)
  const { env, home, root: cwd } = house
  await wake({ env, home, cwd, name: 'fly', program: program(), out: () => {}, err: () => {}, onSignal: () => {} })
  return house
}

/** A second house in which everything stands as in this one, a world of its own from now on. Nothing may run in it but its machines. */
export const copyHouse = (house: House): Promise<House> => copyOf(house.dir)

/** A repository with an app that runs on a pocket fly, and the built safe-deploy beside it: built once in a run of the tests, then copied. */
export const openHouse = async (furniture: Furniture = {}): Promise<House> => copyOf(await prepared(furniture, build(furniture)))
