import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Next } from '../../src/errors.ts'
import type { RunFile } from '../../src/ledger/run-file.ts'
import type { House } from './house.ts'

const STEPS = 6

/** What a house's own folder holds of attempts: their run files, and outcomes that wait. */
export const leftovers = (house: House): string[] =>
  ['run', 'spool'].flatMap((part) => {
    const folder = join(house.root, '.git', 'safe-deploy', part)
    return existsSync(folder) ? readdirSync(folder).map((name) => `${part}/${name}`) : []
  })

/** The run file of the attempt that is under way. */
export const runFile = (house: House): RunFile | null => {
  const name = leftovers(house).find((one) => /^run\/[0-9a-f]+\.json$/.test(one))
  try {
    return name ? (JSON.parse(readFileSync(join(house.root, '.git', 'safe-deploy', name), 'utf8')) as RunFile) : null
  } catch {
    return null
  }
}

const readOr = (file: string): string => {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}

/** Command lines of tools of a house that still run; its machines are none. */
export const toolsRunning = (house: House): string[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && readOr(`/proc/${entry}/environ`).includes(`POCKET_FLY_HOME=${house.home}\0`))
    .map((pid) => readOr(`/proc/${pid}/cmdline`).replaceAll('\0', ' '))
    .filter((line) => line !== '' && !line.includes('__machine'))

/**
 * Types the first printed command, again and again, until `status` says ready.
 * @returns the commands that were typed
 */
export const toReady = async (house: House): Promise<string[]> => {
  const typed: string[] = []
  for (let step = 0; step < STEPS; step += 1) {
    const told = await house.json(['status', '--exit-code'])
    if (told.code === 0) return typed
    const status = told.lines.find((line) => line.type === 'status')
    if (status?.status === 'acknowledged') {
      typed.push('safe-deploy plan', 'safe-deploy deploy')
      await house.deploy('again')
      continue
    }
    const [first] = (status?.next ?? []) as Next[]
    if (!first) throw new Error(`status names no way on: ${told.out}`)
    typed.push(first.argv.join(' '))
    await house.type(first)
  }
  throw new Error(`not ready after ${typed.join('; ')}`)
}
