import { basename, dirname } from 'node:path'
import { refuse } from '../errors.ts'
import type { Files, Git, GitRan } from '../ports.ts'
import { randomHex } from '../random.ts'
import { ledgerRef } from './private.ts'

/** What the ref holds: `broken` when git cannot read it, with the commit it stood at where the reflog still says so. */
type RawTip = { kind: 'none' } | { kind: 'at'; oid: string; state: string } | { kind: 'broken'; why: string; last: string | null }

/** One commit of the chain, oldest field order as written. */
export interface Batch {
  oid: string
  events: string
}

/** An append-only chain of commits behind one ref, with compare-and-swap. */
export interface Store {
  gitDir: string
  ref: string
  tip(): Promise<RawTip>
  /** Appends one commit whose only parent is `parent` (null: the chain must not exist yet). */
  append(
    parent: string | null,
    files: Readonly<Record<string, string>>,
    message: string,
  ): Promise<{ won: true; oid: string } | { won: false }>
  /** Newest first. */
  history(limit: number): Promise<Batch[]>
  /** Text of a file in the commit `oid`, or null. */
  show(oid: string, path: string): Promise<string | null>
  /** Points the ref at a commit that is there, over whatever the ref is: the way out of a broken or lost ref. False, and nothing touched, otherwise. */
  restore(oid: string): Promise<boolean>
  /** Takes a damaged ref out of the way, so that a new chain can begin; a repository that git cannot open is moved aside whole. */
  abandon(): Promise<void>
  /** The newest commit that the reflog names and that is still whole. */
  lastKnown(): Promise<string | null>
}

const ZERO = '0'.repeat(40)
/** Commits whose batches are read in one call: their text is held in memory at once. */
const AT_ONCE = 100
const SETTINGS: Readonly<Record<string, string>> = {
  // Nothing is flushed by default; an intent must survive a power cut.
  'core.fsync': 'loose-object,pack,reference',
  'core.fsyncMethod': 'fsync',
  'core.logAllRefUpdates': 'always',
  // Whoever holds the lock is flushing; the default of 0.1 s would call that a left-over lock.
  'core.filesRefLockTimeout': '3000',
  'gc.auto': '0',
  'i18n.commitEncoding': 'UTF-8',
  // A user's choice for new repositories is not ours: what is read back here are loose refs and SHA-1.
  'init.defaultBranch': 'main',
  'init.defaultRefFormat': 'files',
  'init.defaultObjectFormat': 'sha1',
}
const NARROW = Object.entries(SETTINGS).flatMap(([key, value]) => ['-c', `${key}=${value}`])
const IDENTITY = {
  GIT_AUTHOR_NAME: 'safe-deploy',
  GIT_AUTHOR_EMAIL: 'safe-deploy@localhost',
  GIT_COMMITTER_NAME: 'safe-deploy',
  GIT_COMMITTER_EMAIL: 'safe-deploy@localhost',
}

/**
 * The ledger of one app in a private bare repository.
 * @param app encoded for a ref
 * @throws LEDGER_NOT_WRITABLE from append, with git's own reason; a lost compare-and-swap is an answer, not an error
 */
