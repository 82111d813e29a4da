// The fly in front of fly: what it costs where it only hands on.
import { copyFileSync, mkdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { at, guard, noCi, ROUNDS, room, run, tell, timed } from './measure.js'

/** Commands that the shim hands on at once, one for each way through it. */
const LINES = [['status'], ['-a', 'web', 'machine', 'list', '--json'], ['ssh', 'console', '-C', 'ls']]

/** A read-only fly command through the shim, over the real fly alone: goal G3 of the facts of speed, as a share of what starting node costs. */
export const shim = () => {
  const [bin, dir] = [join(room, 'fly-bin'), join(room, 'fly-shim')]
  mkdirSync(bin)
  // A fly that does nothing, so that only the way to it is measured.
  copyFileSync('/bin/true', join(bin, 'fly'))
  const path = [bin, noCi.PATH].join(delimiter)
  const installed = run(guard('shim', 'install', '--dir', dir), { env: { ...noCi, PATH: path } })
  if (installed.status !== 0) throw new Error(`no shim to measure:\n${installed.stdout}${installed.stderr}`)
  const [fly, real] = [join(dir, 'fly'), join(bin, 'fly')]
  const env = { ...noCi, PATH: [dir, path].join(delimiter) }
  const rounds = Array.from({ length: ROUNDS }, (_, i) => {
    const words = LINES[i % LINES.length] ?? []
    return {
      node: timed([process.execPath, '-e', '0'], { env }).ms,
      shim: timed([fly, ...words], { env }).ms,
      real: timed([real, ...words], { env }).ms,
    }
  })
  const of = (name) =>
    at(
      rounds.map((round) => round[name]),
      0.5,
    )
  tell('shim on a read-only command, over fly / node -e 0', (of('shim') - of('real')) / of('node'), 0.1)
}
