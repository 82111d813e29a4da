import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeClock } from '../../src/adapters/clock.ts'
import { makeProcesses } from '../../src/adapters/processes.ts'
import { makeTarget } from '../../src/targets/make.ts'
import type { Settled } from '../../src/targets/settle.ts'
import type { Target } from '../../src/targets/target.ts'
import type { ToolRun, Truth, Verdict } from '../../src/targets/truth.ts'

const processes = makeProcesses((text) => text)
const input = { commit: 'c1', tree: 't1', attempt: 'a1', ledger: 'l1' }
const ended = (exit: number | null, more: Partial<ToolRun> = {}): ToolRun => ({
  exit,
  signal: null,
  timedOut: false,
  emitted: null,
  tail: [],
  ...more,
})
const now = (current: string): Truth => ({ kind: 'command', current })
const seen = (current: string, stable = true): Settled => ({ reading: { ok: true, truth: now(current) }, stable })

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'command target-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const target = (lines: { deploy?: string; current?: string; rollback?: string | null } = {}, args: string[] = []): Target =>
  makeTarget(
    {
      app: 'shop',
      root: dir,
      target: { kind: 'command', name: 'shop', deploy: 'true', current: 'cat live', rollback: null, dir: '', timeoutMs: 5_000, ...lines },
    },
    { processes, clock: makeClock(), env: { PATH: process.env.PATH, EMPTY: undefined } },
    args,
    'key',
  )

describe('what a command target calls live', () => {
  it('is the first line that `current` prints', async () => {
    await writeFile(join(dir, 'live'), '\n  v7  \nmore\n')
    expect(await target().read({ full: true })).toEqual({ ok: true, truth: { kind: 'command', current: 'v7' } })
  })
  it.each([
    ['exit 3', 'TARGET_UNREACHABLE', /ended with 3/],
    ['no-such-program-here', 'TOOL_MISSING', /not there/],
    ['head -c 5000 /dev/zero | tr "\\0" x', 'TARGET_UNREADABLE', /more than an id/],
  ])('%s → %s', async (current, code, why) => {
    expect(await target({ current }).read({ full: false })).toMatchObject({ ok: false, code, why: expect.stringMatching(why) })
  })
  it('is nothing where it prints nothing', async () => {
    expect(target().servingOf(now(''))).toBeNull()
    expect(await target({ current: 'true' }).read({ full: false })).toMatchObject({ ok: true, truth: { current: '' } })
  })
  it('settles when two looks are equal', async () => {
    await writeFile(join(dir, 'live'), 'v7')
    expect(await target().settle({ everyMs: 5, atMostMs: 5_000 })).toEqual(seen('v7'))
  })
  it('never settles while it keeps changing', async () => {
    const flickering = target({ current: 'echo x >> n; wc -l < n' })
    expect(await flickering.settle({ everyMs: 5, atMostMs: 100 })).toMatchObject({ stable: false })
  })
  it('drifted when another id is live', () => {
    const recorded = { serving: target().servingOf(now('v7'))!, machineConfig: null, secrets: {} }
    expect(target().driftOf(now('v8'), recorded)).toMatchObject({ grade: 'image' })
    expect(target().driftOf(now('v7'), recorded)).toMatchObject({ grade: 'none' })
  })
})

describe('the lines of a command target', () => {
  const run = async (command: NonNullable<ReturnType<Target['rollbackCommand']>>) => processes.stream({ ...command, timeoutMs: 5_000 }).done
  it('run in a shell, are told the attempt, and take extra arguments as they are', async () => {
    const deploy = target({ deploy: 'printf "%s\\n" "$SAFE_DEPLOY_COMMIT" "$SAFE_DEPLOY_ATTEMPT" > out; echo' }, ['a b', '$HOME'])
    const done = await run(deploy.deployCommand(input))
    expect(done.tail).toEqual(['a b $HOME'])
    expect(await readFile(join(dir, 'out'), 'utf8')).toBe('c1\na1\n')
  })
  it('go back to a named id, if there is a line for it', async () => {
    const to = { ...input, to: target().servingOf(now('v6'))!, root: dir, args: [], dir: '', config: '' }
    expect(target().rollbackCommand(to)).toBeNull()
    const done = await run(target({ rollback: 'echo "back to $SAFE_DEPLOY_TO"' }).rollbackCommand(to)!)
    expect(done.tail).toEqual(['back to v6'])
  })
})

describe('judging a command target', () => {
  const judge = (run: ToolRun, after: Settled): Verdict => target().judge({ before: now('v7'), after, run, attempt: 'a1' })
  it.each<[string, ToolRun, Settled, string]>([
    ['exit 0 and something else is live', ended(0), seen('v8'), 'deployed'],
    ['exit 0 and the same is live', ended(0), seen('v7'), 'unchanged'],
    ['exit 1 and the same is live', ended(1), seen('v7'), 'unchanged'],
    ['exit 1 and something else is live', ended(1), seen('v8'), 'unknown'],
    ['exit 0 and nothing is live', ended(0), seen(''), 'unknown'],
    ['cut off and the same is live', ended(null, { timedOut: true }), seen('v7'), 'unknown'],
    ['ended by a signal and something else is live', ended(null, { signal: 'SIGTERM' }), seen('v8'), 'unknown'],
    ['never the same twice', ended(0), seen('v8', false), 'unknown'],
    ['unreadable', ended(0), { reading: { ok: false, code: 'TARGET_UNREACHABLE', why: 'x' }, stable: false }, 'unknown'],
  ])('%s', (_name, run, after, outcome) => {
    expect(judge(run, after).outcome).toBe(outcome)
  })

  const back = (run: ToolRun, after: Settled): string =>
    target().judgeRollback({ before: now('v8'), after, run, attempt: 'a1', to: target().servingOf(now('v7'))! }).outcome
  it('calls a rollback done only when the wanted id is live', () => {
    expect(back(ended(0), seen('v7'))).toBe('deployed')
    expect(back(ended(0), seen('v8'))).toBe('unchanged')
    expect(back(ended(0), seen('v9'))).toBe('unknown')
    expect(back(ended(1), seen('v7'))).toBe('unknown')
    expect(back(ended(1), seen('v8'))).toBe('unchanged')
  })
})
