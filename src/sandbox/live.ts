import { isAlive, type Proc } from './alive.ts'
import { readText } from './files.ts'
import { files } from './home.ts'
import type { Machine } from './state.ts'

export interface MachineEvent {
  type: 'launch' | 'start' | 'exit' | 'update'
  status: string
  source: 'flyd' | 'user'
  timestamp: number
  request?: { exit_event: ExitEvent; restart_count: number }
}

interface ExitEvent {
  exit_code: number
  guest_signal: number
  oom_killed: boolean
  requested_stop: boolean
  restarting: boolean
  exited_at: string
}

export interface CheckResult {
  name: string
  status: 'passing' | 'warning' | 'critical'
  output: string
  updated_at: string
}

/** What a machine's supervisor writes about it. */
export interface Live {
  instanceId: string
  supervisor: Proc
  child: Proc | null
  state: 'starting' | 'started' | 'stopping' | 'stopped'
  startedAt: number
  restarts: number
  lastExit: number | null
  /** Newest first. */
  events: MachineEvent[]
  checks: CheckResult[]
}

export type MachineState = Live['state'] | 'created'

/** What the supervisor of this machine's present instance last wrote; null before that. */
export const readLive = (home: string, machine: Pick<Machine, 'id' | 'instanceId'>): Live | null => {
  const live = readRecord(home, machine.id)
  return live?.instanceId === machine.instanceId ? live : null
}

/** The last record of a machine, of whatever instance. */
export const readRecord = (home: string, id: string): Live | null => {
  const text = readText(files.live(home, id))
  return text === null ? null : (JSON.parse(text) as Live)
}

/** The state of a machine as it is this moment: its process is looked at, not remembered. */
export const stateOf = (machine: Machine, live: Live | null): MachineState => {
  if (!live) return machine.wanted === 'stopped' ? 'stopped' : 'created'
  if (live.state === 'stopped') return 'stopped'
  return isAlive(live.child) || isAlive(live.supervisor) ? live.state : 'stopped'
}
