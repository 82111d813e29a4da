/** An env key as a value of the config names it: `$KEY` or `${KEY}`. */
export const KEY = /^\$(?:[A-Za-z_][A-Za-z0-9_]*|\{[A-Za-z_][A-Za-z0-9_]*\})$/

/** The name of the env key that such a value names: `$KEY` and `${KEY}` are the same. */
export const keyNamed = (written: string): string => written.replace(/[${}]/g, '')
