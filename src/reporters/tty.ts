import type { Event } from '../events.ts'
import type { StageName } from '../model.ts'
import type { Output } from '../ports.ts'
import { type LiveList, openLiveList } from './live-list.ts'
import { paint } from './paint.ts'
import { childLines } from './plain.ts'
import type { Reporter } from './reporter.ts'
import { type Context, follow, NOTHING_SAID, say } from './say.ts'

/** Stages that run long enough to be watched; the ones before may ask, and nothing is drawn over a question. */
const WATCHED: ReadonlySet<StageName> = new Set(['test', 'deploy'])

interface Running {
  title: string
  latest: string
}

/**
 * The view for a terminal: the same lines as everywhere, in colour, and below them what runs right now. Events are shown strictly in order;
 * a child's output only moves the last line of the running stage.
 */
export const makeTtyReporter = (options: { output: Output; terminal: NodeJS.WriteStream; colour: boolean }): Reporter => {
  const { output, terminal, colour } = options
  const state: { context: Context; running: Running | null; list: LiveList | null; queue: Promise<void> } = {
    context: NOTHING_SAID,
    running: null,
    list: null,
    queue: Promise.resolve(),
  }
  const inTurn = (act: () => Promise<void>) => {
    state.queue = state.queue.then(act).catch(() => undefined)
  }
  const clear = async () => {
    const { list } = state
    state.list = null
    await list?.end()
  }
  const draw = async () => {
    if (!state.running || state.list || output.columns <= 0) return
    state.list = await openLiveList(terminal, state.running.title, output.columns)
    state.list.latest(state.running.latest)
  }
  const show = (event: Event) => {
    const lines = say(event, state.context)
    state.context = follow(state.context, event)
    const running = nowRunning(event)
    if (lines.length === 0 && running === undefined) return
    inTurn(async () => {
      await clear()
      if (running !== undefined) state.running = running
      if (lines.length > 0) output.write(`${lines.map((line) => paint(line, colour)).join('\n')}\n`)
      await draw()
    })
  }
  const latest = (text: string) => {
    if (!state.running) return
    state.running.latest = text
    state.list?.latest(text)
  }
  return {
    emit: (event) => {
      if (event.type === 'output') latest(lastLine(event.text))
      else if (event.type === 'waiting') latest(event.text)
      // Who sits in front sees it go on.
      else if (event.type === 'deploy.starts') return
      else show(event)
    },
    hush: async () => {
      inTurn(clear)
      await state.queue
    },
    close: async () => {
      inTurn(async () => {
        state.running = null
        await clear()
      })
      await state.queue
    },
  }
}

/** Events after which nothing runs that could be watched. */
const ENDING: ReadonlySet<Event['type']> = new Set(['stage.ended', 'halted', 'refused', 'done'])

const titleOf = ({ stage, title }: Extract<Event, { type: 'stage.started' }>): string => {
  const name = stage.toUpperCase()
  return title === name ? name : `${name.padEnd(8)} ${title}`
}

/** The stage that an event starts or ends; undefined when it does neither. */
const nowRunning = (event: Event): Running | null | undefined => {
  if (ENDING.has(event.type)) return null
  if (event.type !== 'stage.started') return undefined
  return WATCHED.has(event.stage) ? { title: titleOf(event), latest: '' } : null
}

const lastLine = (text: string): string => childLines(text.slice(-4000)).findLast((line) => line.trim() !== '') ?? ''
