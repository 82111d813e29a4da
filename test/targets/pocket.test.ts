import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeClock } from '../../src/adapters/clock.ts'
import { makeProcesses } from '../../src/adapters/processes.ts'
import type { Outcome } from '../../src/model.ts'
import type { Streamed } from '../../src/ports.ts'
import { makeTarget } from '../../src/targets/make.ts'
import type { Target, ToolCommand } from '../../src/targets/target.ts'
import type { FlyTruth, ToolRun, Truth, Verdict } from '../../src/targets/truth.ts'
import { openPocket, type Pocket } from '../sandbox/pocket.ts'

/** The real reader, argv builders and judge, against the pocket fly as a real child process. */
const processes = makeProcesses((text) => text)
const clock = makeClock()
const KEY = 'a key of the test'

const targetOf = (pocket: Pocket, args: string[] = []): Target =>
  makeTarget(
    { app: 'demo', root: pocket.app, target: { kind: 'fly', config: 'fly.toml', args: [], dir: '', timeoutMs: 60_000 } },
    { processes, clock, env: pocket.env },
    args,
    KEY,
  )

const look = async (target: Target): Promise<FlyTruth> => {
  const reading = await target.read({ full: true })
  if (!reading.ok || reading.truth.kind !== 'fly') throw new Error(reading.ok ? 'not fly' : `${reading.code}: ${reading.why}`)
  return reading.truth
}

const run = async (target: Target, command: ToolCommand, killAfterMs?: number): Promise<ToolRun> => {
  let emitted: ToolRun['emitted'] = null
  const running = processes.stream({
    ...command,
    timeoutMs: killAfterMs ?? 60_000,
    graceMs: 300,
    onText: (text) => {
      for (const line of text.split('\n')) emitted = target.hear(line)?.emitted ?? emitted
    },
  })
  const { exit, signal, timedOut, tail }: Streamed = await running.done
  return { exit, signal, timedOut, emitted, tail }
}

let attempts = 0
const labels = () => {
  attempts += 1
  return { commit: 'c'.repeat(40), tree: 'd'.repeat(40), attempt: `attempt-${attempts}`, ledger: 'e'.repeat(32) }
}

interface Deployed {
  verdict: Verdict
  after: Truth | null
  before: FlyTruth
}

const deploy = async (pocket: Pocket, scenario = '', args: string[] = [], killAfterMs?: number): Promise<Deployed> => {
  const target = targetOf(pocket, args)
  const before = await look(target)
  if (scenario !== '') await pocket.scenario(scenario)
  const given = labels()
  const tool = await run(target, target.deployCommand(given), killAfterMs)
  const after = await target.settle({ everyMs: 150, atMostMs: 8_000 })
  await pocket.scenario('none')
  const verdict = target.judge({ before, after, run: tool, attempt: given.attempt })
  return { verdict, before, after: after.reading.ok ? after.reading.truth : null }
}

/** A pocket for one suite, with two machines of a first release. */
const opened = (): (() => Pocket) => {
  const at: { pocket?: Pocket } = {}
  beforeAll(async () => {
    at.pocket = await openPocket()
    const first = await deploy(at.pocket)
    expect(first.verdict).toMatchObject({ outcome: 'deployed', serving: { version: 1 } })
    await at.pocket.fly(['scale', 'count', '2', '--yes'])
  })
  afterAll(() => at.pocket?.close())
  return () => at.pocket as Pocket
}

const CASES: [scenario: string, outcome: Outcome, why: RegExp][][] = [
  [
    ['', 'deployed', /2 machines on the new version/],
    ['build-fail', 'not-started', /fly exited 1 before a release was made/],
    ['release-command-fail', 'unchanged', /release v\d+ reached no machine/],
    ['health-timeout-partial', 'partial', /1 machine on the new version, 1 on the old/],
    ['exit1-but-serving', 'serving-despite-exit', /fly exited 1, but the new version runs on 2 machines/],
    ['exit0-but-old', 'stale-despite-ok', /no machine runs anything new/],
    ['exit0-then-gone', 'unknown', /machine list is empty/],
    ['', 'deployed', /./],
  ],
  [
    ['unhealthy', 'unhealthy', /critical/],
    ['silent-127-early', 'not-started', /without a word/],
    ['silent-127-done', 'serving-despite-exit', /without a word/],
    ['lease-conflict', 'unchanged', /reached no machine/],
    ['noise-before-json', 'deployed', /./],
    ['api-down', 'unknown', /could not be read/],
    ['empty-machine-list', 'unknown', /machine list is empty/],
    ['concurrent-release', 'unknown', /by somebody\.else@example\.com came in between/],
    ['secrets-staged', 'deployed', /./],
  ],
]

for (const cases of CASES) {
  describe.concurrent(`on the pocket fly, ${cases[0]?.[0] || 'well'} and on`, () => {
    const pocket = opened()

    for (const [scenario, outcome, why] of cases) {
      it.sequential(`${scenario || 'a good deploy'} is ${outcome}`, async () => {
        const { verdict } = await deploy(pocket(), scenario)
        expect(verdict, verdict.evidence.join('\n')).toMatchObject({ outcome, why: expect.stringMatching(why) })
        if (scenario === 'exit0-then-gone' || scenario === 'empty-machine-list') {
          await deploy(pocket())
          const ids = (await pocket().machines()).map((machine) => machine.id)
          for (const id of ids.slice(2)) await pocket().fly(['machine', 'destroy', id, '--force'])
          if (ids.length < 2) await pocket().fly(['scale', 'count', '2', '--yes'])
        }
      })
    }
  })
}

