import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { makeGit } from '../../src/adapters/git.ts'
import { guardFiles } from '../../src/adapters/guard-files.ts'
import { encodeApp } from '../../src/config/encode-app.ts'
import { isGuardError } from '../../src/errors.ts'
import { privateFolder } from '../../src/ledger/private.ts'
import { routeTo } from '../../src/ledger/route.ts'
import { makeSharedStore } from '../../src/ledger/shared-store.ts'
import type { Store } from '../../src/ledger/store.ts'
import { tempFolder } from '../change/repo.ts'
import { authorization, openGitHost } from '../support/git-http.ts'
import { handClock } from '../support/ledger.ts'
import { JOB, openTeam, SHARED, type Team } from '../support/team.ts'

const SLOW = 120_000
const REF = 'refs/safe-deploy/everflow'
const [WRITER, READER] = ['s3cr3t-of-a-writer', 's3cr3t-of-a-reader']
/** A host says 403 to `READER` when it comes to push. */
const MAY = { [WRITER]: 'write', [READER]: 'read' } as const

/** A bare repository, a person's clone that has no remote yet, and that person's home. */
const makePlace = () => {
  const dir = tempFolder()
  const [origin, root] = [join(dir, 'team', 'app.git'), join(dir, 'clone')]
  const env = { PATH: process.env.PATH ?? '', HOME: dir, GIT_CONFIG_NOSYSTEM: '1' }
  const run = (cwd: string, args: readonly string[]) => execFileSync('git', args, { cwd, env, encoding: 'utf8', stdio: 'pipe' }).trimEnd()
  const git = (...args: string[]) => run(root, args)
  const bare = (path: string) => run(dir, ['init', '-q', '--bare', '-b', 'main', path])
  bare(origin)
  run(dir, ['init', '-q', '-b', 'main', root])
  git('config', '--global', 'user.name', 'Ada')
  git('config', '--global', 'user.email', 'ada@example.com')
  git('commit', '-q', '--allow-empty', '-m', 'One')
  const refs = (path = origin) => run(dir, ['--git-dir', path, 'for-each-ref', '--format=%(refname)']).split('\n').filter(Boolean)
  /** The shared ledger as that clone reaches it. */
  const store = async (place: string, extra: { env?: Record<string, string>; ref?: string } = {}): Promise<Store & { shown: string }> => {
    const world = { ...env, ...extra.env }
    const user = makeGit({ cwd: root, env: world })
    const route = await routeTo({ git: user, env: world, ci: false }, place)
    if (!route) throw new Error('no route')
    const folder = privateFolder(join(root, '.git'))
    mkdirSync(folder.root, { recursive: true })
    return {
      ...makeSharedStore({
        ...{ git: user, files: guardFiles, clock: handClock(), gitDir: folder.ledgerGit },
        ...{ app: 'everflow', route, ref: extra.ref ?? null, ci: false },
      }),
      shown: `${route.name} ${route.url}`,
    }
  }
  return { dir, origin, root, env, git, bare, refs, store, run }
}

const BATCH = { 'state.json': '{}\n', 'events.ndjson': '{}\n' }

/** Appends, and sees it from the remote. */
const appends = async (store: Store): Promise<string> => {
  const parent = await store.tip()
  const written = await store.append(parent.kind === 'at' ? parent.oid : null, BATCH, 'A batch')
  if (written.kind !== 'won') throw new Error(JSON.stringify(written))
  expect(await store.tip()).toMatchObject({ kind: 'at', oid: written.oid, follows: true })
  return written.oid
}

/** What a store that cannot do it says. */
const problemOf = async (store: Store) => {
  const tip = await store.tip()
  if (tip.kind !== 'unreachable') throw new Error(`it is ${tip.kind}`)
  return tip.problem(null).refusal
}

const thrownBy = async (act: Promise<unknown>) => {
  const error = await act.then(
    () => null,
    (error: unknown) => error,
  )
  if (!isGuardError(error)) throw new Error(`no refusal: ${error}`)
  return error.refusal
}

