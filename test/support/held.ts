import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { House, Ways } from './house.ts'
import { type Started, start, until } from './started.ts'
import type { Clone } from './team.ts'

/** A `fly deploy` that waits until it is let go. */
export interface Held {
  ways: Ways
  release(): void
}

/** Puts a fly before that of a house whose `deploy` waits. */
export const holdFly = (house: House, name = 'held'): Held => {
  const bin = join(house.dir, name)
  mkdirSync(bin)
  const gate = join(bin, 'gate')
  const real = join(house.dir, 'bin', 'fly')
  const shim = `#!/bin/sh\nif [ "$1" = deploy ]; then while [ ! -e '${gate}' ]; do sleep 0.1; done; fi\nexec '${real}' "$@"\n`
  writeFileSync(join(bin, 'fly'), shim, { mode: 0o755 })
  return { ways: { env: { PATH: `${bin}:${house.env.PATH}` } }, release: () => writeFileSync(gate, '') }
}

/** Commits a change in a clone and starts to deploy it, up to a fly that waits. */
export const startHeld = async (house: House, clone: Clone, text: string, name?: string): Promise<Held & { run: Started }> => {
  clone.change(text, `Serve ${text}`)
  const told = await clone.json(['plan'])
  const plan = told.lines.find((line) => line.type === 'plan.made')?.digest
  const held = holdFly(house, name)
  const run = start(house, ['deploy', `--plan=${plan}`, `--because=serve ${text}`], { ...held.ways, cwd: clone.root })
  await until(async () => (await clone.status()) === 14, `${text} is being deployed`)
  return { ...held, run }
}
