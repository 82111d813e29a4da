import { basename, dirname } from 'node:path'
import { refuse } from '../errors.ts'
import type { Files, Git, GitOptions, GitRan } from '../ports.ts'
import { randomHex } from '../random.ts'
import { readBatch } from './cat-file.ts'
import { importStream } from './import-stream.ts'

/** One commit of the chain, oldest field order as written. */
export interface Batch {
  oid: string
  events: string
}

/** What a ref shows: `broken` when git cannot read it, with the commit it stood at where the reflog still says so. */
type Shown = { kind: 'none' } | { kind: 'at'; oid: string; state: string } | { kind: 'broken'; why: string; last: string | null }

/** Commits of ledgers in a private bare repository, and the refs that name them. */
export interface Chain {
  gitDir: string
  /** Git in that repository, as narrow as it goes. */
  git(args: readonly string[], options?: Pick<GitOptions, 'input' | 'env' | 'timeoutMs'>): Promise<GitRan>
  /** Makes the repository where it is not there yet. */
  prepare(): Promise<void>
  /** A new name for a ref of this process alone, to be removed by who made it; one that a killed process left is removed by a later commit. */
  ownRef(): string
  show(ref: string): Promise<Shown>
  /** The commit that a loose ref names, without asking git; null where there is none, or nothing that can be read. */
  peek(ref: string): Promise<string | null>
  /** Writes a commit whose only parent is `parent`, behind no ref yet. */
  commit(parent: string | null, files: Readonly<Record<string, string>>, message: string): Promise<string>
  /** Moves a ref from `from` (null: it must not exist) to `to`, or says why not. */
  swap(ref: string, to: string, from: string | null, message: string): Promise<string | null>
  isAncestor(older: string, newer: string): Promise<boolean>
  /** Is the commit here, with its state? */
  isWhole(oid: string): Promise<boolean>
  /** Is the whole chain behind this commit here, down to its root? */
  isComplete(oid: string): Promise<boolean>
  /** Newest first. */
  history(ref: string, limit: number): Promise<Batch[]>
  /** Text of a file in the commit `oid`, or null. */
  read(oid: string, path: string): Promise<string | null>
  /** The newest commit that the reflog names and that is still whole. */
  lastKnown(ref: string): Promise<string | null>
  /** Points the ref at a commit that is there, over whatever the ref is. False, and nothing touched, otherwise. */
  point(ref: string, oid: string): Promise<boolean>
  /** Takes a damaged ref out of the way; a repository that git cannot open is moved aside whole. */
  drop(ref: string): Promise<void>
  /** With git's own reason. */
  notWritable(stderr: string): Error
}

