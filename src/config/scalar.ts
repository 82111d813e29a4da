const PLAIN = /^[A-Za-z./_][\w./-]*(?: [\w./=-]+)*$/
const MEANS_MORE = /^(?:true|false|null|yes|no|on|off|\.(?:nan|inf))$/i

/** A text as YAML that reads back as the same text, also inside `{ … }` and `[ … ]`. */
export const scalar = (text: string): string => {
  if (PLAIN.test(text) && !MEANS_MORE.test(text)) return text
  return /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]/.test(text) ? JSON.stringify(text) : `'${text.replaceAll("'", "''")}'`
}

/** Texts as a YAML list on one line. */
export const flowList = (texts: readonly string[]): string => `[${texts.map(scalar).join(', ')}]`

/** A map on one line; keys without a value are left out. */
export const flowMap = (pairs: Readonly<Record<string, string | null>>): string =>
  `{ ${Object.entries(pairs)
    .flatMap(([key, value]) => (value === null ? [] : [`${key}: ${value}`]))
    .join(', ')} }`
