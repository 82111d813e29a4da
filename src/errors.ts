/** Every expected ending that is not success: permanent code → exit code. Names are never reused; `commands/meanings.ts` says what each means. */
export const CODES = {
  USAGE: 64,
  CONFIG: 64,
  NOT_A_REPOSITORY: 64,
  NO_COMMITS: 64,
  BARE_REPOSITORY: 64,
  MERGE_IN_PROGRESS: 64,
  GIT_MISSING: 69,
  WORK_TREE_UNREADABLE: 64,
  NO_TARGET: 64,
  NO_CONFIG_FILE: 64,
  WHICH_APP: 64,
  APP_DISAGREES: 64,
  NOT_BUILT: 64,
  LEDGER_MISSING: 12,
  LEDGER_BROKEN: 12,
  LEDGER_NEWER: 12,
  LEDGER_UNREACHABLE: 69,
  LEDGER_NOT_WRITABLE: 69,
  LEDGER_UNSAID: 69,
  DEPLOYING: 14,
  LOST_RACE: 14,
  TAKEN_OVER: 14,
  OVERDUE: 14,
  HALTED: 12,
  ACK_OUTSIDE: 10,
  BUDGET: 12,
  FROZEN: 12,
  DRIFT: 12,
  DEPLOYED_FROM_ELSEWHERE: 12,
  TOOL_MISSING: 69,
  LOGGED_OUT: 69,
  APP_NOT_VISIBLE: 69,
  TARGET_UNREACHABLE: 69,
  TARGET_UNREADABLE: 69,
  FINDINGS: 10,
  NOT_READ: 10,
  PLAN_MOVED: 10,
  NO_BECAUSE: 10,
  NEEDS_PERSON: 13,
  DECLINED: 10,
  AGENTS_OUTDATED: 10,
  AGENTS_DAMAGED: 64,
  AGENTS_UNWRITABLE: 69,
  TEST_FAILED: 11,
  MOVED: 22,
  CANDIDATE_MOVED: 10,
  DEPLOY_FAILED: 20,
  PROBE_FAILED: 21,
  OUTCOME_UNKNOWN: 22,
  LEDGER_SPOOLED: 22,
  ROLLBACK_FAILED: 20,
  NOTHING_TO_GO_BACK_TO: 12,
  IMAGE_PRUNED: 20,
  NOT_HALTED: 64,
  ACK_LEVEL: 13,
  ACK_SIGNATURE: 13,
  ACK_NOT_APPROVED: 13,
  ACK_INCOMPLETE: 10,
  FIX_FORWARD_LIMIT: 12,
  ADOPT_REFUSED: 21,
  NO_OUTLETS: 64,
  NOTICE_FAILED: 69,
  INTERRUPTED: 130,
  RELAY_RUNS: 69,
  RELAY_NOT_LISTENING: 69,
  RELAY_UNREACHABLE: 69,
  RELAY_REFUSED: 69,
  BUG: 70,
} as const satisfies Record<string, number>

export type Code = keyof typeof CODES

/** A command that leads nearer to ready. `needs` names flags that want text: each is typed as `FLAG=TEXT` behind argv, in front of a `--` in it. */
export interface Next {
  argv: string[]
  needs?: string[]
  says: string
}

/** Why a command ended without doing what was asked. */
export interface Refusal {
  code: Code
  exit: number
  what: string
  why: string[]
  /** Who can lift it, where that is not everybody. */
  who?: string
  /** Id of the halt that refuses. */
  halt?: string
  next: Next[]
}

const REFUSAL = Symbol.for('safe-deploy.refusal')

/** An expected ending, thrown to the entry, which alone turns it into text and an exit code. */
export class GuardError extends Error {
  readonly [REFUSAL] = true
  readonly refusal: Refusal
  constructor(refusal: Refusal, cause?: unknown) {
    super(refusal.what, { cause })
    this.name = 'GuardError'
    this.refusal = refusal
  }
}

/** True for a GuardError of any copy of this module. */
export const isGuardError = (error: unknown): error is GuardError => typeof error === 'object' && error !== null && REFUSAL in error

/**
 * An expected ending by its code.
 * @param code permanent name; its exit code comes from the catalogue
 * @param details what state things are in, why, who can lift it, and commands that work as typed
 */
export const refuse = (
  code: Code,
  details: { what: string; why?: string[]; who?: string; halt?: string; next?: Next[]; exit?: number },
  cause?: unknown,
): GuardError =>
  new GuardError(
    {
      code,
      exit: details.exit ?? CODES[code],
      what: details.what,
      why: details.why ?? [],
      ...(details.who ? { who: details.who } : {}),
      ...(details.halt ? { halt: details.halt } : {}),
      next: details.next ?? [],
    },
    cause,
  )

/** A command line with more flags: they stand in front of what goes to the deploy tool. */
export const withFlags = (argv: readonly string[], flags: readonly string[]): string[] => {
  const end = argv.indexOf('--')
  return end < 0 ? [...argv, ...flags] : [...argv.slice(0, end), ...flags, ...argv.slice(end)]
}

/** A command of ours with those of these flags that it does not say itself. Several apps at once are named by no flag. */
export const withMissing = (one: Next, flags: readonly string[]): Next => {
  if (one.argv[0] !== 'safe-deploy' || one.argv.includes('--changed')) return one
  const said = new Set(one.argv.map((word) => word.split('=')[0]))
  const missing = flags.filter((flag) => !said.has(flag.split('=')[0]))
  return { ...one, argv: withFlags(one.argv, missing) }
}

/** A refusal whose commands carry these flags; where the app that was named is what it refuses, they do without that name. */
export const carrying = (refusal: Refusal, flags: readonly string[]): Refusal => {
  const carried = refusal.code === 'APP_DISAGREES' ? flags.filter((flag) => !flag.startsWith('--app=')) : flags
  return { ...refusal, next: refusal.next.map((one) => withMissing(one, carried)) }
}

/** A next command, from a line as one would type it. */
export const next = (says: string, argv: string[], needs?: string[]): Next => ({ argv, says, ...(needs ? { needs } : {}) })