/** A stand-in for ssh: it notes its words, and runs here what it should run there. */
const makeSsh = (dir: string): { command: string; words: () => string } => {
  const [program, log] = [join(dir, 'ssh.sh'), join(dir, 'ssh.log')]
  writeFileSync(program, `#!/bin/sh\n[ "$1" = -G ] && exit 1\necho "$*" >> '${log}'\nfor last; do :; done\nexec sh -c "$last"\n`)
  chmodSync(program, 0o755)
  return { command: program, words: () => (existsSync(log) ? readFileSync(log, 'utf8') : '') }
}

describe('over a path and over ssh', () => {
  test('by URL, by path, and by the name of a remote', async () => {
    const { origin, git, store, refs } = makePlace()
    git('remote', 'add', 'origin', `file://${origin}`)
    for (const place of [`file://${origin}`, origin, 'origin']) await appends(await store(place))
    expect(refs()).toEqual([REF])
  })

  test('by the ssh that the environment names, and by the one that the clone names', async () => {
    const { dir, origin, git, store } = makePlace()
    git('remote', 'add', 'origin', `git@example.com:${origin}`)
    const ssh = makeSsh(dir)
    await appends(await store('origin', { env: { GIT_SSH_COMMAND: ssh.command } }))
    const once = ssh.words()
    expect(once).toMatch(/^git@example\.com git-upload-pack /m)
    expect(once).toMatch(/^git@example\.com git-receive-pack /m)
    git('config', 'core.sshCommand', ssh.command)
    await appends(await store('origin'))
    expect(ssh.words().length).toBeGreaterThan(once.length)
  })

  test('an ssh key that may only read: the ledger is read, and that it cannot be written is no lost connection', async () => {
    const { dir, origin, git, store } = makePlace()
    git('remote', 'add', 'origin', `git@example.com:${origin}`)
    await appends(await store(origin))
    const refusing = join(dir, 'deploy-key.sh')
    writeFileSync(
      refusing,
      `#!/bin/sh\nfor last; do :; done\ncase "$last" in *receive-pack*) echo 'ERROR: The key you are authenticating with has been marked as read only.' >&2; exit 1;; esac\nexec sh -c "$last"\n`,
    )
    chmodSync(refusing, 0o755)
    const reader = await store('origin', { env: { GIT_SSH_COMMAND: refusing } })
    expect(await reader.tip()).toMatchObject({ kind: 'at' })
    const refusal = await thrownBy(reader.tryWrite())
    expect([refusal.code, refusal.why[0]]).toEqual([
      'LEDGER_NOT_WRITABLE',
      'ERROR: The key you are authenticating with has been marked as read only.',
    ])
  })
})

/** A place whose `origin` is on a host that asks for a password, and a way to keep one where actions/checkout does. */
const openHttp = async () => {
  const place = makePlace()
  const host = await openGitHost(place.dir, MAY)
  onTestFinished(() => host.close())
  place.git('remote', 'add', 'origin', `${host.url}/team/app.git`)
  const tokenIn = (password: string) => place.git('config', '--replace-all', `http.${host.url}/.extraheader`, authorization(password))
  return { ...place, host, tokenIn }
}

