import { StringDecoder } from 'node:string_decoder'
import type { Mask } from '../redact.ts'

/** A line without an end is held until it is this long (characters), then cut. */
const HELD = 64 * 1024
/** A cut keeps this much back, so that a secret across the cut is seen whole. Longer than any one-line secret in use. */
const KEPT = 8 * 1024

/** Where bytes of one stream go in. */
export interface Lines {
  push(chunk: Buffer): void
  end(): void
}

/** Where a line may be cut so that masking both parts gives what masking the whole gives: no secret is torn apart. */
const safeCut = (text: string, mask: Mask): number => {
  const whole = mask(text)
  for (let at = text.length - KEPT; at > 0; at -= KEPT) {
    if (mask(text.slice(0, at)) + mask(text.slice(at)) === whole) return at
  }
  return text.length
}

/**
 * Turns chunks into masked text of complete lines: each chunk is masked at once up to its last newline, which costs far less than line by line.
 * Bytes that are no UTF-8 become U+FFFD. A line longer than 64 KiB comes in pieces, each ended by a newline.
 */
export const makeLines = (mask: Mask, sink: (text: string) => void): Lines => {
  const decoder = new StringDecoder('utf8')
  let held: string[] = []
  let length = 0
  const hold = (text: string) => {
    held = text === '' ? [] : [text]
    length = text.length
  }
  const cutLong = () => {
    const text = held.join('')
    const at = safeCut(text, mask)
    sink(`${mask(text.slice(0, at))}\n`)
    hold(text.slice(at))
  }
  return {
    push: (chunk) => {
      const text = decoder.write(chunk)
      const end = text.lastIndexOf('\n') + 1
      if (end > 0) {
        // The line begun before is masked apart, so that the rest stays a slice of the chunk: no copy of every chunk.
        const first = held.length === 0 ? 0 : text.indexOf('\n') + 1
        if (first > 0) sink(mask(held.join('') + text.slice(0, first)))
        if (end > first) sink(mask(text.slice(first, end)))
        return hold(text.slice(end))
      }
      held.push(text)
      length += text.length
      if (length > HELD) cutLong()
    },
    end: () => {
      const text = held.join('') + decoder.end()
      hold('')
      if (text !== '') sink(`${mask(text)}\n`)
    },
  }
}