export const makeStore = (deps: { git: Git; files: Files; gitDir: string; app: string }): Store => {
  const { files, gitDir, app } = deps
  const ref = ledgerRef(app)
  const git = (args: readonly string[], input?: string) =>
    deps.git.run([...NARROW, `--git-dir=${gitDir}`, ...args], { ...(input === undefined ? {} : { input }), env: IDENTITY, outlives: true })

  const must = async (args: readonly string[], input?: string): Promise<string> => {
    const ran = await git(args, input)
    if (ran.code !== 0) throw notWritable(gitDir, ran.stderr)
    return ran.stdout.toString('utf8').trim()
  }

  const tip = async (): Promise<RawTip> => {
    const names = await files.list(dirname(gitDir)).catch(() => null)
    if (!names) return { kind: 'broken', why: `${dirname(gitDir)} cannot be read`, last: null }
    if (!names.includes(basename(gitDir))) return { kind: 'none' }
    const ran = await git(['cat-file', '--batch'], `${ref}\n${ref}:state.json\n`)
    const [commit, state] = readBatch(ran.stdout)
    if (ran.code === 0 && commit && state) return { kind: 'at', oid: commit.oid, state: state.text }
    const loose = await files.exists(`${gitDir}/${ref}`)
    const last = await lastKnown()
    if (!loose && last === null && ran.code === 0) return { kind: 'none' }
    return { kind: 'broken', why: whyBroken(ref, ran, loose), last }
  }

  const lastKnown = async (): Promise<string | null> => {
    const log = await files.readText(`${gitDir}/logs/${ref}`).catch(() => null)
    const oids = (log ?? '').split('\n').flatMap((line) => line.slice(41, 81).match(/^[0-9a-f]{40}$/)?.[0] ?? [])
    for (const oid of oids.reverse().slice(0, 20)) {
      if (await isWhole(oid)) return oid
    }
    return null
  }

  const isWhole = async (oid: string): Promise<boolean> => (await git(['cat-file', '-e', `${oid}:state.json`])).code === 0

  /** Made beside its place and then renamed: a repository that is there is whole, whoever died while it was made. */
  const prepare = async (): Promise<void> => {
    if (await files.exists(gitDir)) return
    const fresh = `${gitDir}.${randomHex(6)}`
    const made = await deps.git.run([...NARROW, 'init', '--quiet', '--bare', '--template=', fresh], { env: IDENTITY, outlives: true })
    if (made.code !== 0) throw notWritable(gitDir, made.stderr)
    const moved = await files.move(fresh, gitDir).catch((error: Error) => error)
    if (moved === true) return
    await files.remove(fresh).catch(() => undefined)
    if (moved !== false) throw notWritable(gitDir, moved.message)
  }

  const append: Store['append'] = async (parent, contents, message) => {
    await prepare()
    const entries = await Promise.all(
      Object.entries(contents).map(async ([path, text]) => `100644 blob ${await must(['hash-object', '-w', '--stdin'], text)}\t${path}`),
    )
    const tree = await must(['mktree'], `${entries.join('\n')}\n`)
    const oid = await must(['commit-tree', tree, ...(parent ? ['-p', parent] : []), '-F', '-'], message)
    if (!/^[0-9a-f]{40,64}$/.test(oid)) throw notWritable(gitDir, `commit-tree answered ${JSON.stringify(oid.slice(0, 80))}`)
    const swapped = await git(['update-ref', '--create-reflog', '-m', message.split('\n')[0] ?? '', ref, oid, parent ?? ZERO])
    if (swapped.code === 0) return { won: true, oid }
    const now = await tip()
    if (now.kind === 'at' && now.oid === oid) return { won: true, oid }
    if (now.kind === 'at' && now.oid !== parent) return { won: false }
    throw notWritable(gitDir, swapped.stderr)
  }

  return {
    gitDir,
    ref,
    tip,
    append,
    lastKnown,
    history: async (limit) => {
      const listed = await git(['rev-list', '--first-parent', `--max-count=${limit}`, ref])
      const oids = listed.stdout.toString('utf8').split('\n').filter(Boolean)
      const batches: Batch[] = []
      for (let i = 0; listed.code === 0 && i < oids.length; i += AT_ONCE) {
        const some = oids.slice(i, i + AT_ONCE)
        const ran = await git(['cat-file', '--batch'], some.map((oid) => `${oid}:events.ndjson\n`).join(''))
        const blobs = readBatch(ran.stdout)
        batches.push(...some.map((oid, n) => ({ oid, events: blobs[n]?.text ?? '' })))
      }
      return batches
    },
    show: async (oid, path) => {
      const ran = await git(['cat-file', 'blob', `${oid}:${path}`])
      return ran.code === 0 ? ran.stdout.toString('utf8') : null
    },
    abandon: async () => {
      if (!(await files.exists(gitDir))) return
      if ((await git(['rev-parse', '--git-dir'])).code !== 0) {
        await files.move(gitDir, `${gitDir}.broken-${Date.now()}`)
        return
      }
      await git(['update-ref', '-d', ref])
      await files.remove(`${gitDir}/${ref}`)
    },
    restore: async (oid) => {
      if (!(await isWhole(oid))) return false
      await files.remove(`${gitDir}/${ref}`)
      return (await git(['update-ref', '--create-reflog', '-m', 'restored', ref, oid])).code === 0
    },
  }
}

/** Records of `cat-file --batch`, in order; null for an object that is missing. */
const readBatch = (out: Buffer): ({ oid: string; text: string } | null)[] => {
  const records: ({ oid: string; text: string } | null)[] = []
  let at = 0
  while (at < out.length) {
    const end = out.indexOf(10, at)
    if (end < 0) break
    const [oid = '', , size] = out.toString('utf8', at, end).split(' ')
    at = end + 1
    if (size === undefined || !/^\d+$/.test(size)) {
      records.push(null)
      continue
    }
    records.push({ oid, text: out.toString('utf8', at, at + Number(size)) })
    at += Number(size) + 1
  }
  return records
}

const whyBroken = (ref: string, ran: GitRan, loose: boolean): string => {
  if (ran.code !== 0) return `git cannot read it: ${firstLine(ran.stderr)}`
  return loose ? `the ref ${ref} is damaged or names a missing commit` : `the ref ${ref} is gone`
}

const firstLine = (stderr: string): string => (stderr.split('\n').find((line) => line.trim() !== '') ?? 'git gave no reason').slice(0, 400)

const notWritable = (gitDir: string, stderr: string) => {
  const lock = /'([^'\n]+\.lock)'/.exec(stderr)?.[1]
  return refuse('LEDGER_NOT_WRITABLE', {
    what: 'The ledger cannot be written, so nothing may be deployed.',
    why: [firstLine(stderr), `the ledger is ${gitDir}`],
    next: lock
      ? [{ argv: ['rm', lock], says: 'a lock was left over; remove it when no safe-deploy is running' }]
      : [{ argv: ['safe-deploy', 'doctor'], says: 'see what is in the way (disk space, permissions)' }],
  })
}
