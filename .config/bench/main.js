// Speed as ratios. Says which goals are missed, and ends with 1 then.
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { hooks } from './hook.js'
import { at, BIN, guard, misses, noCi, ROUNDS, room, run as runIn, skip, tell, timed as timedIn } from './measure.js'
import { reading } from './read.js'
import { relay } from './relay.js'
import { shared } from './shared.js'
import { shim } from './shim.js'

const MEGABYTES = Number(process.env.MEGABYTES ?? 400)
const OLD_NODE = Number(process.versions.node.split('.')[0]) < 22

const repo = join(room, 'repo')
const gitLog = join(room, 'git.log')
const usage = join(room, 'usage.json')
const run = (argv, options = {}) => runIn(argv, { cwd: repo, ...options })
const timed = (argv, options = {}) => timedIn(argv, { cwd: repo, ...options })

/** A repository with a ledger that is halted: a deploy that ended with 1 and changed nothing. */
const setUp = () => {
  mkdirSync(repo)
  writeFileSync(
    join(repo, 'safe-deploy.yml'),
    `version: 1
target: { command: { name: bench, deploy: "exit 1", current: "echo v1" } }
ledger: { remote: none }
test: { smoke: [{ name: big, run: "head -c $BYTES /dev/zero | tr '\\\\0' 'x' | fold -w 99", timeout: 10m }], env: { inherit: all } }
`,
  )
  const git = (...args) => execFileSync('git', ['-C', repo, '-c', 'user.name=B', '-c', 'user.email=b@example.com', ...args])
  execFileSync('git', ['init', '-q', repo])
  git('add', '--all')
  git('commit', '-qm', 'One')
  const env = { ...noCi, BYTES: '1000' }
  const plan = run(guard('plan', '--json'), { env })
    .stdout.split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  const digest = plan.find((line) => line.type === 'plan.made')?.digest
  const deployed = run(guard('deploy', `--plan=${digest}`, '--because=bench', '--no-input'), { env })
  const status = run(guard('status', '--exit-code'))
  if (status.status !== 12) throw new Error(`no halt to measure:\n${deployed.stdout}${deployed.stderr}${status.stdout}`)
}

/** The git commands that a run makes, as they were typed. */
const gitCallsOf = (argv) => {
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
  const bin = join(room, 'bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(
    join(bin, 'git'),
    `#!/bin/sh\n{ printf "cd '%s' && GIT_DIR='%s' " "$PWD" "$GIT_DIR"; for a in ${real} "$@"; do printf " '%s'" "$a"; done; printf ' </dev/null >/dev/null 2>&1\\n'; } >>'${gitLog}'\nexec ${real} "$@"\n`,
  )
  chmodSync(join(bin, 'git'), 0o755)
  writeFileSync(gitLog, '')
  // The first run remembers where things are.
  run(argv)
  run(argv, { env: { ...noCi, PATH: `${bin}${delimiter}${noCi.PATH}` } })
  return readFileSync(gitLog, 'utf8').replaceAll("GIT_DIR='' ", '').trim().split('\n').filter(Boolean)
}

const startUp = () => {
  const paths = { status: guard('status'), refusal: guard('deploy', '--no-input') }
  const cases = { node: [process.execPath, '-e', '0'], version: guard('--version'), help: guard('--help'), ...paths }
  for (const [name, argv] of Object.entries(paths)) {
    const calls = gitCallsOf(argv)
    tell(`git calls of ${name}`, calls.length, 6, '')
    cases[`git of ${name}`] = ['sh', '-c', calls.join('\n') || 'true']
  }
  const times = Object.fromEntries(Object.keys(cases).map((name) => [name, []]))
  for (let i = 0; i < ROUNDS; i++) for (const [name, argv] of Object.entries(cases)) times[name].push(timed(argv).ms)
  const ratio = (name, ...bases) => {
    const rounds = times[name].map((ms, i) => ms / bases.reduce((sum, base) => sum + times[base][i], 0))
    return Math.min(at(rounds, 0.5), at(times[name], 0.1) / bases.reduce((sum, base) => sum + at(times[base], 0.1), 0))
  }
  console.log(`      node -e 0 takes ${at(times.node, 0.5).toFixed(0)} ms here (Node ${process.versions.node}, ${ROUNDS} rounds)`)
  tell('--version / node -e 0', ratio('version', 'node'), OLD_NODE ? 1.15 : 1.3)
  tell('--help / node -e 0', ratio('help', 'node'), OLD_NODE ? 1.5 : 2)
  tell('status / (node -e 0 + its git commands)', ratio('status', 'node', 'git of status'), 1.25)
  tell('refusal while halted / (node -e 0 + its git)', ratio('refusal', 'node', 'git of refusal'), 1.25)
}

/** Lets a run write what it used when it ends. */
const metered = (args) => {
  const at = join(room, 'meter.mjs')
  writeFileSync(
    at,
    `import { writeFileSync } from 'node:fs'
process.on('exit', () => writeFileSync(${JSON.stringify(usage)}, JSON.stringify({ rss: process.resourceUsage().maxRSS / 1024, cpu: process.cpuUsage() })))\n`,
  )
  return [process.execPath, '--import', at, BIN, ...args]
}
const used = () => {
  const { rss, cpu } = JSON.parse(readFileSync(usage, 'utf8'))
  return { rss, cpu: (cpu.user + cpu.system) / 1000 }
}

const streaming = () => {
  const bytes = (megabytes) => ({ ...noCi, BYTES: String(megabytes * 1_000_000) })
  const raw = `head -c $BYTES /dev/zero | tr '\\0' 'x' | fold -w 99 | tee ${join(room, 'copy')} >/dev/null`
  const small = timed(metered(['test']), { env: bytes(MEGABYTES / 8) })
  if (small.status !== 0) return skip('streaming through a smoke', `safe-deploy test ended with ${small.status}`)
  const first = used().rss
  const base = timed(['sh', '-c', raw], { env: bytes(MEGABYTES) }).ms
  const ours = timed(metered(['test']), { env: bytes(MEGABYTES) }).ms
  tell(`${MEGABYTES} MB through a smoke / cmd | tee file`, ours / base, 3)
  tell('  its peak memory', used().rss, 100, ' MB')
  tell('  its peak memory / that of an eighth', used().rss / first, 1.2)
}

const terminal = () => {
  if (spawnSync('script', ['--version']).error) return skip('terminal view of 10,000 lines', 'no script(1) here to make a terminal')
  const env = { ...noCi, BYTES: '1000000', TERM: 'xterm' }
  const inTerminal = (args) => {
    const line = `stty cols 120 rows 40; ${metered(args)
      .map((word) => `'${word}'`)
      .join(' ')}`
    run(['script', '-qec', line, '/dev/null'], { env })
    return used().cpu
  }
  const plain = () => {
    run(metered(['test']), { env })
    return used().cpu
  }
  const extra = Array.from({ length: 5 }, () => inTerminal(['test']) - plain())
  tell('terminal view of 10,000 lines, own CPU over plain', at(extra, 0.5), 300, ' ms')
}

const guarding = async () => {
  setUp()
  startUp()
  hooks()
  streaming()
  terminal()
  shim()
  reading()
  await shared()
}

try {
  if (!existsSync(new URL('../../dist/cli.js', import.meta.url).pathname)) throw new Error('run npm run build first')
  if (process.argv[2] !== 'relay') await guarding()
  await relay()
} finally {
  rmSync(room, { recursive: true, force: true })
}
if (misses.length > 0) {
  console.log(`\n${misses.length} goals missed: ${misses.join(', ')}`)
  process.exitCode = 1
}
