/** A Cargo requirement as an npm range: a comma means "and", a bare version is a caret. */
export const cargoToNpm = (constraint: string): string =>
  constraint
    .split(',')
    .map((part) => part.trim())
    .map((part) => (/^\d/.test(part) && !part.includes('*') ? `^${part}` : part))
    .join(' ')

/** A Hex requirement as an npm range: words for "and" and "or"; `~> 2.0` ends below 3.0, `~> 2.0.1` below 2.1. */
export const hexToNpm = (constraint: string): string =>
  constraint
    .split(/\s+or\s+|\s*\|\|\s*/)
    .map((all) =>
      all
        .split(/\s+and\s+|\s*&&\s*/)
        .flatMap((part) => hexPart(part.trim()))
        .join(' '),
    )
    .join(' || ')

const hexPart = (part: string): string[] => {
  const [, operator = '', version = ''] = /^(~>|==|!=|>=|<=|>|<|=)?\s*(\S+)$/.exec(part) ?? []
  if (version === '') throw new Error('no requirement')
  if (operator === '!=') return []
  if (operator !== '~>') return [`${operator === '==' ? '=' : operator}${version}`]
  const numbers = version
    .replace(/[-+].*$/, '')
    .split('.')
    .map(Number)
  const [major = 0, minor = 0] = numbers
  return [`>=${pad(version)}`, numbers.length > 2 ? `<${major}.${minor + 1}.0-0` : `<${major + 1}.0.0-0`]
}

/** `2.0` as `2.0.0`. */
const pad = (version: string): string => {
  const [numbers = '', rest] = version.split(/(?=[-+])/)
  const parts = numbers.split('.')
  return [...parts, '0', '0'].slice(0, Math.max(3, parts.length)).join('.') + (rest ?? '')
}
