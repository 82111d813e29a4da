import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { guardFiles } from '../../src/adapters/guard-files.ts'
import { processTable } from '../../src/adapters/process-table.ts'
import { privateFolder } from '../../src/ledger/private.ts'
import { ATTEMPT_MARK, noteRun, operatorOf, type RunFile } from '../../src/ledger/run-file.ts'
import { tempFolder } from '../change/repo.ts'
import { hex } from '../support/ledger.ts'

const deps = { files: guardFiles, table: processTable }

/** A process that does nothing until it is ended; with the mark of an attempt in its environment. */
const sleeper = async (attempt: string): Promise<{ pid: number; end(): Promise<void> }> => {
  const child = spawn(process.execPath, ['-e', 'process.stdout.write("up"); setInterval(() => {}, 1000)'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, [ATTEMPT_MARK]: attempt },
  })
  const end = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  onTestFinished(end)
  await once(child.stdout, 'data')
  return { pid: child.pid!, end }
}

const noted = async (part: Partial<RunFile>): Promise<ReturnType<typeof privateFolder>> => {
  const folder = privateFolder(tempFolder())
  const guard = { pid: process.pid, start: await processTable.startOf(process.pid) }
  const run = {
    attempt: hex(1),
    step: 'running' as const,
    boot: await processTable.boot(),
    guard,
    tool: null,
    at: 'now',
    exit: null,
    signal: null,
  }
  await noteRun(guardFiles, folder, { ...run, ...part })
  return folder
}

const kindOf = async (part: Partial<RunFile>): Promise<string> => (await operatorOf(deps, await noted(part), hex(1))).kind

test('a guard that lives is alive', async () => {
  expect(await kindOf({})).toBe('alive')
})

test('a guard that is gone is dead, and its tool is an orphan', async () => {
  const guard = await sleeper('none')
  const start = await processTable.startOf(guard.pid)
  const tool = await sleeper('none')
  const folder = await noted({ guard: { pid: guard.pid, start }, tool: { pid: tool.pid, start: await processTable.startOf(tool.pid) } })
  expect((await operatorOf(deps, folder, hex(1))).kind).toBe('alive')
  await guard.end()
  expect(await operatorOf(deps, folder, hex(1))).toMatchObject({ kind: 'dead', orphans: [tool.pid], touched: true })
  await tool.end()
  expect(await operatorOf(deps, folder, hex(1))).toMatchObject({ kind: 'dead', orphans: [] })
})

test('a pid that somebody else has now is no guard of ours', async () => {
  expect(await kindOf({ guard: { pid: process.pid, start: '1' } })).toBe('dead')
})

test('a frozen guard is alive', async () => {
  const guard = await sleeper('none')
  const start = await processTable.startOf(guard.pid)
  process.kill(guard.pid, 'SIGSTOP')
  expect(await kindOf({ guard: { pid: guard.pid, start } })).toBe('alive')
})

test('a guard whose start nobody could note is alive as long as its pid is', async () => {
  expect(await kindOf({ guard: { pid: process.pid, start: null } })).toBe('alive')
  expect(await kindOf({ guard: { pid: 2 ** 22 + 7, start: null } })).toBe('dead')
})

test('after a power cut everything of that boot is dead', async () => {
  const [, place] = (await processTable.boot()).split('@')
  expect(await kindOf({ boot: `another@${place}` })).toBe('dead')
})

test('a process of another machine or container that shares the folder proves nothing', async () => {
  const [boot] = (await processTable.boot()).split('@')
  expect(await kindOf({ boot: `${boot}@another/pid:[1]`, guard: { pid: 2 ** 22 + 7, start: '1' } })).toBe('elsewhere')
})

test('a tool that was never started proves that nothing was touched', async () => {
  const folder = await noted({ step: 'intended', guard: { pid: 2 ** 22 + 7, start: '1' } })
  expect(await operatorOf(deps, folder, hex(1))).toMatchObject({ kind: 'dead', touched: false })
})

test.each([
  ['nothing', null],
  ['noise', '{'],
  ['another attempt', JSON.stringify({ attempt: hex(2), boot: 'x', guard: { pid: 1, start: null } })],
])('%s in the run file proves nothing', async (_, text) => {
  const folder = privateFolder(tempFolder())
  mkdirSync(folder.runs, { recursive: true })
  if (text !== null) writeFileSync(folder.run(hex(1)), text)
  expect((await operatorOf(deps, folder, hex(1))).kind).toBe('elsewhere')
})

test('the process table names a living process, and neither a missing one nor a zombie', async () => {
  const child = await sleeper('none')
  const start = await processTable.startOf(child.pid)
  expect(start).toMatch(/\S/)
  expect(await processTable.startOf(child.pid)).toBe(start)
  await child.end()
  expect(await processTable.startOf(child.pid)).toBeNull()
})

test('a signal reaches a group, and a process that leads none', async () => {
  const parent = await sleeper('none')
  processTable.signalGroup(parent.pid, 'SIGKILL')
  await expect.poll(() => processTable.startOf(parent.pid)).toBeNull()
  const follower = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  const gone = once(follower, 'exit')
  processTable.signalGroup(follower.pid!, 'SIGKILL')
  expect((await gone)[1]).toBe('SIGKILL')
  processTable.signalGroup(2 ** 22 + 7, 'SIGKILL')
})
