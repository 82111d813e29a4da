import { gunzipSync, inflateSync } from 'node:zlib'
import { messageText } from './message-text.ts'

/** Bytes of a body, also once it is unpacked. */
export const MAX_BODY = 256 * 1024

/** A message as it was posted. */
export interface Body {
  /** All that it says, for people. */
  text: string
  /** What was posted, unpacked. */
  body: string
  type: 'application/json' | 'application/x-www-form-urlencoded'
}

type Headers = Readonly<Record<string, string | undefined>>

/**
 * Reads what an app posted: JSON, or a form with the JSON in `payload`, in any charset, packed or not. What its type says does not decide: Python's
 * urllib calls everything a form.
 * @returns null for anything else, and for what says nothing: that is Slack's to answer, and never held
 */
export const readBody = (bytes: Buffer, headers: Headers): Body | null => {
  const plain = unpacked(bytes, headers['content-encoding'])
  if (plain === null) return null
  const body = decoded(plain, headers['content-type'])
  const form = payloadOf(body)
  const text = textOf(form ?? body)
  return text === '' ? null : { text, body, type: form === null ? 'application/json' : 'application/x-www-form-urlencoded' }
}

const unpacked = (bytes: Buffer, encoding: string | undefined): Buffer | null => {
  const how = (encoding ?? 'identity').trim().toLowerCase()
  if (how === 'identity' || how === '') return bytes
  const unpack = how === 'gzip' || how === 'x-gzip' ? gunzipSync : how === 'deflate' ? inflateSync : null
  try {
    return unpack?.(bytes, { maxOutputLength: MAX_BODY }) ?? null
  } catch {
    return null
  }
}

const decoded = (bytes: Buffer, type: string | undefined): string => {
  const charset = /;\s*charset="?([\w.:-]{1,40})/i.exec(type ?? '')?.[1]?.toLowerCase() ?? 'utf-8'
  if (charset === 'utf-8' || charset === 'utf8') return bytes.toString('utf8')
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    return bytes.toString('utf8')
  }
}

const payloadOf = (body: string): string | null =>
  /(?:^|&)payload=/.test(body.slice(0, 2_000)) ? new URLSearchParams(body).get('payload') : null

/** Empty: no message, or one that says nothing. */
const textOf = (json: string): string => {
  try {
    const message = JSON.parse(json)
    return typeof message === 'object' && message !== null && !Array.isArray(message) ? messageText(message) : ''
  } catch {
    return ''
  }
}
