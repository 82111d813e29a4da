import { createHash, randomBytes } from 'node:crypto'

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

const base32 = (bytes: Uint8Array): string => [...bytes].map((byte) => CROCKFORD[byte & 31]).join('')

/** A ULID: 48 bits of time and 80 random bits, sortable by time. */
export const ulid = (now = Date.now()): string => {
  const time = Array.from({ length: 10 }, (_, i) => CROCKFORD[Math.floor(now / 32 ** (9 - i)) % 32]).join('')
  return time + base32(randomBytes(16))
}

/** 14 hex digits, as machine ids look. */
export const machineId = (): string => randomBytes(7).toString('hex')
export const opaqueId = (prefix: string): string => `${prefix}_${randomBytes(8).toString('hex')}`
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
export const isoNow = (): string => new Date().toISOString()
