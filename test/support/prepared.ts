import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'

const under = new Map<string, Promise<string>>()

const prepareOnce = async (place: string, prepare: (dir: string) => Promise<void>): Promise<string> => {
  if (existsSync(place)) return place
  const own = mkdtempSync(`${place}-`)
  await prepare(own)
  try {
    renameSync(own, place)
  } catch (error) {
    // Another test file prepared the same at the same time.
    if (!existsSync(place)) throw error
    rmSync(own, { recursive: true, force: true, maxRetries: 5 })
  }
  return place
}

/** A folder that is filled once in a run of the tests for all that describe it alike, to be copied. */
export const prepared = (description: unknown, prepare: (dir: string) => Promise<void>): Promise<string> => {
  const key = createHash('sha256').update(JSON.stringify(description)).digest('hex').slice(0, 16)
  const known = under.get(key) ?? prepareOnce(join(inject('room'), 'houses', key), prepare)
  under.set(key, known)
  return known
}
