import { leadOf } from './versions.ts'

/** The first year that a leading number may be. */
const FIRST_YEAR = 1900
/** Packages whose number is a date or a year, even where it does not look like one. */
const DATED = new Set(
  (
    'argon2-cffi attrs black caniuse-lite certifi constantly hyperlink incremental packaging pip pyopenssl pytz service-identity structlog towncrier ' +
    'trove-classifiers twisted types-pytz tzdata'
  ).split(' '),
)

/** Does its number count years? A new year breaks nothing. */
export const isDated = (name: string, from: string, to: string): boolean =>
  DATED.has(name) || [from, to].some((version) => (leadOf(version) ?? 0) >= FIRST_YEAR)
