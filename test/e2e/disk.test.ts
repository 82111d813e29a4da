import { execFile, execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DurableEvent } from '../../src/ledger/events.ts'
import { type Disk, openDisk } from '../support/full.ts'
import type { House } from '../support/house.ts'
import { openHouse } from '../support/open-house.ts'
import { leftovers, toReady } from '../support/settled.ts'

const texts = { n: 1 }
let house: House
let disk: Disk

beforeAll(async () => {
  house = await openHouse({ good: 'the first' })
  disk = openDisk(house)
})
afterAll(() => house.close())

const run = (args: readonly string[]) => house.json(args, { env: disk.env })

/** Changes something and deploys it on that disk. */
const deploy = async () => {
  texts.n += 1
  house.change('app.txt', `text ${texts.n}\n`, `Serve ${texts.n}`)
  return run(['deploy', `--plan=${await house.plan()}`, '--because=a change'])
}

const newestEnd = (): DurableEvent | undefined =>
  house
    .git('--git-dir', '.git/safe-deploy/ledger.git', 'log', '-3', '--format=%H', 'refs/safe-deploy/everflow')
    .split('\n')
    .flatMap((oid) => house.git('--git-dir', '.git/safe-deploy/ledger.git', 'show', `${oid}:events.ndjson`).split('\n').reverse())
    .map((line) => JSON.parse(line) as DurableEvent)
    .find((event) => event.type === 'deploy.ended')

describe('a full disk', () => {
  test('before the intent: nothing is deployed, nothing is left, and with room it goes on', async () => {
    const deploys = house.deploys()
    disk.fill()
    const told = await deploy()
    expect(told, told.out).toMatchObject({ code: 69, refusal: { code: 'LEDGER_NOT_WRITABLE' } })
    expect(told.refusal?.next[0]?.argv).toEqual(['safe-deploy', 'doctor'])
    expect(house.deploys()).toBe(deploys)
    expect(leftovers(house)).toEqual([])
    disk.empty()
    expect((await deploy()).code).toBe(0)
  }, 120_000)

  test('after fly: the outcome waits, is shown, lets nothing else ship, and the next command with room records it', async () => {
    disk.fillAfterFly()
    const told = await deploy()
    expect(told, told.out).toMatchObject({ code: 22, refusal: { code: 'LEDGER_SPOOLED' } })
    expect(told.lines.some((line) => line.type === 'live')).toBe(true)
    const status = await run(['status', '--exit-code'])
    expect(status.code).toBe(14)
    expect(status.out).toContain('1 outcome of this clone')
    const deploys = house.deploys()
    expect(await run(['deploy'])).toMatchObject({ code: 69, refusal: { code: 'LEDGER_NOT_WRITABLE' } })
    expect(house.deploys()).toBe(deploys)
    disk.empty()
    expect(await toReady(house)).toEqual(['safe-deploy status --live'])
    expect(newestEnd()).toMatchObject({ outcome: 'deployed', exit: 0 })
    expect(newestEnd()).not.toHaveProperty('observer')
    expect(leftovers(house)).toEqual([])
  }, 120_000)

  test('a failure that could not be recorded ships nothing more, is recorded as it was, and a rollback works meanwhile', async () => {
    disk.fillAfterFly()
    house.scenario('exit1-but-serving', 'once')
    const told = await deploy()
    expect(told, told.out).toMatchObject({ code: 22, refusal: { code: 'LEDGER_SPOOLED' } })
    const deploys = house.deploys()
    expect((await run(['deploy'])).code).toBe(69)
    expect(house.deploys()).toBe(deploys)
    const back = await run(['rollback'])
    expect(back, back.out).toMatchObject({ code: 22, refusal: { code: 'LEDGER_SPOOLED' } })
    expect(back.lines.some((line) => line.type === 'live')).toBe(true)
    expect(house.deploys()).toBe(deploys + 1)
    disk.empty()
    const settled = await run(['status', '--live', '--exit-code'])
    expect(settled.code, settled.out).toBe(12)
    expect(house.ledgerState()?.core).toMatchObject({ open: null, halt: { outcome: 'serving-despite-exit' } })
    expect(leftovers(house)).toEqual([])
    await toReady(house)
  }, 180_000)
})

describe('a .git that cannot be written', () => {
  /** Root may write everywhere: then the guard runs as nobody. */
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

  const asNobody = (args: readonly string[], closed: string): Promise<{ code: number | null; out: string }> =>
    new Promise((resolve) => {
      const [program = '', ...rest] = [...house.bin, ...args, '--json']
      execFile(program, rest, { cwd: closed, env: house.env, ...nobody }, (error, out, err) =>
        resolve({ code: error ? (typeof error.code === 'number' ? error.code : null) : 0, out: out + err }),
      )
    })

  test('is named, with a next step, and nothing is deployed', async () => {
    house.change('app.txt', 'the last\n', 'Serve the last')
    const digest = await house.plan()
    const deploys = house.deploys()
    execFileSync('chmod', ['755', house.dir, join(house.bin[1] ?? '', '..', '..')])
    execFileSync('chmod', ['-R', 'a+rwX', house.home])
    execFileSync('chmod', ['-R', 'a+rX,a-w', join(house.root, '.git')])
    writeFileSync(join(house.dir, '.gitconfig'), `[safe]\n\tdirectory = *\n`)
    try {
      for (const args of [
        ['deploy', `--plan=${digest}`, '--because=x'],
        ['rollback', '--to=v1'],
        ['freeze', '--for=1h', '--because=x'],
      ]) {
        const told = await asNobody(args, house.root)
        const refusal = told.out
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line))
          .find((line) => line.type === 'refused')
        // A deploy may have to note first what would ship.
        const codes = args[0] === 'deploy' ? ['LEDGER_NOT_WRITABLE', 'WORK_TREE_UNREADABLE'] : ['LEDGER_NOT_WRITABLE']
        expect(codes, `${args[0]}: ${told.out}`).toContain(refusal?.code)
        expect([64, 69], args[0]).toContain(told.code)
        expect(refusal.next[0].argv, args[0]).toEqual(['safe-deploy', 'doctor'])
      }
      expect((await asNobody(['status'], house.root)).code).toBe(0)
    } finally {
      execFileSync('chmod', ['-R', 'u+w', join(house.root, '.git')])
    }
    expect(house.deploys()).toBe(deploys)
  }, 120_000)
})
