import type { Next, Refusal } from './errors.ts'
import type { DurableEvent } from './ledger/events.ts'
import type { State } from './ledger/state.ts'
import type { Change, Finding, FoldedLine, Major, Outcome, ProbeResult, Serving, StageName, Suspect } from './model.ts'

/** What happens while a command runs, for eyes and machines. Reporters turn these into text; nobody else prints. */
export type Event =
  | { type: 'run.started'; command: string; app: string; attempt: string | null }
  | { type: 'stage.started'; stage: StageName; title: string }
  /** `line` is the one line of ours that the stage leaves on the screen. */
  | { type: 'stage.ended'; stage: StageName; status: 'ok' | 'skipped' | 'refused' | 'failed'; line: string }
  /** A sentence of ours that belongs to a stage. */
  | { type: 'said'; stage: StageName | null; text: string; tone: 'plain' | 'good' | 'warn' | 'bad' | 'dim' }
  /** `majors`: every dependency that crossed one. */
  | { type: 'change.read'; change: Change; base: string; majors: Major[] }
  /** `flag` answers it here (`=REASON` follows); null: only a person or a way out helps; absent: by its severity. `run`: with a run beside it. `folded`: a screen only counts it. */
  | { type: 'finding'; finding: Finding; flag?: string | null; run?: true; folded?: true }
  /** Complete, masked lines of a child process; `log`: the file that keeps all of them. */
  | { type: 'output'; source: 'deploy' | 'smoke' | 'probe'; name: string; text: string; log?: string }
  /** The intent is recorded and the tool is started next: how long this may take at most, and how to come back to it. */
  | { type: 'deploy.starts'; kind: 'deploy' | 'rollback' | 'run'; attempt: string; deadline_s: number; log: string; next: Next[] }
  /** What is being waited for; replaces the one before. */
  | { type: 'waiting'; text: string }
  | { type: 'probe.ended'; result: ProbeResult }
  /** A durable event was appended. */
  | { type: 'recorded'; event: DurableEvent }
  | {
      type: 'plan.made'
      digest: string
      findings: Finding[]
      open: number
      candidate: { commit: string; tree: string; dirty: number }
      base: { commit: string | null; tree: string } | null
      /** Commands that lead on from here. */
      next?: Next[]
    }
  /** `url`: where the app answers, if it does by HTTP. `halt`: one that stands all the same. */
  | { type: 'live'; serving: Serving | null; level: 'probed' | 'platform'; ms: number; url?: string; halt?: string }
  /** The halt screen, in this order: what serves now, what failed, which change could explain it, the ways out (in the refusal that follows). */
  | {
      type: 'halted'
      outcome: Outcome
      serving: Serving | null
      why: string
      tail: FoldedLine[]
      suspects: Suspect[]
      moved: string[]
      again: string | null
      /** Id of the halt, where the ledger could record it. */
      halt?: string
      url?: string
    }
  | {
      type: 'status'
      state: State | null
      words: string[]
      status: 'ready' | 'deploying' | 'overdue' | 'halted' | 'acknowledged' | 'frozen' | 'drifted' | 'no-ledger' | 'ledger-broken'
      app?: string | null
      /** Commands that lead on from here, best first. */
      next?: Next[]
      /** What the platform shows right now, where that was asked for. */
      live?: Serving | null
      /** How the attempt ended that was waited for. */
      ended?: { attempt: string; outcome: Outcome | 'condemned' | null }
      /** Who has not heard how an incident stands, and what they will hear. */
      undelivered?: readonly object[]
    }
  /** Tabular or prose answers of report commands; `data` is the JSON form. */
  | { type: 'report'; title: string; lines: string[]; data: unknown }
  | { type: 'refused'; refusal: Refusal }
  | { type: 'done'; exit: number; ms: number; text: string | null; command?: string | null }

export type Emit = (event: Event) => void
