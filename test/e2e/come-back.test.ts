import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { House, Line } from '../support/house.ts'
import { openHouse } from '../support/open-house.ts'
import { type Started, start, until } from '../support/started.ts'

/** A release command that runs as long as a file is there, so that a deploy lasts as long as a test wants. */
const HELD = `app = "everflow"
[http_service]
  internal_port = 8080
[deploy]
  release_command = "echo begun; while [ -f $HOME/hold ]; do sleep 0.1; done"
`
const BEATS = { env: { SAFE_DEPLOY_HEARTBEAT: '1' } }

const linesOf = (text: string): Line[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
const lastOf = (text: string): Line | undefined => linesOf(text).at(-1)

interface Scene {
  house: House
  /** A deploy that has begun and does not end by itself. */
  run: Started
  letGo(): void
}

const inScene = async (act: (scene: Scene) => Promise<void>, flags = ['--json']): Promise<void> => {
  const house = await openHouse({ files: { 'fly.toml': HELD }, good: 'the first' })
  const hold = join(house.dir, 'hold')
  const letGo = () => rmSync(hold, { force: true })
  try {
    house.change('app.txt', 'two\n', 'Serve two')
    const digest = await house.plan()
    writeFileSync(hold, '')
    const run = start(house, ['deploy', `--plan=${digest}`, '--because=two', ...flags], BEATS)
    await run.says('begun')
    await act({ house, run, letGo })
  } finally {
    letGo()
    await house.close()
  }
}

describe.concurrent('a deploy that lasts', () => {
  test('says before it starts how long it may take and how to come back; another process waits for it and says how it ended', () =>
    inScene(async ({ house, run, letGo }) => {
      const before = linesOf(run.said())
      expect(before.find(({ type }) => type === 'deploy.starts')).toMatchObject({
        deadline_s: expect.any(Number),
        log: expect.stringContaining('.git/safe-deploy/logs/'),
        next: [{ argv: ['safe-deploy', 'status', '--wait'], needs: [] }],
      })
      const waits = start(house, ['status', '--wait', '--json', '--exit-code'], BEATS)
      await waits.says('"heartbeat"')
      letGo()
      expect(lastOf((await run.done).out)).toMatchObject({ type: 'done', ok: true, result: { outcome: 'deployed' } })
      const told = await waits.done
      expect(told.code, told.out).toBe(0)
      expect(lastOf(told.out)).toMatchObject({ type: 'done', ok: true, result: { status: 'ready', ended: { outcome: 'deployed' } } })
      expect(linesOf(told.out).filter(({ type }) => type === 'waiting')).toHaveLength(1)
    }))

  test('sends no line of fly, but heartbeats with its last one; all of it is in the log', () =>
    inScene(async ({ run, letGo }) => {
      letGo()
      const lines = linesOf((await run.done).out)
      const beats = lines.filter(({ type, source }) => type === 'heartbeat' && source === 'deploy')
      expect(beats[0]).toMatchObject({ stage: 'deploy', last: 'begun' })
      const told = lines.filter(({ type }) => type === 'output')
      expect(told).toHaveLength(1)
      expect(told[0]).toMatchObject({ source: 'deploy', lines: expect.any(Number), log: beats[0]?.log })
    }))

  test('goes on when who called it hangs up', () =>
    inScene(async ({ house, run, letGo }) => {
      run.signal('SIGHUP')
      letGo()
      expect((await run.done).code).toBe(0)
      expect(await house.status()).toBe(0)
    }))

  test.each([['--json'], ['--no-input']])('goes on when nobody reads what it says (%s)', (flag) =>
    inScene(
      async ({ house, run, letGo }) => {
        run.deafen()
        letGo()
        expect((await run.done).code).toBe(0)
        expect(await house.status()).toBe(0)
      },
      [flag],
    ),
  )

  test('killed with all its group: who waits for it finishes it, and says what it did', () =>
    inScene(async ({ house, run, letGo }) => {
      process.kill(-run.pid, 'SIGKILL')
      await run.done
      const told = await house.json(['status', '--wait', '--exit-code'])
      letGo()
      expect(told.code, told.out + told.err).toBe(12)
      expect(told.lines.at(-1)).toMatchObject({ result: { status: 'halted', ended: { outcome: 'unchanged' } } })
      expect(house.ledgerState()?.core.open).toBeNull()
      await until(async () => (await house.status()) === 12, 'the halt stays')
    }))
})
