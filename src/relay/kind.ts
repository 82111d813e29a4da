import { createHash } from 'node:crypto'
import { MASK_VERSION, maskText } from './mask.ts'
import { messageText } from './message-text.ts'

/** A kind of message: the same problem told again. */
export interface Kind {
  /** 12 hexadecimal digits; the same on every machine, until the version of the mask changes. */
  key: string
  version: number
  mask: string
}

/** The kind of a message. @param message a parsed webhook body, or a text */
export const kindOf = (message: unknown): Kind => {
  const mask = maskText(typeof message === 'string' ? message : messageText(message))
  const key = createHash('sha256').update(`${MASK_VERSION}\n${mask}`).digest('hex').slice(0, 12)
  return { key, version: MASK_VERSION, mask }
}
