import { UNKNOWN } from './formats.ts'
import { plainNow } from './plain-now.ts'
import type { Sealed } from './sealed.ts'

const CONFLICT = /^(?:<{7}|={7}|>{7})(?: |$)/m

/** Was this file encrypted, and is it now nothing that anybody can decrypt: cut off, or left in the middle of a merge? */
export const isBroken = (one: { file: { path: string }; was: Sealed | null; now: Sealed | null }, text: string | null): boolean => {
  const { was, now } = one
  if (was === null || text === null || text.trim() === '' || plainNow(one, text) !== null) return false
  if (CONFLICT.test(text)) return true
  return (was.keys === null && now === null && was.format !== UNKNOWN) || (/^\s*\{/.test(text.slice(0, 1000)) && !isJson(text))
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