describe.concurrent('on the pocket fly, to and fro', () => {
  const pocket = opened()

  it.sequential('reads app, org, hostname, releases and machines, and no env value', async () => {
    const target = targetOf(pocket())
    const truth = await look(target)
    expect(truth).toMatchObject({ app: 'demo', secrets: [] })
    expect(truth.org).not.toBeNull()
    expect(truth.machines).toHaveLength(2)
    expect(JSON.stringify(truth)).not.toContain('hello')
    expect(target.url(truth)).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
    const lean = await target.read({ full: false })
    expect(lean).toMatchObject({ ok: true, truth: { hostname: truth.hostname, org: truth.org, secrets: [] } })
    expect(target.servingOf(truth)).toMatchObject({ commit: 'c'.repeat(40), ledger: 'e'.repeat(32) })
  })

  it.sequential('bluegreen that ends between the colours is partial', async () => {
    const { verdict } = await deploy(pocket(), 'bluegreen-both', ['--strategy', 'bluegreen'])
    expect(verdict.outcome, verdict.evidence.join('\n')).toBe('partial')
    await deploy(pocket())
  })

  it.sequential('a hanging fly that was ended before its release is not-started', async () => {
    const { verdict } = await deploy(pocket(), 'hang', [], 1_500)
    expect(verdict, verdict.evidence.join('\n')).toMatchObject({ outcome: 'not-started', why: expect.stringContaining('too long') })
  })

  const back = async (good: FlyTruth, scenario = '') => {
    const target = targetOf(pocket())
    const before = await look(target)
    const to = target.servingOf(good)!
    if (scenario !== '') await pocket().scenario(scenario)
    const given = { ...labels(), to, root: pocket().app, args: ['--remote-only'], dir: '', config: 'fly.toml' }
    const command = target.rollbackCommand(given)
    const tool = await run(target, command!)
    const after = await target.settle({ everyMs: 150, atMostMs: 8_000 })
    await pocket().scenario('none')
    return { tool, target, verdict: target.judgeRollback({ before, after, run: tool, attempt: given.attempt, to }) }
  }

  it.sequential('goes back to the image that ran, and finds it by digest', async () => {
    const good = await look(targetOf(pocket()))
    await pocket().write({ 'server.js': 'throw new Error("broken")\n' })
    const bad = await deploy(pocket())
    expect(['unhealthy', 'partial']).toContain(bad.verdict.outcome)
    const { verdict, target } = await back(good)
    const serving = target.servingOf(good)
    expect(verdict.serving?.id).toBe(serving?.id)
    const after = await look(target)
    for (const command of target.startCommands(bad.after!, after)) expect((await run(target, command)).exit).toBe(0)
    for (const machine of (await look(target)).machines) expect(machine).toMatchObject({ state: 'started', digest: serving?.id })
  })

  it.sequential('a pruned image changes nothing, and is named', async () => {
    const { verdict, tool, target } = await back(await look(targetOf(pocket())), 'pruned-image')
    expect(target.saysImageMissing(tool.tail)).toBe(true)
    expect(tool.exit).toBe(1)
    expect(verdict.outcome).not.toBe('deployed')
  })

  it.sequential('runs a line on a machine of what serves, and reads the log', async () => {
    const target = targetOf(pocket())
    const command = target.onMachine(await look(target), 'echo "$GREETING" | tr a-z A-Z')
    expect((await run(target, command!)).tail).toContain('HELLO')
    expect((await target.recentLog())?.join('\n')).toContain('listening')
  })

  it.sequential('tells a missing tool, an unknown app and a missing login apart', async () => {
    const read = async (more: Record<string, string>, app = 'demo') => {
      const target = makeTarget(
        { app, root: pocket().app, target: { kind: 'fly', config: 'fly.toml', args: [], dir: '', timeoutMs: 1_000 } },
        { processes, clock, env: { ...pocket().env, ...more } },
        [],
        KEY,
      )
      const reading = await target.read({ full: false })
      return reading.ok ? 'ok' : reading.code
    }
    expect(await read({ SAFE_DEPLOY_FLY: 'no-such-fly' })).toBe('TOOL_MISSING')
    expect(await read({ PATH: '/nowhere' })).toBe('TOOL_MISSING')
    expect(await read({}, 'no-such-app')).toBe('APP_NOT_VISIBLE')
    await pocket().scenario('auth-missing')
    expect(await read({})).toBe('LOGGED_OUT')
    await pocket().scenario('api-down')
    expect(await read({})).toBe('TARGET_UNREACHABLE')
    await pocket().scenario('none')
    expect(await read({ SAFE_DEPLOY_FLY: `${pocket().bin}/flyctl` })).toBe('ok')
  })

  it.sequential('reads past a broken fly.toml in the work tree', async () => {
    await pocket().write({ 'fly.toml': 'app = [broken' })
    expect((await look(targetOf(pocket()))).app).toBe('demo')
  })
})
