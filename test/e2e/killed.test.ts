import { appendFileSync } from 'node:fs'
import { test } from 'vitest'
import { openHouse } from '../support/house.ts'
import { openSeams } from '../support/seams.ts'

const log = (...t: unknown[]) => appendFileSync('/tmp/h9/play.log', `${t.join(' ')}\n`)
test('play', async () => {
  let t = Date.now()
  const lap = (name: string) => {
    log(name, Date.now() - t)
    t = Date.now()
  }
  const house = await openHouse()
  lap('house')
  const seams = openSeams(house)
  const p = await house.plan()
  lap('plan')
  const r = await house.json(['deploy', `--plan=${p}`, '--because=x', '--accept=first-contact=yes'], { env: seams.env })
  lap('deploy')
  log(r.out, r.err)
  log(seams.calls().join('\n'))
  log(JSON.stringify(seams.shipped().map((s) => [s.attempt, s.state?.core.open?.attempt])))
  house.change('app.txt', 'two\n', 'Serve two')
  const p2 = await house.plan()
  seams.cut(null)
  lap('plan')
  const r2 = await house.json(['deploy', `--plan=${p2}`, '--because=x'], { env: seams.env })
  lap('deploy')
  log(r2.out, r2.err)
  log(seams.calls().join('\n'))
  log(JSON.stringify(seams.shipped().map((s) => [s.attempt, s.state?.core.open?.attempt])))
  await house.close()
}, 120000)
