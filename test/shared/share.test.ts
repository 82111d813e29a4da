import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeGit } from '../../src/adapters/git.ts'
import { guardFiles } from '../../src/adapters/guard-files.ts'
import { privateFolder } from '../../src/ledger/private.ts'
import { routeTo } from '../../src/ledger/route.ts'
import { type Shared, shareLedger } from '../../src/ledger/share.ts'
import { tryRemote } from '../../src/ledger/try-remote.ts'
import { tempFolder } from '../change/repo.ts'
import { end, hex, intend, makeRoom, put, type Room, refusalOf } from '../support/ledger.ts'
import { joinOrigin, makeOrigin, type Origin, REF } from '../support/shared.ts'

/** A clone whose ledger is its own; `outcome` of its second deploy. */
const alone = async (outcome: 'deployed' | 'unhealthy' | null): Promise<Room> => {
  const room = makeRoom()
  await put(room, intend(1))
  await put(room, end(1, 'deployed'))
  if (outcome === null) return room
  await put(room, intend(2))
  await put(room, end(2, outcome))
  return room
}

const share = async (room: Room, origin: Origin, id: string | null = null): Promise<Shared> =>
  shareLedger({
    own: room.ledger,
    shared: async (known) => (await joinOrigin(origin, { root: room.root, id: known, clock: room.clock })).ledger,
    ...{ id, files: room.files, folder: room.folder, clock: room.clock },
  })

const ownGit = (room: Room, ...args: string[]): string =>
  execFileSync('git', [`--git-dir=${room.folder.ledgerGit}`, ...args], { encoding: 'utf8', stdio: 'pipe' }).trim()

describe('a ledger that a clone had alone', () => {
  test('moves to the remote with its history, its id and its halt', async () => {
    const [origin, room] = [makeOrigin(), await alone('unhealthy')]
    const shared = await joinOrigin(origin, { root: room.root })
    expect((await shared.ledger.read()).problem?.refusal).toMatchObject({
      code: 'LEDGER_MISSING',
      next: [{ argv: ['safe-deploy', 'ledger', 'share'] }, {}],
    })
    const before = await room.ledger.read()
    expect(await share(room, origin)).toMatchObject({ how: 'moved', id: before.core?.ledger })
    expect(origin.tip()).toBe(before.oid)
    const other = await joinOrigin(origin)
    expect((await other.ledger.read()).core?.halt?.id).toBe(hex(2))
    expect(await other.ledger.history(99)).toHaveLength(5)
    expect(await share(room, origin)).toMatchObject({ how: 'there' })
    // From now on what is missing there is missing, and not still to be moved.
    origin.set(null)
    expect((await shared.ledger.read()).problem?.refusal.next[0]?.argv).toEqual(['safe-deploy', 'ledger', 'restore'])
  })

  test('stays where it is while an attempt is open', async () => {
    const [origin, room] = [makeOrigin(), await alone(null)]
    await put(room, intend(2))
    expect(await refusalOf(() => share(room, origin))).toMatchObject({ code: 'DEPLOYING', exit: 14 })
    expect(origin.tip()).toBeNull()
  })

  test('goes on from an older commit of the same chain that is there', async () => {
    const [origin, room] = [makeOrigin(), await alone('deployed')]
    await share(room, origin)
    const tip = origin.tip()!
    origin.set(origin.git('rev-parse', `${REF}~2`))
    expect(await share(room, origin)).toMatchObject({ how: 'moved' })
    expect(origin.tip()).toBe(tip)
  })

  test('joins another that is there: its halt goes along, and its own chain is set aside', async () => {
    const [origin, room] = [makeOrigin(), await alone('unhealthy')]
    const team = await joinOrigin(origin)
    const theirs = await put(team, intend(7), end(7, 'deployed'))
    const own = await room.ledger.read()
    const here = await joinOrigin(origin, { root: room.root })
    expect((await here.ledger.read()).problem?.refusal.next[0]?.argv).toEqual(['safe-deploy', 'ledger', 'share'])
    const named = await joinOrigin(origin, { root: room.root, id: theirs.core!.ledger })
    expect((await named.ledger.read()).problem?.refusal.next[0]?.argv).toEqual(['safe-deploy', 'ledger', 'share'])

    expect(await share(room, origin, theirs.core!.ledger)).toMatchObject({
      how: 'joined',
      id: theirs.core?.ledger,
      carried: expect.stringContaining('it was unhealthy'),
    })
    for (const one of [team, here, await joinOrigin(origin)]) {
      const tip = await one.ledger.read()
      expect(tip.problem).toBeNull()
      expect(tip.core?.halt).toMatchObject({ outcome: 'condemned', why: expect.stringContaining('carried over') })
    }
    expect(ownGit(room, 'rev-parse', `refs/set-aside/everflow/${own.oid}`)).toBe(own.oid)
  })

  test('joins another with an open attempt only once that is past its deadline; nobody knows then how it ended', async () => {
    const [origin, room] = [makeOrigin(), await alone(null)]
    await put(await joinOrigin(origin), intend(7), end(7, 'deployed'))
    await put(room, intend(2))
    expect((await refusalOf(() => share(room, origin))).code).toBe('DEPLOYING')
    room.clock.pass(901_000)
    expect((await share(room, origin)).tip.core?.halt?.why).toMatch(/how a deploy ended is not known/)
  })

  test('joins another that is there, and brings no halt where none is open', async () => {
    const [origin, room] = [makeOrigin(), await alone('deployed')]
    await put(await joinOrigin(origin), intend(7), end(7, 'deployed'))
    expect(await share(room, origin)).toMatchObject({ how: 'joined', carried: null })
    expect((await (await joinOrigin(origin, { root: room.root })).ledger.read()).core).toMatchObject({
      halt: null,
      good: [{ attempt: hex(7) }],
    })
  })
})