const OWN = 'refs/own'
/** Nobody fetches or writes for so long. */
const LEFT_OVER_MS = 3_600_000
const ZERO = '0'.repeat(40)
/** Commits whose batches are read in one call: their text is held in memory at once. */
const AT_ONCE = 100
const SETTINGS: Readonly<Record<string, string>> = {
  // Nothing is flushed by default; an intent must survive a power cut.
  'core.fsync': 'loose-object,pack,reference',
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
export const OID = /^[0-9a-f]{40,64}$/

/** How far what is written is pushed at once: to the disk, or to the system, which gets it there within seconds. */
type Flush = 'fsync' | 'writeout-only'

/**
 * The private repository behind a ledger.
 * @param deps `flush`: less than the disk will do for a copy of what others keep
 * @throws LEDGER_NOT_WRITABLE from what writes, with git's own reason
 */
export const makeChain = (deps: { git: Git; files: Files; gitDir: string; flush?: Flush }): Chain => {
  const { files, gitDir, flush = 'fsync' } = deps
  const notWritable = (stderr: string) => unwritable(gitDir, stderr)

  const git: Chain['git'] = (args, options = {}) =>
    deps.git.run([...NARROW, '-c', `core.fsyncMethod=${flush}`, `--git-dir=${gitDir}`, ...args], {
      ...options,
      env: { ...IDENTITY, ...options.env },
      outlives: true,
    })

  const isWhole = async (oid: string): Promise<boolean> => (await git(['cat-file', '-e', `${oid}:state.json`])).code === 0

  const lastKnown = async (ref: string): Promise<string | null> => {
    const log = await files.readText(`${gitDir}/logs/${ref}`).catch(() => null)
    const oids = (log ?? '').split('\n').flatMap((line) => line.slice(41, 81).match(/^[0-9a-f]{40}$/)?.[0] ?? [])
    for (const oid of oids.reverse().slice(0, 20)) {
      if (await isWhole(oid)) return oid
    }
    return null
  }

  /** Made beside its place and then renamed: a repository that is there is whole, whoever died while it was made. */
  const prepare = async (): Promise<void> => {
    if (await files.exists(gitDir)) return
    const fresh = `${gitDir}.${randomHex(6)}`
    const made = await deps.git.run([...NARROW, 'init', '--quiet', '--bare', '--template=', fresh], { env: IDENTITY, outlives: true })
    if (made.code !== 0) throw notWritable(made.stderr)
    const moved = await files.move(fresh, gitDir).catch((error: Error) => error)
    if (moved === true) return
    await files.remove(fresh).catch(() => undefined)
    if (moved !== false) throw notWritable(moved.message)
  }

  const ownRef = (): string => `${OWN}/${Date.now()}-${randomHex(8)}`

  const sweep = async (): Promise<void> => {
    const names = await files.list(`${gitDir}/${OWN}`).catch(() => [])
    const old = names.filter((name) => Date.now() - Number.parseInt(name, 10) > LEFT_OVER_MS)
    await Promise.all(old.map((name) => files.remove(`${gitDir}/${OWN}/${name}`).catch(() => undefined)))
  }

  return {
    gitDir,
    git,
    prepare,
    ownRef,
    isWhole,
    lastKnown,
    notWritable,
    show: async (ref) => {
      const names = await files.list(dirname(gitDir)).catch(() => null)
      if (!names) return { kind: 'broken', why: `${dirname(gitDir)} cannot be read`, last: null }
      if (!names.includes(basename(gitDir))) return { kind: 'none' }
      const ran = await git(['cat-file', '--batch'], { input: `${ref}\n${ref}:state.json\n` })
      const [commit, state] = readBatch(ran.stdout)
      if (ran.code === 0 && commit && state) return { kind: 'at', oid: commit.oid, state: state.text }
      const loose = await files.exists(`${gitDir}/${ref}`)
      const last = await lastKnown(ref)
      if (!loose && last === null && ran.code === 0) return { kind: 'none' }
      return { kind: 'broken', why: whyBroken(ref, ran, loose), last }
    },
    peek: async (ref) => {
      const text = (await files.readText(`${gitDir}/${ref}`, 4096).catch(() => null))?.trim() ?? ''
      return OID.test(text) ? text : null
    },
    commit: async (parent, contents, message) => {
      await prepare()
      await sweep()
      const own = ownRef()
      const ran = await git(['fast-import', '--quiet', '--done', '--date-format=now'], {
        input: importStream(own, parent, contents, message),
      })
      await files.remove(`${gitDir}/${own}`)
      if (ran.code !== 0) throw notWritable(ran.stderr)
      const oid = ran.stdout.toString('utf8').trim()
      if (!OID.test(oid)) throw notWritable(`fast-import answered ${JSON.stringify(oid.slice(0, 80))}`)
      return oid
    },
    swap: async (ref, to, from, message) => {
      const swapped = await git(['update-ref', '--create-reflog', '-m', message.split('\n')[0] ?? '', ref, to, from ?? ZERO])
      return swapped.code === 0 ? null : swapped.stderr
    },
    isAncestor: async (older, newer) => older === newer || (await git(['merge-base', '--is-ancestor', older, newer])).code === 0,
    isComplete: async (oid) => {
      const cut = await files.readText(`${gitDir}/shallow`)
      if (cut === null) return true
      const roots = await git(['rev-list', '--max-parents=0', oid])
      return roots.code === 0 && !cut.split('\n').some((line) => line !== '' && roots.stdout.includes(line))
    },
    history: async (ref, limit) => {
      const listed = await git(['rev-list', '--first-parent', `--max-count=${limit}`, ref])
      const oids = listed.stdout.toString('utf8').split('\n').filter(Boolean)
      const batches: Batch[] = []
      for (let i = 0; listed.code === 0 && i < oids.length; i += AT_ONCE) {
        const some = oids.slice(i, i + AT_ONCE)
        const ran = await git(['cat-file', '--batch'], { input: some.map((oid) => `${oid}:events.ndjson\n`).join('') })
        const blobs = readBatch(ran.stdout)
        batches.push(...some.map((oid, n) => ({ oid, events: blobs[n]?.text ?? '' })))
      }
      return batches
    },
    read: async (oid, path) => {
      const ran = await git(['cat-file', 'blob', `${oid}:${path}`])
      return ran.code === 0 ? ran.stdout.toString('utf8') : null
    },
    point: async (ref, oid) => {
      if (!(await isWhole(oid))) return false
      await files.remove(`${gitDir}/${ref}`)
      return (await git(['update-ref', '--create-reflog', '-m', 'restored', ref, oid])).code === 0
    },
    drop: async (ref) => {
      if (!(await files.exists(gitDir))) return
      if ((await git(['rev-parse', '--git-dir'])).code !== 0) {
        await files.move(gitDir, `${gitDir}.broken-${Date.now()}`)
        return
      }
      await git(['update-ref', '-d', ref])
      await files.remove(`${gitDir}/${ref}`)
    },
  }
}

const whyBroken = (ref: string, ran: GitRan, loose: boolean): string => {
  if (ran.code !== 0) return `git cannot read it: ${firstLine(ran.stderr)}`
  return loose ? `the ref ${ref} is damaged or names a missing commit` : `the ref ${ref} is gone`
}

const firstLine = (stderr: string): string => (stderr.split('\n').find((line) => line.trim() !== '') ?? 'git gave no reason').slice(0, 400)

const unwritable = (gitDir: string, stderr: string) => {
  const lock = /'([^'\n]+\.lock)'/.exec(stderr)?.[1]
  return refuse('LEDGER_NOT_WRITABLE', {
    what: 'The ledger cannot be written, so nothing may be deployed.',
    why: [firstLine(stderr), `the ledger is ${gitDir}`],
    next: lock
      ? [{ argv: ['rm', lock], says: 'a lock was left over; remove it when no safe-deploy is running' }]
      : [{ argv: ['safe-deploy', 'doctor'], says: 'see what is in the way (disk space, permissions)' }],
  })
}
