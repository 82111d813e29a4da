import type { Played } from '../demo/play.ts'
import { BEFORE } from '../demo/storm-before.ts'
import { WITHOUT_RELAY } from '../demo/storm-room.ts'
import type { DemoSources } from './demo.ts'
import { playAndLeave } from './demo.ts'
import { untilStopped } from './demo-stop.ts'

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
  return untilStopped(sources.signals, ['safe-deploy', 'demo', 'storm'], async (signal) => {
    sources.emit({ type: 'report', title: 'safe-deploy: the storm, replayed', lines: INTRO, data: null })
    const before = await playAndLeave(sources, signal, BEFORE, WITHOUT_RELAY)
    return () => conclude(sources, before.played, before.left)
  })
}

const conclude = ({ emit }: DemoSources, { seen, off }: Played, left: number[]): number => {
  if (off || left.length > 0) {
    emit({ type: 'said', stage: null, text: `This did not go as told, in “${off?.step}”: ${off?.why} ${left.join()}`, tone: 'bad' })
    return 1
  }
  emit({ type: 'report', title: 'What it came to', lines: [String(seen.heard)], data: null })
  return 0
}
