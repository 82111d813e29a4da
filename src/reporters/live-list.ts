import type { Listr } from 'listr2'
import { harmless } from './harmless.ts'

/** Redraws cost up to 1 ms each: with every line of a chatty child 10,000 lines would take seconds. */
const REDRAW_MS = 100

/** A list that shows what runs right now, and vanishes when told: what stays on the screen is written by the reporter. */
export interface LiveList {
  /** What it says under the title; at most ten times a second. */
  latest(text: string): void
  title(text: string): void
  /** Takes the list off the screen. Afterwards the stream is free. */
  end(): Promise<void>
}

/**
 * Draws one running task. The library only draws: it runs nothing, hears no signal, and fails nothing.
 * @param width columns of the terminal; a longer line is cut
 */
export const openLiveList = async (terminal: NodeJS.WriteStream, title: string, width: number): Promise<LiveList> => {
  const { Listr, ListrLogger, ProcessOutput } = await import('listr2')
  const ending = { now: () => {} }
  const ended = new Promise<void>((resolve) => {
    ending.now = resolve
  })
  const shown = { title, latest: '', drawn: '' }
  const task: { current: { title?: string; output?: string } | null } = { current: null }
  const list: Listr = new Listr(
    [
      {
        title: cut(title, width),
        task: async (_, running) => {
          task.current = running
          await ended
        },
      },
    ],
    {
      renderer: 'default',
      fallbackRendererCondition: false,
      registerSignalListeners: false,
      exitOnError: false,
      rendererOptions: {
        clearOutput: true,
        formatOutput: 'truncate',
        logger: new ListrLogger({ useIcons: true, toStderr: [], processOutput: new ProcessOutput(terminal, process.stderr) }),
      },
    },
  )
  const done = list.run().catch(() => undefined)
  const redraw = () => {
    if (!task.current) return
    const now = `${shown.title}\n${shown.latest}`
    if (now === shown.drawn) return
    shown.drawn = now
    task.current.title = cut(shown.title, width)
    if (shown.latest) task.current.output = cut(shown.latest, width)
  }
  const timer = setInterval(redraw, REDRAW_MS)
  return {
    latest: (text) => {
      shown.latest = text
    },
    title: (text) => {
      shown.title = text
    },
    end: async () => {
      clearInterval(timer)
      ending.now()
      await done
    },
  }
}

const cut = (text: string, width: number): string => {
  const bare = harmless(text)
  return bare.length > width - 6 ? `${bare.slice(0, Math.max(1, width - 7))}…` : bare
}
