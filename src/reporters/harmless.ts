/** CSI, OSC, DCS and the like, and two-byte escapes. Bounded, so that a stream of escapes costs linear time. */
const ESCAPES =
  /\u001b\[[0-?]{0,64}[ -/]{0,8}[@-~]|\u009b[0-?]{0,64}[ -/]{0,8}[@-~]|[\u001b][\]PX^_][^\u0007\u001b\u009c]{0,4096}(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]{0,4}[0-~]/g
/** Control characters other than tab, line separators, and marks that turn the direction of text. */
const CONTROLS = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
const LONGEST = 4000

/** A line of ours, which may quote foreign text: harmless, and on one line whatever was quoted. */
export const oneLine = (text: string): string => harmless(text.replace(/[\r\n]+/g, ' ')).trimEnd()

/**
 * One line of foreign text, made harmless for a terminal: no escapes, no control characters but tab, no text that runs backwards. Of a line
 * that overwrote itself (carriage returns) the last version is kept.
 */
export const harmless = (text: string): string => {
  const bare = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
  if (!/[^\t\u0020-\u007e\u00a0-\u1fff\u2070-\ud7ff\uf900-\ufffd]/.test(bare)) return bare
  const versions = bare.replace(ESCAPES, '').split('\r')
  const last = versions.findLast((version) => version.trim() !== '') ?? ''
  return last.replace(CONTROLS, '')
}
