/** The world as arguments: interfaces that adapters fill and everything else asks for. */

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves after `ms`, or at once when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export interface CaptureSpec {
  argv: readonly string[]
  cwd: string
  env: Readonly<Record<string, string>>
  input?: string
  timeoutMs?: number
  /** Bytes kept of each stream; more is dropped and `truncated` set. Default 16 MiB. */
  maxBytes?: number
  signal?: AbortSignal
}

/** How a short child process ended. Never thrown: a missing program is `missing`. */
export interface Captured {
  exit: number | null
  signal: string | null
  stdout: string
  stderr: string
  timedOut: boolean
  missing: boolean
  truncated: boolean
  /** Why it could not be started, other than missing: a system error code such as EACCES. */
  error?: string
  ms: number
}

export interface StreamSpec {
  /** A program and its arguments, or a shell line that the user wrote. */
  command: readonly string[] | { shell: string }
  cwd: string
  env: Readonly<Record<string, string>>
  timeoutMs: number
  /** What it reads from stdin, which ends there. Default: stdin is closed. */
  input?: string
  /** It has the terminal instead: stdin, stdout and stderr are ours, and nothing of them is read, logged or masked. */
  terminal?: true
  /** Grace between INT/TERM and KILL of the whole process group. Default 10 s. */
  graceMs?: number
  /** Complete lines, masked, newline-terminated, as they come; both streams together. */
  onText?: (text: string, stream: 'out' | 'err') => void
  /** Everything it printed, masked, is appended here. */
  logFile?: string
  /** After the child's own end, how long a pipe held open by something it started may keep us. Default 2 s. */
  drainMs?: number
  /**
   * Nothing it starts may outlive it (smokes): what it leaves running is ended, also what left its session. Without it only its group and
   * session are ended, and only when it is stopped or out of time: a deploy tool may start daemons on purpose. Who stays is named in `left`.
   */
  reap?: boolean
}

export interface Streamed {
  exit: number | null
  signal: string | null
  timedOut: boolean
  missing: boolean
  /** Set when we ended it on request (signal, abort). */
  interrupted: boolean
  ms: number
  bytes: number
  /** The last 200 lines, masked; each at most 2000 characters, without terminal escapes. */
  tail: string[]
  /** Process ids that it started and that still run. */
  left: number[]
  /** Why it could not be started, other than missing: a system error code such as EACCES. */
  error?: string
  /** The log file could not be written: a system error code such as ENOSPC. The child ran on. */
  logError?: string
}

/** A running child in its own process group. */
export interface Running {
  pid: number | null
  /** Sends one signal to the group; the adapter escalates to TERM and KILL after the grace. */
  stop(signal: 'SIGINT' | 'SIGTERM'): void
  done: Promise<Streamed>
}

export interface Processes {
  capture(spec: CaptureSpec): Promise<Captured>
  /** Runs with flat memory; output is masked before anybody sees it. */
  stream(spec: StreamSpec): Running
}

export interface GitRan {
  /** -1: ended by a signal, also by us when it printed more than `maxBytes`. */
  code: number
  stdout: Buffer
  stderr: string
  truncated: boolean
  /** We ended it, with all it had started, because it took longer than `timeoutMs`. */
  timedOut?: boolean
}

export interface GitOptions {
  input?: string | Buffer
  /** Added to the cleaned environment, e.g. GIT_INDEX_FILE. */
  env?: Readonly<Record<string, string>>
  /** Bytes of stdout, then git is ended. Default 64 MiB. */
  maxBytes?: number
  /** For what speaks to a remote, which may never answer. Default: none. */
  timeoutMs?: number
  /** Where it runs, if not in the folder it was made for. */
  cwd?: string
  /** Goes on when this process ends: a write that must not be cut in the middle. */
  outlives?: true
  /** Takes stdout as it comes instead of keeping it. */
  onStdout?: (chunk: Buffer) => void
}

/** Git as plumbing: cleaned environment, no hooks, no prompts, bounded output. Throws only when git itself is missing. */
export interface Git {
  readonly cwd: string
  run(args: readonly string[], options?: GitOptions): Promise<GitRan>
}

export interface FileLook {
  kind: 'file' | 'folder' | 'link' | 'other'
  mode: number
  size: number
  mtimeMs: number
}

/** What reading a work tree needs of the file system. Paths are absolute; a missing or unreadable thing is null, never thrown. */
export interface TreeFiles {
  look(path: string): FileLook | null
  /** At most `maxBytes` from the start; null for anything but a readable regular file. */
  read(path: string, maxBytes: number): Buffer | null
  link(path: string): string | null
  /** Names in byte order. */
  list(folder: string): string[] | null
  /** Copies a file with its time; false when there is none. */
  copy(from: string, to: string): boolean
  makeFolder(path: string): void
  /** A new private folder, in `within` where that is given; `remove` takes it away with all it holds. */
  temporary(within?: string): { path: string; remove(): void }
}

/** The file system, as far as the guard writes to it itself. Paths are absolute. */
export interface Files {
  /** Null when there is no such file; throws when it is larger than `maxBytes` (default 16 MiB) or unreadable. */
  readText(path: string, maxBytes?: number): Promise<string | null>
  /** Written whole or not at all, flushed to disk with its folder. Folders are made as needed, files are mode 0600. */
  writeDurable(path: string, text: string): Promise<void>
  /** One appended write, flushed to disk. */
  appendDurable(path: string, text: string): Promise<void>
  /** Like writeDurable without the flush: for caches. */
  writeCache(path: string, text: string): Promise<void>
  /** Makes a file that must not be there yet, flushed; false when it was there. */
  create(path: string, text: string): Promise<boolean>
  /** Names in a folder, sorted; empty when there is none. */
  list(dir: string): Promise<string[]>
  /** No error when it is not there. */
  remove(path: string): Promise<void>
  /** Renames, as one act; false when something is at `to` already. */
  move(from: string, to: string): Promise<boolean>
  exists(path: string): Promise<boolean>
}

