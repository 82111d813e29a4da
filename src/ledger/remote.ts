import type { GitRan } from '../ports.ts'
import { withoutCredentials } from './address.ts'
import type { Chain } from './chain.ts'
import { OURS, type Route } from './route.ts'

type Fetched = { kind: 'fetched' } | { kind: 'missing' } | { kind: 'unreachable'; why: string }

/** What a push came to. `unclear`: it may have landed or not. `refused`: the host said no to this ref, as `why` says. */
export type Pushed = { kind: 'done' } | { kind: 'stale' } | { kind: 'refused'; why: string } | { kind: 'unclear'; why: string }

/** One ref of a remote, fetched and pushed from the private repository. */
export interface Remote {
  name: string
  url: string
  /** Fetches the ledger's ref into the private ref `to`. */
  fetch(to: string, depth: number | null): Promise<Fetched>
  /** Pushes with a lease: only where the ref is at `expects` (null: only where there is none). */
  push(oid: string, expects: string | null): Promise<Pushed>
  /** Takes the ref away where it is at `expects`. */
  remove(expects: string): Promise<Pushed>
  /** The same as `push` without writing anything. */
  tryPush(oid: string, expects: string | null): Promise<Pushed>
}

const FETCH_MS = 30_000
const PUSH_MS = 60_000

// What a user set for their own fetches and pushes (prune, tags, submodules, signatures) is not for ours.
export const FETCH = [
  'fetch',
  '--quiet',
  '--no-tags',
  '--no-prune',
  '--no-recurse-submodules',
  '--no-auto-maintenance',
  '--no-write-fetch-head',
]
const PUSH = ['push', '--porcelain', '--no-verify', '--no-follow-tags', '--no-signed', '--recurse-submodules=no']

/**
 * A ledger's ref on a remote.
 * @param ref full name of the ref there
 * @param ms how long one fetch and one push may take
 */
export const makeRemote = (chain: Chain, route: Route, ref: string, ms = { fetch: FETCH_MS, push: PUSH_MS }): Remote => {
  /** @param oid empty: the ref is deleted */
  const push = async (options: readonly string[], oid: string, expects: string | null): Promise<Pushed> => {
    const ran = await chain.git([...PUSH, ...options, `--force-with-lease=${ref}:${expects ?? ''}`, OURS, `${oid}:${ref}`], {
      env: route.env,
      timeoutMs: ms.push,
    })
    return readPush(ran)
  }
  return {
    name: route.name,
    url: route.url,
    fetch: async (to, depth) => {
      const shallow = depth === null ? [] : [`--depth=${depth}`]
      const ran = await chain.git([...FETCH, ...shallow, OURS, `+${ref}:${to}`], { env: route.env, timeoutMs: ms.fetch })
      if (ran.code === 0) return { kind: 'fetched' }
      if (/couldn't find remote ref/.test(ran.stderr)) return { kind: 'missing' }
      return { kind: 'unreachable', why: reason(ran) }
    },
    push: (oid, expects) => push([], oid, expects),
    remove: (expects) => push([], '', expects),
    tryPush: (oid, expects) => push(['--dry-run'], oid, expects),
  }
}

/** A host that lets this reader in, and not this writer, says so before anything is sent. */
const FORBIDS =
  /returned error: 40[13]|Authentication failed|could not read (?:Username|Password)|^(?:ERROR|remote): .*(?:denied|read.only|not granted|not allowed|permission)/im

/**
 * Reads what `git push --porcelain` of one ref printed: a line `flag TAB from:to TAB summary`. Pure.
 * @returns `unclear` where no line says what became of the ref, whatever the exit code
 */
export const readPush = (ran: GitRan): Pushed => {
  const line = ran.stdout
    .toString('utf8')
    .split('\n')
    .find((text) => /^[ +\-*=!]\t/.test(text))
  const [flag, , summary = ''] = line?.split('\t') ?? []
  if (flag !== undefined && flag !== '!') return { kind: 'done' }
  if (flag === undefined) return { kind: FORBIDS.test(ran.stderr) ? 'refused' : 'unclear', why: reason(ran) }
  if (/stale info|fetch first|non-fast-forward/.test(summary)) return { kind: 'stale' }
  if (/remote failure|remote unpack failed/.test(summary)) return { kind: 'unclear', why: withSaid(summary, ran.stderr) }
  return { kind: 'refused', why: withSaid(summary, ran.stderr) }
}

/** The host's own words, where it said any, tell more than git's summary. */
const withSaid = (summary: string, stderr: string): string => {
  const said = stderr
    .split('\n')
    .flatMap((line) => /^remote: (.*\S)/.exec(line)?.[1] ?? [])
    .slice(0, 3)
  return withoutCredentials([summary.replace(/^\[|\]/g, ''), ...said].join('; ')).slice(0, 400)
}

/** Why git could not talk to a remote, in its own words. */
export const reason = (ran: GitRan): string => {
  if (ran.timedOut) return 'it did not answer in time'
  const lines = ran.stderr.split('\n').filter((line) => line.trim() !== '')
  // ssh and curl say why first; git's own last words only that it failed.
  const telling = lines.find((line) => /^(?:fatal|error|ssh|remote|ERROR):/i.test(line)) ?? lines[0]
  return withoutCredentials(telling ?? `git ended with ${ran.code} and gave no reason`).slice(0, 400)
}
