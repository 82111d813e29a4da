import type { Files } from '../ports.ts'
import type { DurableEvent } from './events.ts'
import { parseEvents } from './parse.ts'
import type { PrivateFolder } from './private.ts'

/** Sent with one append; the others wait for the next. */
const AT_ONCE = 100
/** More than this are not kept: somebody is typing in a loop. */
const AT_MOST = 1000
/** The only events that may wait; a file in a folder never says that a deploy began, ended or was adopted. */
const MAY_WAIT = new Set<string>(['attempt.refused', 'note.added'] satisfies DurableEvent['type'][])

/** Refusals and notes that wait in this clone for its next append, a file each: no process can undo what another one adds. */
export interface Waiting {
  /** Never throws: a note is not worth a failed command. */
  add(event: DurableEvent): Promise<void>
  /**
   * Oldest first. `clear` removes exactly these.
   * @param name who works in this clone, for what was noted without asking git
   */
  take(name: string): Promise<{ events: DurableEvent[]; clear(): Promise<void> }>
}

export const makeWaiting = (files: Files, folder: PrivateFolder, app: string): Waiting => {
  const listed = async (): Promise<string[]> => (await files.list(folder.pending).catch(() => [])).filter((name) => name.endsWith('.json'))
  return {
    add: async (event) => {
      if ((await listed()).length >= AT_MOST) return
      const path = `${folder.pending}/${event.at.replace(/\D/g, '')}-${event.id}.json`
      await files.writeCache(path, JSON.stringify({ app, event })).catch(() => undefined)
    },
    take: async (name) => {
      const mine: { path: string; event: DurableEvent }[] = []
      for (const file of await listed()) {
        const path = `${folder.pending}/${file}`
        const waits = parse(await files.readText(path).catch(() => null))
        if (waits?.app === app) mine.push({ path, event: waits.event })
        if (mine.length >= AT_ONCE) break
      }
      return {
        events: mine.map(({ event }) => (event.by.name === '' ? { ...event, by: { ...event.by, name } } : event)),
        clear: async () => {
          for (const { path } of mine) await files.remove(path).catch(() => undefined)
        },
      }
    },
  }
}

const parse = (text: string | null): { app: string; event: DurableEvent } | null => {
  try {
    const { app, event } = JSON.parse(text ?? 'null')
    const [parsed] = parseEvents(JSON.stringify(event))
    return typeof app === 'string' && parsed && MAY_WAIT.has(parsed.type) ? { app, event: parsed } : null
  } catch {
    return null
  }
}
