/**
 * What a command would do to production, as far as its line tells: `deploy` changes it past the guard; `opaque` may (a string that is built at run
 * time, an interpreter, a script nobody can read); `clear` does not.
 */
export type Verdict = 'deploy' | 'opaque' | 'clear'

/** Which kind of command decides. Permanent names: they stand in denials and in `safe-deploy hook explain`. */
export type Way = 'fly' | 'push' | 'workflow' | 'fly-mcp' | 'guard-files' | 'unreadable'

/** A verdict, with what it rests on. */
export interface Reading {
  verdict: Verdict
  /** Null where nothing decides. */
  way: Way | null
  /** The command that decides as a person would type it, at most 120 characters: `fly deploy -a web`. Values that may be secret are left out. Null where clear. */
  command: string | null
  /** Where it was found, outermost first: `package.json script "release"`, `Makefile target ship`, `bash -c`. Empty in the line itself. */
  through: readonly string[]
  /** In one clause, why: `it makes a release`, `the job that runs on main deploys without safe-deploy`, `what the shell gets is made at run time`. Empty where clear. */
  because: string
}

/** Nothing of the kind. */
export const CLEAR: Reading = { verdict: 'clear', way: null, command: null, through: [], because: '' }

/** All that a reader may look at. Nothing is run, written or fetched. */
export interface World {
  /** The folder the command would run in, absolute. */
  cwd: string
  /** Variables of the process. */
  env: Readonly<Record<string, string | undefined>>
  /** Text of a file by its absolute path, at most 256 kB; null where there is none, it is larger, or no text. */
  read: (path: string) => string | null
  /** Names in a folder by its absolute path; empty where there is none. */
  list: (path: string) => readonly string[]
}
