/** As much of a terminal as a redrawn list needs: what a person sees when everything has been written. */
export const screenOf = (written: string, columns: number): string => {
  const rows: string[][] = [[]]
  const at = { row: 0, column: 0 }
  const down = () => {
    at.row += 1
    at.column = 0
    rows[at.row] ??= []
  }
  const csi = (argument: number, letter: string) => {
    if (letter === 'A') at.row = Math.max(0, at.row - (argument || 1))
    if (letter === 'G') at.column = (argument || 1) - 1
    if (letter === 'K') rows[at.row] = argument === 2 ? [] : (rows[at.row] ?? []).slice(0, at.column)
    if (letter === 'J') rows.splice(at.row + 1)
  }
  for (const token of written.match(/\u001b\[[?0-9;]*[A-Za-z]|./gsu) ?? []) {
    const csiToken = /^\u001b\[\??(\d*)[0-9;]*([A-Za-z])$/.exec(token)
    if (csiToken) csi(Number(csiToken[1]), csiToken[2] ?? '')
    else if (token === '\n') down()
    else if (token === '\r') at.column = 0
    else {
      if (at.column >= columns) down()
      const row = rows[at.row] ?? []
      row[at.column] = token
      rows[at.row] = row
      at.column += 1
    }
  }
  return rows
    .map((row) =>
      Array.from(row, (cell) => cell ?? ' ')
        .join('')
        .trimEnd(),
    )
    .join('\n')
    .trimEnd()
}
