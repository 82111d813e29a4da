const plain = /[a-z0-9_-]/

const percent = (char: string): string =>
  [...Buffer.from(char)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')

/**
 * The name of a target as one component of a git ref: lower case, and %XX for each byte that a ref name or a careless shell could trip over.
 * Git refuses components that begin with a dot, hold two in a row, or end in `.` or `.lock` (git-check-ref-format).
 */
export const encodeApp = (name: string): string =>
  [...name.toLowerCase()]
    .map((char) => (plain.test(char) || char === '.' ? char : percent(char)))
    .join('')
    .replace(/^\.|\.(?=\.)|\.$|\.(?=lock$)/g, '%2E')

/** The name as it was encoded, in lower case; for eyes only. */
export const decodeApp = (ref: string): string => {
  try {
    return decodeURIComponent(ref)
  } catch {
    return ref
  }
}