describe('a clone without a ledger', () => {
  test('takes the one that is there, or begins one', async () => {
    const origin = makeOrigin()
    const begun = await share(makeRoom(), origin)
    expect(begun.how).toBe('begun')
    expect(await share(makeRoom(), origin)).toMatchObject({ how: 'there', id: begun.id })
  })

  test('begins none in the place of one that the config names', async () => {
    const origin = makeOrigin()
    expect((await refusalOf(() => share(makeRoom(), origin, hex(0xc0ffee)))).code).toBe('LEDGER_MISSING')
    expect(origin.tip()).toBeNull()
  })
})

describe('a remote is tried by a probe that leaves nothing behind', () => {
  const trying = async (origin: { path: string }, ci = false) => {
    const git = makeGit({ cwd: '/', env: process.env })
    const route = await routeTo({ git, env: process.env, ci }, `file://${origin.path}`)
    return tryRemote({ git, files: guardFiles, gitDir: privateFolder(join(tempFolder(), '.git')).ledgerGit, route: route!, ci })
  }
  const hook = (origin: Origin, script: string) =>
    writeFileSync(join(origin.path, 'hooks', 'update'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })

  test('one that takes any ref', async () => {
    const origin = makeOrigin()
    expect(await trying(origin)).toEqual({ takes: 'any', left: null })
    expect(origin.git('for-each-ref')).toBe('')
  })

  test('one that takes branches alone', async () => {
    const origin = makeOrigin()
    hook(origin, 'case "$1" in refs/heads/*) ;; *) echo "only branches" >&2; exit 1;; esac')
    expect(await trying(origin)).toEqual({ takes: 'heads', left: null })
    expect(origin.git('for-each-ref')).toBe('')
  })

  test('one that gives nothing back', async () => {
    const origin = makeOrigin()
    origin.git('config', 'receive.denyDeletes', 'true')
    hook(origin, 'case "$3" in 0000*) exit 1;; esac')
    expect((await trying(origin)).left).toMatch(/^refs\/safe-deploy-probe\/[0-9a-f]{16}$/)
  })

  test('one that takes nothing says why, and a job what it needs', async () => {
    const origin = makeOrigin()
    hook(origin, 'echo "read only" >&2; exit 1')
    const refused = await refusalOf(() => trying(origin, true))
    expect(refused).toMatchObject({ code: 'LEDGER_NOT_WRITABLE', exit: 69 })
    expect(refused.why.join('\n')).toMatch(/read only[\s\S]*contents: write[\s\S]*Allow Git push requests/)
    expect((await refusalOf(() => trying({ path: '/nowhere.git' }))).code).toBe('LEDGER_UNREACHABLE')
  })
})

describe('logs that stay at home', () => {
  const tail = [{ text: 'a line of output', count: 1 }]
  const told = async (logs: 'share' | 'none') => {
    const origin = makeOrigin()
    const room = await joinOrigin(origin, { logs })
    await put(room, intend(1))
    const tip = await room.ledger.read()
    const suspects = [{ place: null, text: 'a change', because: 'the failure says: a line of output' }]
    await room.ledger.append(
      tip,
      [end(1, 'unhealthy', { tail, suspects, evidence: ['fly exited 1', 'heard this'], heard: ['heard this'] })],
      { '00000001': 'all of the output' },
    )
    return origin.git('show', REF)
  }

  test('are in no commit with logs: none, and in one without', async () => {
    const none = await told('none')
    expect(none).not.toMatch(/line of output|all of the output|heard this/)
    expect(none).toMatch(/fly exited 1/)
    expect(await told('share')).toMatch(/line of output[\s\S]*all of the output/)
  })
})
