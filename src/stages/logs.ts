import { join } from 'node:path'
import { differentHex } from '../random.ts'
import type { Desk } from './desk.ts'

/** Logs of each kind that this clone keeps. */
const KEPT = 20

type Room = Pick<Desk, 'files' | 'folder'>

const removeAll = async ({ files }: Room, paths: readonly string[]): Promise<void> => {
  // One that cannot be removed is in nobody's way.
  for (const path of paths) await files.remove(path).catch(() => undefined)
}

const isSmoke = (name: string): boolean => /^smoke-.+\.log$/.test(name)

const listed = async ({ files, folder }: Room): Promise<string[]> => files.list(folder.logs).catch(() => [])

/** A log of its own for a smoke or an evidence run; the oldest of them are forgotten. */
export const newSmokeLog = async (desk: Room & Pick<Desk, 'clock'>): Promise<string> => {
  const { logs } = desk.folder
  // Named by time, so that names in order are logs in order.
  const old = (await listed(desk))
    .filter(isSmoke)
    .sort()
    .reverse()
    .slice(KEPT - 1)
  await removeAll(
    desk,
    old.map((name) => join(logs, name)),
  )
  return join(logs, `smoke-${desk.clock.now()}-${differentHex().slice(0, 8)}.log`)
}

/** The log of an attempt; the oldest of other attempts are forgotten. */
export const newToolLog = async (desk: Room & Pick<Desk, 'treeFiles'>, attempt: string): Promise<string> => {
  const paths = (await listed(desk)).filter((name) => name.endsWith('.log') && !isSmoke(name)).map((name) => join(desk.folder.logs, name))
  const aged = paths.map((path) => ({ path, at: desk.treeFiles.look(path)?.mtimeMs ?? 0 })).sort((a, b) => b.at - a.at)
  await removeAll(
    desk,
    aged.slice(KEPT - 1).map(({ path }) => path),
  )
  return desk.folder.log(attempt)
}
