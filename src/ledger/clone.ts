import { randomBytes } from 'node:crypto'
import type { Files } from '../ports.ts'
import type { PrivateFolder } from './private.ts'

/** What tells this clone from others: a random id, and a key for digests that must mean nothing elsewhere. */
export interface Clone {
  id: string
  key: string
}

const HEX = /^[0-9a-f]{32,64}$/

/**
 * Reads this clone's id and key, or makes them. Where they cannot be kept (a read-only .git) they live for this process: digests then match nothing,
 * and whatever has to be written says so in its own place.
 */
export const cloneOf = async (files: Files, folder: PrivateFolder): Promise<Clone> => ({
  id: await readOrMake(files, folder.clone),
  key: await readOrMake(files, folder.key),
})

const readOrMake = async (files: Files, path: string): Promise<string> => {
  const kept = (await files.readText(path, 1024).catch(() => null))?.trim()
  if (kept && HEX.test(kept)) return kept
  const fresh = randomBytes(16).toString('hex')
  const made = await files.create(path, `${fresh}\n`).catch(() => true)
  // Somebody else may have made it at the same moment: theirs holds.
  return made ? fresh : ((await files.readText(path, 1024).catch(() => null))?.trim() ?? fresh)
}
