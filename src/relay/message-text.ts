/** Characters and parts of a message that are looked at. */
const MAX_TEXT = 8_192
const MAX_PARTS = 400

/** Where a part of a message keeps what people read; the rest is layout. In the order in which Slack shows it. */
const SHOWN = ['pretext', 'title', 'text', 'fallback', 'value'] as const
const HOLDS = ['fields', 'rows', 'elements', 'accessory', 'blocks', 'attachments'] as const
const FROM_LAST = [...SHOWN, ...HOLDS].reverse()

/**
 * All that a Slack message says, as lines: its text, blocks and attachments. What is said twice (a fallback, a text that repeats the blocks) counts once.
 * @param message a parsed webhook body of any shape
 */
export const messageText = (message: unknown): string => {
  const said = new Set<string>()
  // The next one last: taking from the front, and putting there, moves all the others.
  const left: unknown[] = [message]
  for (let size = 0, parts = 0; left.length > 0 && size < MAX_TEXT && parts < MAX_PARTS; parts++) {
    const part = left.pop()
    if (typeof part === 'string') {
      const text = part.slice(0, MAX_TEXT).trim()
      if (text !== '' && !said.has(text)) size += text.length
      if (text !== '') said.add(text)
    } else if (Array.isArray(part)) left.push(...part.slice(0, MAX_PARTS).reverse())
    else if (typeof part === 'object' && part !== null) {
      const table = part as Record<string, unknown>
      left.push(...FROM_LAST.map((name) => table[name]))
    }
  }
  return [...said].join('\n')
}
