import { messageText } from './message-text.ts'

const payloadOf = (body: string): unknown => {
  try {
    return JSON.parse(body.startsWith('payload=') ? (new URLSearchParams(body).get('payload') ?? '') : body)
  } catch {
    return ''
  }
}

/** What a message says: `text` is how it begins, and the body of one that was held has all of it. */
export const wholeText = ({ text, body }: { text: string; body: string | null }): string => {
  const whole = body === null ? '' : messageText(payloadOf(body))
  return whole.startsWith(text) ? whole : text
}
