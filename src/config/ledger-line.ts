import { flowMap, scalar } from './scalar.ts'

/** What a config says of one app's ledger. */
export interface WrittenLedger {
  /** Null: not said. */
  remote: string | null
  id: string | null
  ref: string | null
  logs: 'none' | null
}

/** The line `ledger: { … }`. */
export const ledgerLine = ({ remote, id, ref, logs }: WrittenLedger): string =>
  `ledger: ${flowMap({ remote: remote === null ? null : scalar(remote), id: id === null ? null : `'${id}'`, ref: ref === null ? null : scalar(ref), logs })}`

const ONE_LINE = /^ledger:[ \t]*\{[^{}\n]*\}/m
const VERSION = /^version:.*$/m

/**
 * The text of a config with that line, everything else as it was.
 * @returns null where it is not simple: the section spans lines, or several apps say each their own
 */
export const withLedger = (text: string, line: string): string | null => {
  if (/^apps:/m.test(text)) return null
  if (ONE_LINE.test(text)) return text.replace(ONE_LINE, () => line)
  return /^ledger:/m.test(text) || !VERSION.test(text) ? null : text.replace(VERSION, (version) => `${version}\n${line}`)
}
