// What a call of the hook costs the agent that waits for it: process start to exit, as a ratio to a Node that does nothing.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { at, guard, noCi, ROUNDS, room, run, skip, tell, timed } from './measure.js'

const OLD_NODE = Number(process.versions.node.split('.')[0]) < 22
const NODE = [process.execPath, '-e', '0']

const payload = (cwd, command) =>
  JSON.stringify({ session_id: 's', cwd, hook_event_name: 'PreToolUse', tool_name: 'Bash', tool_input: { command, timeout: 120000 } })

/** A clone whose memory says that its app is halted, with a state as large as a busy one. */
const haltedClone = () => {
  const repo = join(room, 'hooked')
  execFileSync('git', ['init', '-q', repo])
  const seen = join(repo, '.git', 'safe-deploy', 'seen')
  mkdirSync(seen, { recursive: true })
  const core = { v: 1, ledger: 'l', app: 'bench', halt: { id: 'h', since: '2026-03-01T10:00:00Z' }, good: [], incumbent: null, open: null }
  const failed = Array.from({ length: 20 }, (_, i) => ({
    attempt: `a${i}`,
    left: Object.fromEntries(Array.from({ length: 50 }, (_, j) => [`f${j}`, 'x'])),
  }))
  writeFileSync(join(seen, 'bench.json'), JSON.stringify({ at: '2026-03-01T10:00:00Z', oid: null, place: null, state: { core, failed } }))
  writeFileSync(
    join(repo, 'package.json'),
    JSON.stringify({ scripts: { release: 'npm run build && npm run ship', build: 'tsc', ship: 'fly deploy' } }),
  )
  return repo
}

/** Peak memory in MB, as the system counts it. */
const peakOf = (argv, input) => {
  const log = join(room, 'peak')
  const ran = run(['/usr/bin/time', '-f', '%M', '-o', log, ...argv], { input, stdio: ['pipe', 'ignore', 'ignore'] })
  return ran.error ? null : Number(readFileSync(log, 'utf8').trim().split('\n').at(-1)) / 1024
}

export const hooks = () => {
  const repo = haltedClone()
  const cases = {
    node: [NODE, ''],
    clear: [guard('hook', 'claude'), payload(repo, 'git status --short && ls src')],
    parsed: [guard('hook', 'claude'), payload(repo, 'npm run release 2>&1 | tail -5')],
    halted: [guard('hook', 'claude'), payload(repo, 'echo bHMK | base64 -d | sh')],
  }
  const input = { stdio: ['pipe', 'ignore', 'ignore'], cwd: room, env: noCi }
  for (const [name, wanted] of Object.entries({ clear: false, parsed: true, halted: true })) {
    const [argv, text] = cases[name]
    const { stdout } = run(argv, { input: text, stdio: ['pipe', 'pipe', 'ignore'] })
    if (stdout.includes('"deny"') !== wanted) throw new Error(`hook, ${name}: unexpected answer ${stdout}`)
  }
  const times = Object.fromEntries(Object.keys(cases).map((name) => [name, []]))
  for (let i = 0; i < ROUNDS; i++)
    for (const [name, [argv, text]] of Object.entries(cases)) times[name].push(timed(argv, { ...input, input: text }).ms)
  const ratio = (name) =>
    Math.min(
      at(
        times[name].map((ms, i) => ms / times.node[i]),
        0.5,
      ),
      at(times[name], 0.1) / at(times.node, 0.1),
    )
  tell('hook, a clear command / node -e 0', ratio('clear'), OLD_NODE ? 1.15 : 1.3)
  tell('hook, read through package.json / node -e 0', ratio('parsed'), OLD_NODE ? 1.35 : 1.6)
  tell('hook, opaque, with the halt / node -e 0', ratio('halted'), OLD_NODE ? 1.35 : 1.6)
  const long = {
    'a line of 2 MB': [`echo ${'word '.repeat(400_000)}; fly status`, 200],
    'a line of $( 2000 deep': [`fly ${'$('.repeat(2000)}`, 300],
  }
  for (const [name, [line, most]] of Object.entries(long)) {
    const rounds = Array.from({ length: 7 }, () => timed(guard('hook', 'claude'), { ...input, input: payload(repo, line) }).ms)
    tell(`hook, ${name}`, at(rounds, 0.1), most, ' ms')
  }
  if (!existsSync('/usr/bin/time')) return skip('peak memory of the hook', 'no /usr/bin/time here')
  tell('peak memory of the hook, clear / node -e 0', peakOf(...cases.clear) / peakOf(...cases.node), 1.1)
}
