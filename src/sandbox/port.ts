import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { FlyError } from './fail.ts'

/** Below every system's range of ephemeral ports, so that no outgoing connection takes one by chance. */
const LOWEST = 20_000
const HIGHEST = 32_000
const TRIES = 200

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.on('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })

/** A loopback port nobody listens on now and none of `taken`. */
export const freePort = async (taken: readonly number[]): Promise<number> => {
  for (let i = 0; i < TRIES; i += 1) {
    const port = randomInt(LOWEST, HIGHEST)
    if (!taken.includes(port) && (await isFree(port))) return port
  }
  throw new FlyError('pocket fly: no free loopback port found')
}
