const GO_ESCAPES: Record<string, string> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026', '\u2028': '\\u2028', '\u2029': '\\u2029' }

/** One document as Go's encoder writes it: 4 spaces (or `indent`), HTML characters escaped, a newline at the end. */
export const renderJson = (value: unknown, indent = 4): string =>
  `${JSON.stringify(value, null, indent).replace(/[<>&\u2028\u2029]/g, (char) => GO_ESCAPES[char] ?? char)}\n`

/** Columns for people: header, rows, two spaces between. */
export const renderTable = (header: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = header.map((cell, i) => Math.max(cell.length, ...rows.map((row) => (row[i] ?? '').length)))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('\t')
      .trimEnd()
  return `${[header, ...rows].map(line).join('\n')}\n`
}
