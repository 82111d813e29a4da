import type { ChangedLine } from '../../model.ts'
import { isReal, SHAPES, type Shape } from './shapes.ts'

/** A credential in a line. `values` is what must never be shown: the credential, or all lines of a key. */
export interface Hit {
  id: string
  what: string
  /** `own`: drawn up by whoever uses it, so that a test may have one too; `open`: often meant to be seen. */
  kind: 'given' | 'own' | 'open'
  n: number
  /** Characters of it. */
  length: number
  values: readonly string[]
}

/** Credentials found in one file; more say nothing new. */
const MAX_HITS = 200

/** Credentials of a public format among the lines of a file. */
export const hitsIn = (lines: readonly ChangedLine[]): Hit[] => {
  const dense = lines.filter(({ text }) => mayHold(text))
  if (dense.length === 0) return []
  const text = dense.map((line) => line.text).join('\n')
  const shapes = SHAPES.filter(({ words }) => words.some((word) => text.includes(word)))
  const keys = lines.some((line) => line.text.includes(BEGINS)) ? keyHits(lines) : []
  return [...shapes.flatMap((shape) => shapeHits(shape, dense)), ...keys].slice(0, MAX_HITS)
}

/** Characters that a credential has in a row at least; an address with a password has fewer. */
const ROW = 20

/** Could a credential stand in this text? Few have so long a word, and of the others only every twentieth character is looked at. */
export const mayHold = (text: string): boolean => hasRow(text) || text.includes('://')

const hasRow = (text: string): boolean => {
  for (let at = ROW - 1; at < text.length; ) {
    let from = at
    while (from > at - ROW && isWord(text.charCodeAt(from))) from--
    if (from === at - ROW) return true
    at = from + ROW
  }
  return false
}

/** A letter, a digit, or one of `+-/_`. */
const isWord = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 47 && code <= 57) || code === 95 || code === 43 || code === 45

const shapeHits = (shape: Shape, lines: readonly ChangedLine[]): Hit[] =>
  lines
    .filter(({ text }) => shape.words.some((word) => text.includes(word)))
    .flatMap(({ n, text }) =>
      [...text.matchAll(shape.pattern)]
        .map((match) => match.groups?.v ?? match[0])
        .filter((value) => isReal(shape, value, text))
        .map((value) => ({ id: shape.id, what: shape.what, kind: kindOf(shape), n, length: value.length, values: [value] })),
    )

const kindOf = ({ own, open }: Shape): Hit['kind'] => (open ? 'open' : own ? 'own' : 'given')

const BEGINS = 'PRIVATE KEY'
const HEADER = /-----BEGIN (?:(?:RSA|EC|DSA|OPENSSH|ENCRYPTED|PGP) )?PRIVATE KEY(?: BLOCK)?-----/
const BODY = /[A-Za-z0-9+/=]{40,}/g
/** Lines between the header and the key: `Proc-Type`, `Version`, none. */
const BETWEEN = 4
const MAX_BODY = 200

/** Private keys with something in them; a header alone is code that looks for one. */
const keyHits = (lines: readonly ChangedLine[]): Hit[] =>
  lines.flatMap((line, i): Hit[] => {
    if (!HEADER.test(line.text)) return []
    const inline = line.text.match(BODY) ?? []
    const values = (inline.length > 0 ? inline : bodyAfter(lines, i)).filter((value) => new Set(value).size > 10)
    if (values.length === 0) return []
    return [{ id: 'private-key', what: 'a private key', kind: 'own', n: line.n, length: values.join('').length, values }]
  })

const bodyAfter = (lines: readonly ChangedLine[], i: number): string[] => {
  const body: string[] = []
  for (let k = i + 1; k < Math.min(lines.length, i + MAX_BODY); k++) {
    const { text } = lines[k]!
    if (text.includes('-----END')) break
    const found = text.match(BODY) ?? []
    if (found.length === 0 && body.length === 0 && k - i > BETWEEN) break
    body.push(...found)
  }
  return body
}
