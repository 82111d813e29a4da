/** Lines as comments. */
export const commented = (lines: readonly string[]): string[] => lines.map((line) => `# ${line}`)

export const indented = (lines: readonly string[], by: number): string[] => lines.map((line) => `${' '.repeat(by)}${line}`)

/** A note as the tail of a comment: one line, without what would end it. */
export const oneLine = (text: string): string =>
  text
    .replace(/[\s\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .trim()
    .slice(0, 160)