/** A file of the repository, seen without following links. `unfit`: nothing that text could be written into, and why. */
export type RepoFile =
  | { kind: 'none' | 'folder' }
  | { kind: 'file'; text: string; executable: boolean }
  | { kind: 'link'; to: string }
  | { kind: 'unfit'; why: string }

/** Files that everybody who works in the repository shares. Paths are relative to its top; no link is followed, so nothing outside is reached. */
export interface RepoFiles {
  look(path: string): RepoFile
  /** Whole or not at all, with the folders it needs; a file that is there keeps its mode. @throws system errors, also for a link on the way */
  write(path: string, text: string, executable: boolean): void
  remove(path: string): void
  /** False, and nothing done, where it holds anything. */
  removeFolder(path: string): boolean
}

/** A text file, or why it cannot be read. */
export type TextRead =
  | { ok: true; text: string; bytes: number }
  | { ok: false; why: 'missing' | 'unreadable' | 'too-big' | 'not-text'; code: string }

/** Reads at most `maxBytes` of UTF-8, a byte order mark kept. Never throws. */
export type ReadText = (path: string, maxBytes: number) => TextRead

/** A loopback HTTP server that answers 200 to everything and counts, by the first part of the path. */
export interface Sink {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  url: string
  counts(): Record<string, number>
  close(): Promise<void>
}

/** Asks a person. Only present when stdin and stdout are terminals and input is allowed. */
export interface Prompter {
  /** Enter takes `initial`. Returns null when the person left with Ctrl-C or Escape. */
  text(question: string, initial?: string): Promise<string | null>
  confirm(question: string, initial: boolean): Promise<boolean | null>
}

export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

/** Signals are ours: nobody else listens. Without a listener the first one ends the process with 128 + its number. */
export interface Signals {
  /** Calls back for each signal until the returned function is called. The newest listener alone hears. */
  onStop(listener: (signal: StopSignal) => void): () => void
  /** From the intent on, a terminal that goes away ends nothing. */
  ignoreHangup(): void
}

/** Which process is which: a pid alone is reused, a pid with its start time and boot is not. */
export interface ProcessTable {
  /** Start mark of a living process, or null when there is none. */
  startOf(pid: number): Promise<string | null>
  /** Mark of the machine's current boot; behind an `@`, if anything, which machine and which process namespace it is. */
  boot(): Promise<string>
  /**
   * Pids whose environment holds NAME=value: children of a dead guard, wherever they moved to. With `session` only those of that session.
   * Empty where the system does not show it.
   */
  holding(name: string, value: string, session?: number): Promise<number[]>
  /** Signals a whole process group; no error when it is gone. */
  signalGroup(pid: number, signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): void
}

/** A file that nobody but the system's administrator can have written, or why it is not one. */
export type Protected = { text: string } | { unsafe: string }

interface HttpAnswer {
  status: number
  body: string
}

/** A request with a body, as it is sent. */
export interface HttpRequest {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'GET'
  headers?: Readonly<Record<string, string>>
  body?: string
  timeoutMs: number
  /** Bytes of the answer that are read. Default 1 MiB. */
  maxBytes?: number
}

export interface Http {
  /** Sends without following redirects; names of headers in lower case; body cut at `maxBytes`; throws an Error with a short reason when there is no answer. */
  send(url: string, request: HttpRequest): Promise<HttpAnswer & { headers: Readonly<Record<string, string>> }>
  /** GET without following redirects; body cut at 1 MiB; throws an Error with a short reason when there is no answer. */
  get(url: string, timeoutMs: number, headers?: Readonly<Record<string, string>>): Promise<HttpAnswer>
}

/** Streams that only reporters and the entry write to. */
export interface Output {
  write(text: string): void
  isTTY: boolean
  columns: number
}

/** What a work tree can be in the middle of. */
export type Unfinished = 'merge' | 'rebase' | 'am' | 'cherry-pick' | 'revert'

/** Where a clone is and what it is on. Paths are absolute. */
export interface Repository {
  root: string
  gitDir: string
  /** The same for all worktrees of one clone. */
  commonDir: string
  head: string | null
  branch: string | null
  shallow: boolean
  state: Unfinished | null
}

/**
 * Objects that a clone lacks, brought into the guard's own folder: shallow, single-branch and partial clones stay as they are. All answer null when it
 * is here, else why it cannot be had.
 */
export interface Obtain {
  /** A commit with all of its files, and none of its history. */
  commit(oid: string): Promise<string | null>
  /** What a commit says of itself, and none of its files. */
  message(oid: string): Promise<string | null>
  /** The files that a partial clone (`--filter`) left out of a tree; with `but`, only those in which the two differ, of both. */
  files(tree: string, but?: string): Promise<string | null>
}

/** Is a commit on the deploy branch of the remote? `branch` null: the remote's default. */
export type OnDeployBranch = (commit: string, branch: string | null) => Promise<{ on: true; branch: string } | { on: false; why: string }>
