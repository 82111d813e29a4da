import { oneLine } from '../harmless.ts'

/** Longer messages are cut: the runner takes 64 KB of one, and nobody reads that. */
const LONGEST = 2000

type Kind = 'error' | 'warning' | 'notice' | 'group' | 'endgroup'

/** The text of a workflow command, as the runner unescapes it. */
const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

/** A property of one: there `:` and `,` end it as well. */
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')

/**
 * One workflow command, as a line. Whatever a text holds, it stays one command: a runner unescapes it to what it was.
 * @param properties in this order; empty ones are left out
 */
export const command = (kind: Kind, text: string, properties: Readonly<Record<string, string>> = {}): string => {
  const given = Object.entries(properties).flatMap(([name, value]) => (value === '' ? [] : [`${name}=${property(oneLine(value))}`]))
  const lines = text.slice(0, LONGEST).split('\n').map(oneLine).join('\n')
  return `::${kind}${given.length > 0 ? ` ${given.join(',')}` : ''}::${data(lines)}`
}