describe('over http', () => {
  test('with the token where actions/checkout keeps it', async () => {
    const { tokenIn, store, host, refs } = await openHttp()
    tokenIn(WRITER)
    await appends(await store('origin'))
    expect(host.asked['git-receive-pack']).toBeGreaterThan(0)
    expect(refs()).toEqual([REF])
  })

  test('a token that may only read: the ledger is read, and that it cannot be written is said', async () => {
    const { tokenIn, store, origin } = await openHttp()
    await appends(await store(origin))
    tokenIn(READER)
    const reader = await store('origin')
    expect(await reader.tip()).toMatchObject({ kind: 'at' })
    const refusal = await thrownBy(reader.tryWrite())
    expect([refusal.code, refusal.exit]).toEqual(['LEDGER_NOT_WRITABLE', 69])
    expect(refusal.why[0]).toContain('403')
  })

  test('a wrong token asks nobody, and says so', async () => {
    const { tokenIn, store } = await openHttp()
    tokenIn('of somebody else')
    const refusal = await problemOf(await store('origin'))
    expect([refusal.code, refusal.exit]).toEqual(['LEDGER_UNREACHABLE', 69])
    expect(refusal.why[0]).toMatch(/could not read Username|Authentication failed/)
  })

  test('credentials in the URL work, and stand neither on a command line nor in what is said', async () => {
    const { git, store, root, env, host } = await openHttp()
    const [bare, path] = [host.url, '/team/app.git']
    const withPassword = (password: string) => bare.replace('://', `://deployer:${password}@`)
    git('config', 'remote.origin.url', withPassword(WRITER) + path)
    const named = await store('origin')
    await appends(named)
    expect(named.shown).toBe(`origin ${bare}${path}`)
    await appends(await store(withPassword(WRITER) + path))
    git('config', 'remote.origin.url', withPassword(READER) + path)
    expect(JSON.stringify(await thrownBy((await store('origin')).tryWrite()))).not.toContain(READER)
    // As a job's step sets it for every git of its: the URL that is asked for gets them put in.
    git('config', 'remote.origin.url', bare + path)
    git('config', '--global', `url.${withPassword(WRITER)}/.insteadOf`, `${bare}/`)
    await appends(await store('origin'))
    expect(host.told).toEqual([])
    // What is looked for would be seen: git itself hands the URL on.
    await makeGit({ cwd: root, env }).run(['ls-remote', withPassword(WRITER) + path])
    expect(host.told.length).toBeGreaterThan(0)
  })
})

/** A hook that leaves a mark and fails. */
const makeHook = (folder: string, name: string, mark: string): void => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), `#!/bin/sh\ntouch '${mark}'\nexit 1\n`)
  chmodSync(join(folder, name), 0o755)
}

describe('settings that a person has for fetches and pushes of theirs', () => {
  test('neither mirror nor prune, tags, signatures, options nor hooks change what is pushed, or whether', async () => {
    const { dir, root, origin, git, store, refs } = makePlace()
    git('remote', 'add', 'origin', `file://${origin}`)
    git('push', '-q', 'origin', 'HEAD:main', 'HEAD:refs/pull/7/head')
    git('tag', '--annotate', '--message=v1', 'v1')
    const were = refs()
    const mark = join(dir, 'hook-ran')
    makeHook(join(dir, 'hooks'), 'pre-push', mark)
    makeHook(join(root, '.git', 'hooks'), 'pre-push', mark)
    const settings: [where: string, key: string, value: string][] = [
      ['--local', 'remote.origin.mirror', 'true'],
      ['--local', 'remote.origin.prune', 'true'],
      ['--global', 'fetch.prune', 'true'],
      ['--global', 'push.followTags', 'true'],
      ['--global', 'push.gpgSign', 'true'],
      ['--global', 'push.default', 'matching'],
      ['--global', 'push.pushOption', 'merge_request.create'],
      ['--global', 'core.hooksPath', join(dir, 'hooks')],
    ]
    for (const setting of settings) git('config', ...setting)
    const mine = await store('origin')
    await appends(mine)
    await appends(mine)
    expect(refs()).toEqual([...were, REF].sort())
    expect(existsSync(mark)).toBe(false)
  })

  test('a URL that a person rewrites, in this clone or everywhere, leads where it leads them', async () => {
    const { dir, origin, git, store, refs } = makePlace()
    git('remote', 'add', 'origin', 'work:app')
    git('config', '--global', `url.file://${dir}/nowhere/.insteadOf`, 'wor')
    git('config', '--global', `url.file://${origin}.insteadOf`, 'work:app')
    await appends(await store('origin'))
    git('config', '--global', '--unset-all', `url.file://${origin}.insteadOf`)
    expect((await problemOf(await store('origin'))).why[0]).toContain('nowhere')
    git('config', `url.file://${origin}.insteadOf`, 'work:app')
    await appends(await store('origin'))
    expect(refs()).toEqual([REF])
  })

  test('of several URLs the first is the place; pushed is where they push, but never into another repository', async () => {
    const { dir, origin, git, bare, store, refs } = makePlace()
    const [second, fork] = [join(dir, 'second', 'other.git'), join(dir, 'me', 'app.git')]
    for (const path of [second, fork]) bare(path)
    git('remote', 'add', 'origin', `file://${origin}`)
    git('remote', 'set-url', '--add', 'origin', `file://${second}`)
    await appends(await store('origin'))
    git('config', 'remote.origin.pushurl', `file://${fork}`)
    await appends(await store('origin'))
    expect([refs(), refs(second), refs(fork)]).toEqual([[REF], [], []])
    const ssh = makeSsh(dir)
    git('config', 'core.sshCommand', ssh.command)
    git('config', 'remote.origin.pushurl', `git@example.com:${origin}`)
    await appends(await store('origin'))
    expect(ssh.words()).toMatch(/git-receive-pack/)
    expect(ssh.words()).not.toMatch(/git-upload-pack/)
  })
})

