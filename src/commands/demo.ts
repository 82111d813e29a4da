import type { Step } from '../demo/acts.ts'
import { type Played, play } from '../demo/play.ts'
import { type DemoWorld, openRoom, type Room, type Setting } from '../demo/room.ts'
import { STORY } from '../demo/story.ts'
import { tally } from '../demo/tally.ts'
import type { Emit } from '../events.ts'
import type { Clock, Http, Signals } from '../ports.ts'
import { untilStopped } from './demo-stop.ts'

/** What the demo is told by and with. */
export interface DemoSources extends DemoWorld {
  emit: Emit
  clock: Clock
  http: Http
  signals: Signals
  /** Somebody watches: headings may stand a moment. */
  terminal: boolean
}

const PAUSE_MS = 300
const INTRO = [
  'Real: this safe-deploy, a git repository, and an app that runs on this machine. Only fly is a pocket one, which keeps',
  'its apps in a folder. The story is a post-mortem’s: six deploys in 45 minutes, every failure posted into a customer’s',
  'channel, and the one line that explained it was in the git diff all along.',
]

/**
 * `safe-deploy demo`: the incident, replayed. Ends everything it started and removes its folder, whatever happens.
 * @returns 0; 1 when something did not go as told
 * @throws INTERRUPTED (129, 130, 143), GIT_MISSING
 */
export const demo = async (sources: DemoSources): Promise<number> => {
  const began = sources.clock.now()
  return untilStopped(sources.signals, ['safe-deploy', 'demo'], async (signal) => {
    sources.emit({ type: 'report', title: 'safe-deploy: the incident, replayed', lines: INTRO, data: null })
    const { played, left } = await playAndLeave(sources, signal)
    return () => conclude(sources, played, left, sources.clock.now() - began)
  })
}

/** Plays a story in a room of its own, and leaves nothing of it. */
export const playAndLeave = async (
  sources: DemoSources,
  signal: AbortSignal,
  story: readonly Step[] = STORY,
  setting?: Setting,
): Promise<{ played: Played; left: number[] }> => {
  const { emit, clock, http, terminal } = sources
  const room: Room = await openRoom(sources, signal, setting)
  const ending: { left: number[] } = { left: [] }
  const played = await play({ room, http, clock, emit, signal, pauseMs: terminal ? PAUSE_MS : 0 }, story).finally(async () => {
    ending.left = await room.close()
  })
  return { played, left: ending.left }
}

const conclude = ({ emit }: DemoSources, { seen, off }: Played, left: readonly number[], ms: number): number => {
  emit({ type: 'said', stage: null, text: '', tone: 'plain' })
  if (off) {
    emit({ type: 'said', stage: null, text: `This did not go as told, in “${off.step}”: ${off.why}`, tone: 'bad' })
    return 1
  }
  const { texts: _texts, kind: _kind, ...data } = seen
  emit({ type: 'report', title: 'What it came to', lines: tally(seen), data })
  if (left.length > 0) {
    emit({ type: 'said', stage: null, text: `Left running, against all intent: process ${left.join(', ')}`, tone: 'bad' })
    return 1
  }
  const text = `Unanswered, the incident never ships; overridden, it ships once, and no guess follows it. ${Math.round(ms / 1000)} s, nothing left running.`
  emit({ type: 'said', stage: null, text, tone: 'good' })
  return 0
}
