// READ over made repositories: the guard's whole plan against the raw git calls that no reader of a change can do without.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { at, BIN, guard, noCi, room, run, tell, timed } from './measure.js'

const FILES = Number(process.env.FILES ?? 5_000)
const COMMITS = 100
const ROUNDS = 7

const gitIn = (repo, args, input) =>
  execFileSync('git', ['-C', repo, ...args], { input, encoding: 'utf8', maxBuffer: 2 ** 30, stdio: ['pipe', 'pipe', 'ignore'] }).trim()

/** A history as a stream for fast-import: `files` files of 40 lines, each commit edits 20 of them. */
const history = (files) => {
  const text = (i, n) =>
    Array.from(
      { length: 40 },
      (_, line) => `const value_${line} = work(${i}, ${line === n % 40 ? n : 0}, 'some text of usual length')\n`,
    ).join('')
  const blob = (content) => `data ${Buffer.byteLength(content)}\n${content}\n`
  const commit = (n) =>
    `commit refs/heads/main\nmark :${n + 1}\ncommitter B <b@example.com> ${1_750_000_000 + n} +0000\n${blob(`Change ${n}`)}${n > 0 ? `from :${n}\n` : ''}`
  const file = (i, n) => `M 100644 inline src/m${i % 97}/f${i}.js\n${blob(text(i, n))}`
  const first = [commit(0), ...Array.from({ length: files }, (_, i) => file(i, 0))]
  const later = Array.from({ length: COMMITS }, (_, n) => [
    commit(n + 1),
    ...Array.from({ length: 20 }, (_, k) => file((n * 37 + k * 101) % files, n + 1)),
  ])
  return [...first, ...later.flat()].join('')
}

const makeRepo = (name, files) => {
  const repo = join(room, name)
  mkdirSync(repo)
  gitIn(repo, ['init', '-q', '-b', 'main'])
  gitIn(repo, ['fast-import', '--quiet'], history(files))
  gitIn(repo, ['reset', '-q', '--hard'])
  return repo
}

/** What git alone takes for a range: names, patch, listing, commits and what they touch. */
const rawCalls = (from, to) =>
  [
    `git diff-tree -r -z --raw -p -U0 -M ${from} ${to} | cat >/dev/null`,
    `git ls-tree -r -z ${to} | cat >/dev/null`,
    `git rev-list --header --max-count=200 ${to} ^${from} >/dev/null`,
    `git rev-list --max-count=50 ${to} ^${from} | git diff-tree --stdin -r -z --name-only >/dev/null`,
    `git cat-file commit ${from} >/dev/null; git cat-file commit ${to} >/dev/null`,
  ].join('\n')

const median = (repo, argv) =>
  at(
    Array.from({ length: ROUNDS }, () => timed(argv, { cwd: repo }).ms),
    0.5,
  )

const plans = () => {
  for (const files of [FILES, FILES * 10]) {
    const repo = makeRepo(`tree-${files}`, files)
    const range = [`main~${COMMITS}`, 'main']
    const rounds = Array.from({ length: ROUNDS }, () => ({
      node: timed([process.execPath, '-e', '0']).ms,
      raw: timed(['sh', '-c', rawCalls(...range)], { cwd: repo }).ms,
      ours: timed(guard('plan', '--json', `--base=${range[0]}`, `--head=${range[1]}`), { cwd: repo }).ms,
    }))
    const ratio = at(
      rounds.map(({ node, raw, ours }) => ours / (node + raw)),
      0.5,
    )
    tell(`plan of ${files} files, ${COMMITS} commits / (node + raw git)`, ratio, 1.5)
  }
}

/** The most memory a run of node took, in MB. */
const rssOf = (repo, args) => {
  const usage = join(room, 'read-usage')
  const meter = join(room, 'read-meter.cjs')
  writeFileSync(
    meter,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(usage)}, String(process.resourceUsage().maxRSS / 1024)))\n`,
  )
  run([process.execPath, '--require', meter, ...args], { cwd: repo, env: noCi })
  return Number(readFileSync(usage, 'utf8'))
}

const patches = () => {
  const repo = makeRepo('patch', FILES)
  const empty = gitIn(repo, ['hash-object', '-t', 'tree', '/dev/null'])
  const root = gitIn(repo, ['commit-tree', empty, '-m', 'nothing'])
  const argv = guard('plan', '--json', `--base=${root}`, '--head=main')
  const size = Number(run(['sh', '-c', `git diff-tree -r -p -U0 ${root} main | wc -c`], { cwd: repo }).stdout) / 1e6
  const raw = median(repo, ['sh', '-c', `${process.execPath} -e 0; git diff-tree -r -z --raw -p -U0 -M ${root} main | cat >/dev/null`])
  tell(`plan of a ${size.toFixed(0)} MB patch / (node -e 0 + git | cat)`, median(repo, argv) / raw, 1.45)
  tell('  its peak memory / node -e 0', rssOf(repo, [BIN, ...argv.slice(2)]) / rssOf(repo, ['-e', '0']), 1.6)
}

/** package-lock.json of `n` packages in folders of their own. */
const npmLock = (n, major) => {
  const packages = { '': { name: 'bench', dependencies: Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`p${i}`, '>=1'])) } }
  for (let i = 0; i < n; i++)
    packages[`node_modules/p${i}`] = {
      version: `${i === n - 1 ? major : 1}.${i % 9}.0`,
      resolved: `https://registry.example/p${i}/-/p${i}-1.0.0.tgz`,
      integrity: `sha512-${'x'.repeat(86)}==`,
      dependencies: { [`p${(i + 1) % n}`]: '>=1.0.0', [`p${(i * 7) % n}`]: '^1.0.0' },
    }
  return JSON.stringify({ name: 'bench', lockfileVersion: 3, packages }, null, 2)
}

const lockfiles = () => {
  const repo = join(room, 'locks')
  mkdirSync(repo)
  gitIn(repo, ['init', '-q', '-b', 'main'])
  const commit = (files) => {
    for (const [path, text] of Object.entries(files)) writeFileSync(join(repo, path), text)
    gitIn(repo, ['add', '--all'])
    gitIn(repo, ['-c', 'user.name=B', '-c', 'user.email=b@example.com', 'commit', '-qm', 'Lock'])
  }
  const big = npmLock(12_000, 1)
  commit({ 'package-lock.json': big })
  commit({ 'package-lock.json': npmLock(12_000, 2) })
  commit({ 'a.txt': 'x' })
  const plan = (from, to) => median(repo, guard('plan', '--json', `--base=${from}`, `--head=${to}`))
  const extra = plan('main~2', 'main~1') - plan('main~1', 'main')
  tell(
    `comparing a lockfile of ${(big.length / 1e6).toFixed(1)} MB with another, per MB of both`,
    extra / ((2 * big.length) / 1e6),
    50,
    ' ms',
  )
}

/** The tree of what would ship, against a git status of the same work tree. */
const digests = () => {
  const repo = makeRepo('digest', FILES)
  const env = 'GIT_INDEX_FILE=.git/copy'
  const tree = `cp -p .git/index .git/copy; ${env} git add --all; ${env} git write-tree >/dev/null`
  // As git leaves an index that somebody works with: with the times of the files.
  run(['sh', '-c', 'sleep 1; git status >/dev/null'], { cwd: repo })
  tell('tree of the work tree / git status', median(repo, ['sh', '-c', tree]) / median(repo, ['git', 'status', '--porcelain']), 1.8)
}

/** Every goal of READ: facts of speed G7 to G9. */
export const reading = () => {
  digests()
  plans()
  patches()
  lockfiles()
}