describe('hosts that take not every ref', () => {
  test('one that takes heads alone says so, and takes the ledger as a branch', async () => {
    const { origin, git, store, refs } = makePlace()
    git('remote', 'add', 'origin', `file://${origin}`)
    writeFileSync(
      join(origin, 'hooks', 'pre-receive'),
      '#!/bin/sh\nwhile read -r _ _ ref; do case "$ref" in refs/heads/*) ;; *) echo "only heads here: $ref"; exit 1;; esac; done\n',
    )
    chmodSync(join(origin, 'hooks', 'pre-receive'), 0o755)
    const written = await (await store('origin')).append(null, BATCH, 'A batch')
    expect(written).toMatchObject({ kind: 'declined', why: expect.stringContaining(`only heads here: ${REF}`) })
    expect(refs()).toEqual([])
    await appends(await store('origin', { ref: 'refs/heads/safe-deploy/everflow' }))
    expect(refs()).toEqual(['refs/heads/safe-deploy/everflow'])
  })

  test('names of an app that differ in case are one ledger', () => {
    expect(encodeApp('EverFlow')).toBe(encodeApp('everflow'))
  })
})

describe('a job that may only read', () => {
  let team: Team
  beforeAll(async () => {
    team = await openTeam()
  }, SLOW)
  afterAll(() => team.close())

  test(
    'sees the halt; and that it cannot write is said before fly runs',
    async () => {
      const { a, house } = team
      const host = await openGitHost(house.dir, MAY)
      onTestFinished(() => host.close())
      a.change('two', 'Serve two')
      const job = team.clone('job', ['--depth=1'], JOB)
      job.git('remote', 'set-url', 'origin', `${host.url}/origin.git`)
      job.git('config', `http.${host.url}/.extraheader`, authorization(READER))
      const deploys = house.deploys()
      const refused = await job.json(['deploy'])
      expect([refused.code, refused.refusal?.code], refused.out).toEqual([69, 'LEDGER_NOT_WRITABLE'])
      expect(refused.refusal?.why.join('\n')).toMatch(/403[\s\S]*contents: write/)
      expect([house.deploys(), host.told]).toEqual([deploys, []])

      house.scenario('unhealthy', 'once')
      const failed = await a.deploy('serve two')
      expect(failed.code, failed.out + failed.err).toBe(20)
      const halted = await job.json(['deploy'])
      expect([halted.code, halted.refusal?.code]).toEqual([12, 'HALTED'])
    },
    SLOW,
  )

  test(
    'a remote that is not there, under a name or a URL, refuses deploys and says what there is',
    async () => {
      const { house } = team
      const deploys = house.deploys()
      const asked = async (remote: string) => {
        const lost = team.clone(`lost-${remote.length}`)
        writeFileSync(join(lost.root, 'safe-deploy.yml'), SHARED.replace('origin', remote))
        return (await lost.json(['deploy', '--because=mine'])).refusal
      }
      const named = await asked('upstream')
      expect([named?.code, named?.exit, named?.why]).toEqual(['LEDGER_UNREACHABLE', 69, ['it has origin']])
      const wrong = await asked('file:///nowhere/app.git')
      expect([wrong?.code, wrong?.exit, wrong?.why[0]]).toEqual(['LEDGER_UNREACHABLE', 69, expect.stringContaining('nowhere/app.git')])
      expect(house.deploys()).toBe(deploys)
    },
    SLOW,
  )
})
