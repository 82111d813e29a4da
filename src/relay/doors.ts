import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Channel, Policy } from './policy.ts'

/** Shorter ones are no tokens. */
const SHORTEST = 22
const LONGEST = 512

/** Who comes in by what. */
export interface Doors {
  /** The channel whose token is the last part of a path, or null. */
  channelOf(path: string): Channel | null
  isAdmin(authorization: string | undefined): boolean
}

/**
 * Secrets are compared by what a key of this process makes of them: how long it takes tells nothing of how much of one was right.
 */
export const makeDoors = ({ channels, admin }: Pick<Policy, 'channels' | 'admin'>): Doors => {
  const key = randomBytes(32)
  const sealed = (secret: string): Buffer => createHmac('sha256', key).update(secret).digest()
  const byToken = new Map(channels.map((channel) => [sealed(channel.token).toString('base64'), channel]))
  const wanted = sealed(admin)
  return {
    channelOf: (path) => {
      const token = lastPart(path)
      return token.length < SHORTEST || token.length > LONGEST ? null : (byToken.get(sealed(token).toString('base64')) ?? null)
    },
    isAdmin: (authorization) => {
      const given = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(authorization ?? '')?.[1]
      return given !== undefined && timingSafeEqual(sealed(given), wanted)
    },
  }
}

const lastPart = (path: string): string => {
  const end = path.endsWith('/') ? path.length - 1 : path.length
  return path.slice(path.lastIndexOf('/', end - 1) + 1, end)
}
