/** How a user's file is laid out: what is added looks like what is there. */
export interface Layout {
  eol: '\n' | '\r\n'
  /** One step to the right. */
  unit: string
  /** Everything on one line. */
  flat: boolean
}

/** The line end of a text: that of its first line; `\n` where it has one line. */
export const eolOf = (text: string): Layout['eol'] => (/\r?\n/.exec(text)?.[0] === '\r\n' ? '\r\n' : '\n')

/** The layout of a JSON text. One with nothing in it is taken for one that will be on several lines. */
export const layoutOf = (text: string): Layout => {
  const unit = /\n([ \t]{1,8})["[{]/.exec(text)?.[1] ?? '  '
  const flat = !text.trim().includes('\n') && /["\d]/.test(text)
  return { eol: eolOf(text), unit, flat }
}

const isPlain = (value: unknown): boolean => typeof value !== 'object' || value === null

/** A JSON value as text, its first line where the cursor is; lists of plain values stay on one line, as formatters have it. */
export const renderJson = (value: unknown, { eol, unit, flat }: Layout, indent = ''): string => {
  if (isPlain(value)) return JSON.stringify(value)
  if (Array.isArray(value) && value.every(isPlain)) return `[${value.map((one) => JSON.stringify(one)).join(flat ? ',' : ', ')}]`
  const inner = indent + unit
  const deep = (one: unknown) => renderJson(one, { eol, unit, flat }, inner)
  const parts = Array.isArray(value)
    ? value.map(deep)
    : Object.entries(value as object).map(([key, one]) => `${JSON.stringify(key)}:${flat ? '' : ' '}${deep(one)}`)
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  if (parts.length === 0) return `${open}${close}`
  return flat
    ? `${open}${parts.join(',')}${close}`
    : `${open}${eol}${parts.map((one) => inner + one).join(`,${eol}`)}${eol}${indent}${close}`
}
