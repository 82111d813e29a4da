import { createDecipheriv, createHash } from 'node:crypto'
import type { Leaves } from './leaves.ts'
import { yamlLeaves } from './yaml-leaves.ts'

/** Bytes of a key, of the IV and of the tag of AES-128-GCM, as ActiveSupport's MessageEncryptor uses them. */
const KEY = 16
const IV = 12
const TAG = 16

/**
 * Key names of an encrypted Rails file, each with a digest of its value that is compared and never shown.
 * @param text `data--iv--tag`, each in base64 @param key 32 hex digits, as in `config/master.key`
 * @returns null where this key does not open it, or what is in it is no text
 */
export const railsKeys = (text: string, key: string): Leaves | null => {
  const plain = openRails(text, key)
  const yaml = plain === null ? null : marshalledText(plain)
  if (yaml === null) return null
  const leaves = yamlLeaves(yaml)
  return new Map([...leaves].map(([name, value]) => [name, createHash('sha256').update(value).digest('hex')]))
}

const openRails = (text: string, key: string): Buffer | null => {
  const [data, iv, tag, ...more] = text
    .trim()
    .split('--')
    .map((part) => Buffer.from(part, 'base64'))
  const secret = Buffer.from(key.trim(), 'hex')
  if (!data || iv?.length !== IV || tag?.length !== TAG || more.length > 0 || secret.length !== KEY) return null
  try {
    const decipher = createDecipheriv('aes-128-gcm', secret, iv, { authTagLength: TAG })
    decipher.setAuthTag(tag)
    return Buffer.concat([decipher.update(data), decipher.final()])
  } catch {
    return null
  }
}

/** A text as Ruby's Marshal 4.8 writes it: with an encoding (`I"`) or as bytes (`"`). */
const marshalledText = (bytes: Buffer): string | null => {
  if (bytes[0] !== 4 || bytes[1] !== 8) return null
  const at = bytes[2] === 0x49 ? 3 : 2
  if (bytes[at] !== 0x22) return null
  const [length, from] = marshalledLength(bytes, at + 1)
  return length < 0 || from + length > bytes.length ? null : bytes.toString('utf8', from, from + length)
}

/** Marshal's integers: small ones are one byte less 5, others a count of little-endian bytes. Gives the length and where the text begins. */
const marshalledLength = (bytes: Buffer, at: number): [length: number, from: number] => {
  const first = bytes.readInt8(at)
  if (first === 0) return [0, at + 1]
  if (first > 4) return [first - 5, at + 1]
  if (first < 0 || at + 1 + first > bytes.length) return [-1, at]
  return [bytes.readUIntLE(at + 1, first), at + 1 + first]
}
