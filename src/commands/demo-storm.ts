import type { Seen } from '../demo/acts.ts'
import { AFTER } from '../demo/storm-after.ts'
import { BEFORE } from '../demo/storm-before.ts'
import { WITHOUT_RELAY, withRelay } from '../demo/storm-room.ts'
import { stormData, stormRows } from '../demo/storm-tally.ts'
import { table } from '../demo/tally.ts'
import { count } from '../words.ts'
import { type DemoSources, playAndLeave } from './demo.ts'
import { untilStopped } from './demo-stop.ts'

type Done = Awaited<ReturnType<typeof playAndLeave>>

const INTRO = [
  'Real: this safe-deploy and its relay, a git repository, an app that runs on this machine and posts to a Slack webhook.',
  'Only fly is a pocket one, and Slack too. Told twice: as it went in the post-mortem, and with a guard and a relay.',
]

/**
 * `safe-deploy demo storm`: what a customer's channel hears of six deploys, without a relay and with one. Ends everything it started.
 * @returns 0; 1 when something did not go as told
 * @throws INTERRUPTED (129, 130, 143), GIT_MISSING
 */
export const demoStorm = async (sources: DemoSources): Promise<number> => {
  const began = sources.clock.now()
  return untilStopped(sources.signals, ['safe-deploy', 'demo', 'storm'], async (signal) => {
    sources.emit({ type: 'report', title: 'safe-deploy: the storm, replayed', lines: INTRO, data: null })
    const before = await playAndLeave(sources, signal, BEFORE, WITHOUT_RELAY)
    if (before.played.off || signal.aborted) return () => wrong(sources, before)
    const after = await playAndLeave(sources, signal, AFTER, withRelay(sources))
    if (after.played.off || before.left.length + after.left.length > 0) return () => wrong(sources, after, before.left)
    return () => conclude(sources, before.played.seen, after.played.seen, sources.clock.now() - began)
  })
}

const wrong = ({ emit }: DemoSources, { played: { off }, left }: Done, before: readonly number[] = []): number => {
  if (off) emit({ type: 'said', stage: null, text: `This did not go as told, in “${off.step}”: ${off.why}`, tone: 'bad' })
  const running = [...before, ...left]
  if (running.length > 0)
    emit({ type: 'said', stage: null, text: `Left running, against all intent: process ${running.join(', ')}`, tone: 'bad' })
  return 1
}

const conclude = ({ emit }: DemoSources, before: Seen, after: Seen, ms: number): number => {
  emit({ type: 'said', stage: null, text: '', tone: 'plain' })
  const rows = stormRows(before, after)
  emit({ type: 'report', title: 'What it came to', lines: table(rows), data: stormData(before, after) })
  const text = `The customer heard of it ${count(after.heard, 'time')} instead of ${before.heard}. ${Math.round(ms / 1000)} s, nothing left running.`
  emit({ type: 'said', stage: null, text, tone: 'good' })
  return 0
}
