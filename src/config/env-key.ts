/** An env key as a value of the config names it: `$KEY` or `${KEY}`. */
export const KEY = /^\$(?:[A-Za-z_][A-Za-z0-9_]*|\{[A-Za-z_][A-Za-z0-9_]*\})$/
