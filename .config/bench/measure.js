// What every measurement shares. All is measured round-robin in one run: absolute times say more about the machine than about us.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const ROUNDS = Number(process.env.ROUNDS ?? 21)
/** Timings are noise: a goal is missed only when the lower decile misses it by more than this. */
const SLACK = 1.1
export const BIN = new URL('../../bin/safe-deploy.js', import.meta.url).pathname

export const room = realpathSync(mkdtempSync(join(tmpdir(), 'safe-deploy-bench-')))
export const noCi = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(CI|GITHUB_ACTIONS|GITLAB_CI|BUILDKITE)$/.test(name)),
)
export const misses = []

export const run = (argv, options = {}) =>
  spawnSync(argv[0], argv.slice(1), {
    cwd: room,
    env: noCi,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  })
export const guard = (...args) => [process.execPath, BIN, ...args]
export const timed = (argv, options) => {
  const began = process.hrtime.bigint()
  const ended = run(argv, options)
  return { ms: Number(process.hrtime.bigint() - began) / 1e6, status: ended.status }
}

export const at = (values, share) => [...values].sort((a, b) => a - b)[Math.floor(values.length * share)]
export const tell = (name, value, goal, unit = 'x') => {
  const missed = value > goal * SLACK
  if (missed) misses.push(name)
  console.log(`${missed ? 'MISS' : value > goal ? 'near' : 'ok  '}  ${name.padEnd(50)} ${value.toFixed(2)}${unit}  (goal ${goal}${unit})`)
}
export const skip = (name, why) => console.log(`skip  ${name.padEnd(50)} ${why}`)
