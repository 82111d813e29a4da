/** Every expected ending that is not success: permanent code → exit code and what it means. Names are never reused. */
export const CODES = {
  USAGE: [64, 'The command line is not one this version knows.'],
  CONFIG: [64, 'safe-deploy.yml or the target’s config has problems; all of them are listed.'],
  NOT_A_REPOSITORY: [64, 'There is no git repository here, or git refuses to read it.'],
  NO_COMMITS: [64, 'The repository has no commit yet.'],
  BARE_REPOSITORY: [64, 'A bare repository has no work tree to deploy.'],
  MERGE_IN_PROGRESS: [64, 'A merge, rebase or cherry-pick is not finished.'],
  GIT_MISSING: [69, 'The git program is not on PATH.'],
  WORK_TREE_UNREADABLE: [64, 'Git could not read the work tree, or could not write to the private folder.'],
  NO_TARGET: [64, 'Nothing here says what to deploy.'],
  NO_CONFIG_FILE: [64, 'The target’s config file is missing; fly would silently use the server’s.'],
  WHICH_APP: [64, 'Several apps are configured and the place does not say which.'],
  APP_DISAGREES: [64, 'Flag, environment and config name different apps.'],
  NOT_BUILT: [64, 'Known, but not built in this version.'],
  LEDGER_MISSING: [12, 'A ledger is configured or was used here, and it is gone. This is not a first deploy.'],
  LEDGER_BROKEN: [12, 'The ledger cannot be read: damaged, rewritten, or another ledger’s.'],
  LEDGER_NEWER: [12, 'The ledger was written by a newer safe-deploy.'],
  LEDGER_UNREACHABLE: [69, 'The shared ledger cannot be reached.'],
  LEDGER_NOT_WRITABLE: [69, 'The ledger cannot be written; nothing was deployed.'],
  LEDGER_UNSAID: [69, 'In CI it must be said where the ledger is.'],
  DEPLOYING: [14, 'Another deploy of this app is in progress.'],
  LOST_RACE: [14, 'Another deploy began first; what was read here is stale.'],
  TAKEN_OVER: [14, 'Others took this attempt over before its deploy tool was started; it was not started.'],
  OVERDUE: [14, 'A deploy is past its deadline and its outcome could not be settled yet.'],
  HALTED: [12, 'An earlier deploy failed or was called bad; nothing ships until a way out is taken.'],
  ACK_OUTSIDE: [10, 'The change lies outside what was acknowledged.'],
  BUDGET: [12, 'Too many unproven deploys in the window.'],
  FROZEN: [12, 'Deploys are frozen by hand.'],
  DRIFT: [12, 'Another image serves than the ledger knows; somebody deployed round the guard.'],
  DEPLOYED_FROM_ELSEWHERE: [12, 'The machines carry another ledger’s label.'],
  TOOL_MISSING: [69, 'The deploy tool is not on PATH.'],
  LOGGED_OUT: [69, 'The deploy tool is not logged in.'],
  APP_NOT_VISIBLE: [69, 'This login cannot see the app; that is never taken for a first deploy.'],
  TARGET_UNREACHABLE: [69, 'The platform did not answer.'],
  TARGET_UNREADABLE: [69, 'The platform answered something this version cannot read.'],
  FINDINGS: [10, 'Findings are not answered.'],
  NOT_READ: [10, 'Nobody has read this change yet.'],
  PLAN_MOVED: [10, 'The plan that was read is not what would ship now.'],
  NO_BECAUSE: [10, 'It was not said what this deploy is for.'],
  NEEDS_PERSON: [13, 'A person is needed; no flag would do.'],
  DECLINED: [10, 'The answer was no.'],
  AGENTS_OUTDATED: [10, 'A hook, block or skill that agents need here is missing, damaged or outdated.'],
  AGENTS_DAMAGED: [64, 'A file that agents’ hosts read cannot be changed without losing something of it.'],
  AGENTS_UNWRITABLE: [69, 'A file that agents’ hosts read could not be written.'],
  TEST_FAILED: [11, 'A smoke command, the env, or a finding of TEST.'],
  MOVED: [22, 'What was read is not what shipped.'],
  CANDIDATE_MOVED: [10, 'The work tree changed between reading and deploying; nothing was deployed.'],
  DEPLOY_FAILED: [20, 'The deploy failed; the app is halted.'],
  PROBE_FAILED: [21, 'Deployed, but a probe or the bake failed; the app is halted.'],
  OUTCOME_UNKNOWN: [22, 'What happened is not known; the app is halted.'],
  LEDGER_SPOOLED: [22, 'The outcome could not be recorded in the ledger; it waits in this clone.'],
  ROLLBACK_FAILED: [20, 'The rollback did not hold; the halt stays.'],
  NOTHING_TO_GO_BACK_TO: [12, 'There is no known good, and no incumbent, to go back to.'],
  IMAGE_PRUNED: [20, 'The image to go back to is gone from the registry.'],
  NOT_HALTED: [64, 'There is no halt, and no remembered failed change, to acknowledge.'],
  ACK_LEVEL: [13, 'The acknowledgement does not reach the level that policy asks.'],
  ACK_SIGNATURE: [13, 'The signature of an acknowledgement does not hold.'],
  ACK_NOT_APPROVED: [13, 'No approval of an acknowledgement was found on the host.'],
  ACK_INCOMPLETE: [10, 'An acknowledgement names cause, evidence and next step.'],
  FIX_FORWARD_LIMIT: [12, 'Three deploys failed in this incident; only a person goes on.'],
  ADOPT_REFUSED: [21, 'What serves could not be proved good; nothing changed.'],
  NO_OUTLETS: [64, 'The config names nobody to be told of a halt.'],
  NOTICE_FAILED: [69, 'An outlet did not take a notice; each is named.'],
  INTERRUPTED: [130, 'Interrupted before the act; nothing was deployed.'],
  RELAY_RUNS: [69, 'Another relay has this folder.'],
  RELAY_NOT_LISTENING: [69, 'The relay cannot listen there.'],
  RELAY_UNREACHABLE: [69, 'No relay answers there.'],
  RELAY_REFUSED: [69, 'The relay does not do that: its answer says why.'],
  BUG: [70, 'A bug in safe-deploy.'],
} as const satisfies Record<string, readonly [exit: number, meaning: string]>

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
      exit: details.exit ?? CODES[code][0],
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
