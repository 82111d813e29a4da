/** A requirement of Python. */
export interface Requirement {
  /** Normalised. */
  name: string
  extras: readonly string[]
  /** `*` where it names none; null for a URL, whose text may hold a password. */
  constraint: string | null
  /** The condition after `;`. */
  marker: string
}

/** A range that says nothing. */
export const ANY = '*'

/** `Jaraco.Classes` is `jaraco-classes` (PEP 503). */
export const pyName = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-')

/** `name[extra]>=1,<2; marker` (PEP 508), as in manifests; null for what names no package. */
export const parseRequirement = (text: string): Requirement | null => {
  const match = /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?\s*(?=$|[<>=!~@;(,])/.exec(text.slice(0, 2000))
  if (!match) return null
  const rest = text.slice(match[0].length)
  const [range = '', marker = ''] = rest.startsWith('@') ? ['', rest.split(/\s;/)[1]] : rest.split(';')
  return {
    name: pyName(match[1] ?? ''),
    extras: (match[2] ?? '').split(',').flatMap((extra) => (extra.trim() ? pyName(extra.trim()) : [])),
    constraint: rest.startsWith('@') ? null : bare(range.trim()) || ANY,
    marker: marker.trim(),
  }
}

const bare = (range: string): string => (range.startsWith('(') && range.endsWith(')') ? range.slice(1, -1).trim() : range)

/** Extras that a marker asks for: `extra == "redis"`. */
export const extrasIn = (marker: string): string[] =>
  [...marker.matchAll(/\bextra\s*==\s*["']([^"']+)["']/g)].map((match) => pyName(match[1] ?? ''))
