import { existsSync, renameSync, statSync, truncateSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import * as promises from 'node:fs/promises'
import type { Disk } from '../../src/adapters/journal/files.ts'

/**
 * What becomes of one act on the disk: done; `dead`: the last that this process ever tried; refused, and not done, or done all the same. A write can
 * be `short`, as it is just before a disk is full, or half done and refused.
 */
export type Fate = 'done' | 'short' | 'half' | 'dead' | { code: string; done?: true }

/** What a test decides of the disk under a journal. */
export type Fates = (act: string, count: number) => Fate

const refused = (code: string): Error => Object.assign(new Error(code), { code })

/** How much of a file is certain to be there after the power was cut. */
interface Synced {
  path: string
  size: number
}

/** The real disk, of which any act can fail. After `dead` nothing happens any more, as after SIGKILL. */
export const frailDisk = (fates: Fates) => {
  const at = { count: 0, dead: false }
  const synced = new Map<FileHandle, Synced>()
  const opened: FileHandle[] = []
  /** Whose folder was not flushed since. */
  const renames: { from: string; to: string }[] = []
  const cut = <T>(): Promise<T> => new Promise(() => {})
  const death = { resolve: (_: 'dead'): void => {} }
  const died = new Promise<'dead'>((resolve) => {
    death.resolve = resolve
  })
  const act = async <T>(name: string, real: () => Promise<T>, half: () => Promise<T> | null = () => null): Promise<T> => {
    if (at.dead) return cut()
    const fate = fates(name, ++at.count)
    if (fate === 'done') return real()
    if (fate === 'short') return half() ?? real()
    if (fate === 'half' || fate === 'dead') await half()
    if (fate === 'half') throw refused('ENOSPC')
    if (fate === 'dead') {
      at.dead = true
      death.resolve('dead')
      return cut()
    }
    if (fate.done) await real()
    throw refused(fate.code)
  }
  const frail = (handle: FileHandle): FileHandle =>
    new Proxy(handle, {
      get: (target, name: keyof FileHandle) => {
        if (name === 'write')
          return (bytes: Buffer, from = 0) =>
            act(
              'write',
              () => target.write(bytes, from),
              () => target.write(bytes, from, Math.floor((bytes.length - from) / 2)),
            )
        if (name === 'truncate') return (length: number) => act('truncate', () => target.truncate(length))
        if (name === 'datasync' || name === 'sync')
          return () =>
            act('sync', async () => {
              await target.sync()
              const known = synced.get(handle)
              if (known) known.size = (await target.stat()).size
              else renames.length = 0
            })
        const value = target[name]
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  const disk = {
    ...promises,
    open: async (...args: Parameters<Disk['open']>) => {
      const writes = typeof args[1] === 'number'
      const open = async (): Promise<FileHandle> => {
        const one = await promises.open(...args)
        opened.push(one)
        return one
      }
      const handle = await (writes ? act('open', open) : open())
      if (writes) synced.set(handle, { path: String(args[0]), size: (await handle.stat()).size })
      return writes || args[1] === 'r' ? frail(handle) : handle
    },
    rename: (from: string, to: string) =>
      act('rename', async () => {
        await promises.rename(from, to)
        renames.push({ from, to })
        for (const known of synced.values()) if (known.path === from) known.path = to
      }),
    unlink: (path: string) => act('unlink', () => promises.unlink(path)),
    symlink: (text: string, path: string) => act('symlink', () => promises.symlink(text, path)),
  } as Disk
  return {
    disk,
    count: () => at.count,
    /** Resolves with the last act. */
    died,
    /** A real death closes what was open. */
    close: async () => {
      for (const handle of opened) await handle.close().catch(() => {})
    },
    /** As if the power had been cut too: of what was not flushed, some part is there, and some names are still the old ones. */
    cutPower: (random: () => number) => {
      for (const { path, size } of synced.values()) {
        try {
          const more = statSync(path).size - size
          if (more > 0) truncateSync(path, size + Math.floor(random() * (more + 1)))
        } catch {
          // It is gone meanwhile.
        }
      }
      for (const { from, to } of renames) if (random() < 0.5 && existsSync(to)) renameSync(to, from)
    },
  }
}
