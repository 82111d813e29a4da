import type { RecordedSettings } from '../model.ts'
import { maskCommand } from '../redact.ts'
import { NOTHING_RUN, type Truth } from '../targets/truth.ts'
import type { Desk } from './desk.ts'
import type { Destination } from './destination.ts'
import type { Going } from './going.ts'
import type { ToolEnd } from './tool.ts'
import { type Verified, verify } from './verify.ts'

/** What wants to serve serves already: nothing is run. */
export const nothingRun = (): ToolEnd => ({
  run: NOTHING_RUN,
  ms: 0,
  log: '',
  stopped: null,
  outlived: false,
})

/** Is it back, at the level of its target? */
export const verified = (
  desk: Desk,
  going: Going & { ended: ToolEnd; attempt: string; settings: RecordedSettings; started: number },
  signal: AbortSignal,
): Promise<Verified> =>
  verify(
    { ...desk, target: going.target },
    {
      attempt: going.attempt,
      begunMs: desk.clock.now(),
      before: going.truth,
      run: going.ended.run,
      to: going.flags.rebuild ? null : going.chosen.serving,
      probes: going.settings.probes,
      bakeMs: going.settings.bakeMs,
      baseline: null,
      patient: going.ended.stopped !== null || going.ended.run.timedOut || going.ended.run.signal !== null,
      signal,
    },
  ).then((found) => atLevel(found, going.chosen))

/** It must hold at the level of its target: what was probed then is probed now. */
const atLevel = (found: Verified, chosen: Destination): Verified =>
  found.outcome === 'deployed' && chosen.level === 'probed' && found.level !== 'probed'
    ? { ...found, outcome: 'unknown', level: null, why: 'it is back, but no probe passed, and it was a probed known good' }
    : found

/** A deploy leaves machines that crashed during the outage stopped; those that ran before it are started again. */
export const startStopped = async (desk: Desk, { target, serves }: Going, before: Truth): Promise<number> => {
  const now = serves ? { ok: true as const, truth: before } : await target.read({ full: false })
  if (!now.ok) return 0
  const commands = target.startCommands(before, now.truth)
  for (const command of commands) {
    desk.emit({
      type: 'said',
      stage: null,
      tone: 'plain',
      text: `starting a machine that should run: ${maskCommand(command, desk.mask).join(' ')}`,
    })
    await desk.processes.stream({ command: command.command, cwd: command.cwd, env: command.env, timeoutMs: 60_000 }).done
  }
  return commands.length
}
