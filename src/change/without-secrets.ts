import { isSecretName, makeMask } from '../redact.ts'

const withoutKnown = makeMask([])
/** Longer commands say no more. */
const MAX = 400
const VALUE = '("[^"]{1,400}"|\'[^\']{1,400}\'|[^\\s"\'&;,)\\]]{1,400})'
const NAME = '(?<![\\w-])(-{0,2}[A-Za-z_][\\w-]{0,80})'
/** `NAME=value`; `--name value` and `"--name", "value"`; `name: value`. Each by itself, or one would take what another begins with; every part is bounded, so that time stays linear. */
const GIVEN = ['(=)', '(\\s{1,4}(?!-)|["\'],\\s{0,4}(?=["\'][^-]))', '(:\\s{1,4})'].map(
  (between, i) => new RegExp((i === 1 ? NAME.replace('{0,2}', '{1,2}') : NAME) + between + VALUE, 'g'),
)
const LONG_WORD = /[A-Za-z0-9_+-]{16,}/g

/**
 * A command or a line of a file as a fact may repeat it: without credentials of a known shape, values that a secret's name is given, and words that look
 * drawn by lot.
 */
export const withoutSecrets = (text: string): string => {
  const known = GIVEN.reduce((left, given) => left.replace(given, hidden), withoutKnown(text.slice(0, 2 * MAX)))
  const told = known.replace(LONG_WORD, (word) => (isDrawn(word) ? '•••' : word))
  return told.length > MAX || text.length > 2 * MAX ? `${told.slice(0, MAX)}…` : told
}

/** What refers to a variable shows nothing. */
const hidden = (all: string, name: string, between: string, value: string): string =>
  isSecretName(name.replace(/^-+/, '').replaceAll('-', '_')) && !/^["']?\$/.test(value)
    ? `${name}${between}${value.replace(/[^"']+/, '•••')}`
    : all

/** Upper and lower case and some digits, mixed, are no word of anybody's, and neither is a long hexadecimal number. */
export const isDrawn = (word: string): boolean =>
  word.length >= 16 && ((/[a-z]/.test(word) && /[A-Z]/.test(word) && (word.match(/\d/g) ?? []).length >= 3) || /^[0-9a-f]{32,}$/.test(word))
