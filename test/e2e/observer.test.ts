import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { age } from '../support/aged.ts'
import { openHouse } from '../support/open-house.ts'
import { openSeams } from '../support/seams.ts'

const HOURS = 3_600_000
/** Leases of a killed fly last 13 s; two equal looks at least this far apart show that nothing moves any more. */
const APART_MS = 15_000

interface Call {
  at: string
  argv: string[]
}

test('an attempt of somebody else is left alone until it is overdue, then settled by two looks far apart', async () => {
  const house = await openHouse({ good: 'the first' })
  try {
    const seams = openSeams(house)
    house.change('app.txt', 'two\n', 'Serve two')
    const healthy = await house.json(['deploy', `--plan=${await house.plan()}`, '--because=two'], { env: seams.env })
    expect(healthy.code, healthy.out).toBe(0)
    const calls = seams.calls()
    const ship = calls.findIndex((call) => call.startsWith('fly deploy'))
    house.change('app.txt', 'three\n', 'Serve three')
    seams.cut({ n: calls.findIndex((call, i) => i > ship && call.startsWith('fly releases')) + 1, side: 'before' })
    await house.json(['deploy', `--plan=${await house.plan()}`, '--because=three'], { env: seams.env })
    const attempt = house.ledgerState()?.core.open?.attempt ?? ''
    expect(attempt).not.toBe('')

    // Without its run file it is an attempt of another clone: nobody here can prove it dead.
    rmSync(join(house.root, '.git', 'safe-deploy', 'run', `${attempt}.json`))
    expect(await house.json(['rollback'])).toMatchObject({ code: 14, refusal: { code: 'DEPLOYING' } })
    expect(house.ledgerState()?.core.open?.attempt).toBe(attempt)

    age(house, 3 * HOURS)
    expect((await house.json(['status'])).lines.find((line) => line.type === 'status')?.status).toBe('overdue')
    const other = join(house.dir, 'other')
    house.git('worktree', 'add', '-q', other)
    const from = house.calls().length
    const told = await house.json(['status', '--live', '--exit-code'], { cwd: other })
    expect(told.code, told.out + told.err).toBe(0)
    const core = house.ledgerState()?.core
    expect(core).toMatchObject({ open: null, halt: null })
    expect(core?.good[0]).toMatchObject({ attempt, level: 'probed', because: 'three' })
    const looks = readFileSync(join(house.home, 'calls.ndjson'), 'utf8')
      .trimEnd()
      .split('\n')
      .slice(from)
      .map((line) => JSON.parse(line) as Call)
      .filter(({ argv }) => argv[0] === 'releases')
      .map(({ at }) => Date.parse(at))
    const gaps = looks.slice(1).map((at, i) => at - (looks[i] ?? at))
    expect(Math.max(...gaps)).toBeGreaterThanOrEqual(APART_MS - 100)
    expect(house.deploys(), 'three of ours and the first of the platform').toBe(4)
  } finally {
    await house.close()
  }
}, 180_000)
