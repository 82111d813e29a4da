/** Text of others for one line of ours: no line ends, no control characters, nothing that turns the direction of writing. */
export const oneLine = (text: string): string =>
  text
    .replace(/[\s\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '')
    .trim()

/** At most `most` characters, the last one `…` where something was cut; neither half a character nor half an entity (`&lt;`) stays. */
export const clip = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, Math.max(0, most - 1)).replace(/(?:[\ud800-\udbff]|&[a-z]{0,4})$/, '')}…`

/** Characters of a notice, and bytes of it: Slack edits no longer text. */
const MOST = 3000
const MOST_BYTES = 3900

/** Lines as far as there is room for whole ones. */
export const fitted = (lines: readonly string[]): string => {
  const kept: string[] = []
  const size = { chars: 1, bytes: 3 }
  for (const line of lines) {
    size.chars += line.length + 1
    size.bytes += Buffer.byteLength(line) + 1
    if (size.chars > MOST || size.bytes > MOST_BYTES) return [...kept, '…'].join('\n')
    kept.push(line)
  }
  return kept.join('\n')
}
