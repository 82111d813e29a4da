// A ledger shared through a git remote: what it costs over the bare fetch or push that it cannot do without.
import { execFileSync, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'
import { at, guard, noCi, ROUNDS, room, run, tell, timed } from './measure.js'

const REF = 'refs/safe-deploy/bench'
const LONG = 10_000
const source = (path) => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).pathname)

const git = (cwd, ...args) =>
  execFileSync('git', ['-C', cwd, '-c', 'user.name=B', '-c', 'user.email=b@example.com', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim()

/** A clone of a new bare repository whose ledger holds one halted deploy. */
const openClone = (name, url) => {
  const [origin, clone] = [join(room, `${name}.git`), join(room, name)]
  execFileSync('git', ['init', '-q', '--bare', origin])
  git(origin, 'config', 'http.receivepack', 'true')
  execFileSync('git', ['init', '-q', clone])
  writeFileSync(
    join(clone, 'safe-deploy.yml'),
    'version: 1\ntarget: { command: { name: bench, deploy: "exit 1", current: "echo v1" } }\nledger: { remote: origin }\n',
  )
  git(clone, 'add', '--all')
  git(clone, 'commit', '-qm', 'One')
  git(clone, 'remote', 'add', 'origin', url(origin))
  const told = run(guard('plan', '--json'), { cwd: clone }).stdout
  const digest = /"digest":"([0-9a-f]+)"/.exec(told)?.[1]
  run(guard('deploy', `--plan=${digest}`, '--because=bench', '--no-input'), { cwd: clone })
  const status = run(guard('status', '--exit-code'), { cwd: clone })
  if (status.status !== 12) throw new Error(`no shared halt to measure:\n${status.stdout}${status.stderr}`)
  return { origin, clone }
}

/** A git host on loopback, in a process of its own: what is measured here blocks this one. */
const serve = async () => {
  const host = spawn(process.execPath, [new URL('git-http.js', import.meta.url).pathname, room], { stdio: ['pipe', 'pipe', 'inherit'] })
  const port = await new Promise((done) => host.stdout.once('data', (text) => done(Number(text))))
  return { url: (origin) => `http://127.0.0.1:${port}/${basename(origin)}`, close: () => host.kill() }
}

/** Times of both, a round each, as `ratio` wants them. */
const rounds = (...acts) => {
  const times = acts.map(() => [])
  for (let i = 0; i < ROUNDS; i++) for (const [n, act] of acts.entries()) times[n].push(act())
  return times
}

const statusCost = (name, { clone }) => {
  const [node, fetch, status] = rounds(
    () => timed([process.execPath, '-e', '0']).ms,
    () => timed(['git', '-C', clone, 'fetch', '-q', '--no-tags', 'origin', `+${REF}:refs/bench`]).ms,
    () => timed(guard('status'), { cwd: clone }).ms,
  )
  tell(`status, shared (${name}) / (node -e 0 + git fetch)`, at(status, 0.1) / (at(node, 0.1) + at(fetch, 0.1)), 1.5)
}

/** The store as it is, bundled by itself: what a command spends beside it is measured elsewhere. */
const loadStore = async () => {
  const entry = join(room, 'store.ts')
  writeFileSync(
    entry,
    `export { makeGit } from ${source('adapters/git.ts')}
export { guardFiles } from ${source('adapters/guard-files.ts')}
export { makeClock } from ${source('adapters/clock.ts')}
export { routeTo } from ${source('ledger/route.ts')}
export { makeSharedStore } from ${source('ledger/shared-store.ts')}\n`,
  )
  const bundle = await rolldown({ input: entry, platform: 'node', logLevel: 'silent' })
  await bundle.write({ file: join(room, 'store.mjs') })
  await bundle.close()
  return import(pathToFileURL(join(room, 'store.mjs')).href)
}

const appendCost = async (name, { clone, origin }) => {
  const { makeGit, guardFiles, makeClock, routeTo, makeSharedStore } = await loadStore()
  const user = makeGit({ cwd: clone, env: noCi })
  const route = await routeTo({ git: user, env: noCi, ci: false }, 'origin')
  const gitDir = join(room, `${name}-private.git`)
  const store = makeSharedStore({ git: user, files: guardFiles, clock: makeClock(), gitDir, app: 'append', route, ref: null, ci: false })
  await store.tip()
  const took = async (act) => {
    const began = process.hrtime.bigint()
    const value = await act()
    return { ms: Number(process.hrtime.bigint() - began) / 1e6, value }
  }
  const state = git(origin, 'show', `${REF}:state.json`)
  let tip = null
  let bare = git(clone, 'rev-parse', 'HEAD')
  git(clone, 'push', '-q', 'origin', `${bare}:refs/bench/bare`)
  const [ours, pushes] = [[], []]
  for (let i = 0; i < ROUNDS; i++) {
    const files = { 'events.ndjson': `{"n":${i}}\n`, 'state.json': `${state}${' '.repeat(i)}\n` }
    const append = await took(() => store.append(tip, files, `bench: ${i}`))
    tip = append.value.oid
    ours.push(append.ms)
    // The same files, in a commit that git made.
    for (const [name, text] of Object.entries(files)) writeFileSync(join(clone, name), `${text} `)
    git(clone, 'add', ...Object.keys(files))
    git(clone, 'commit', '-q', '-m', `${i}`)
    const next = git(clone, 'rev-parse', 'HEAD')
    const push = await took(() =>
      user.run(['push', '-q', `--force-with-lease=refs/bench/bare:${bare}`, 'origin', `${next}:refs/bench/bare`]),
    )
    bare = next
    pushes.push(push.ms)
  }
  tell(`one append, shared (${name}) / git push`, at(ours, 0.1) / at(pushes, 0.1), 1.8)
}

/** Makes the ledger of a remote as long as that of years: commits that record nothing more. */
const lengthen = ({ origin }) => {
  const tip = git(origin, 'rev-parse', REF)
  const change = (n) => (n === 0 ? `from ${tip}\nM 100644 inline events.ndjson\ndata 0\n\n` : '')
  const commit = (_, n) => `commit ${REF}\ncommitter b <b@example.com> 1700000000 +0000\ndata 1\nx\n${change(n)}\n`
  const input = Array.from({ length: LONG * 2 }, commit).join('')
  execFileSync('git', ['--git-dir', origin, 'fast-import', '--quiet'], { input, stdio: ['pipe', 'ignore', 'inherit'] })
}

const longCost = (short, long) => {
  lengthen(long)
  const status = (room) => () => timed(guard('status'), { cwd: room.clone }).ms
  status(long)()
  const [few, many] = rounds(status(short), status(long))
  tell(`status with ${LONG} deploys / with 1`, at(many, 0.1) / at(few, 0.1), 1.1)
}

export const shared = async () => {
  const file = openClone('shared-file', (origin) => `file://${origin}`)
  statusCost('file', file)
  await appendCost('file', file)
  longCost(
    file,
    openClone('shared-long', (origin) => `file://${origin}`),
  )
  const host = await serve()
  try {
    const http = openClone('shared-http', host.url)
    statusCost('http', http)
    await appendCost('http', http)
  } finally {
    host.close()
  }
}
