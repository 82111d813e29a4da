/**
 * What an expression comes to: a value, or not known; `may` where it is anybody's guess, false where it holds as a rule; `begins` how its text
 * begins all the same.
 */
export type Value = { is: string | number | boolean | null } | { may: boolean; begins?: string }

/** Gives a name's value: `github.ref` (small letters). */
export type Lookup = (name: string) => Value

export const known = (is: string | number | boolean | null): Value => ({ is })
export const unknown = (may: boolean, begins?: string): Value => ({ may, ...(begins === undefined ? {} : { begins }) })

/** Longer or deeper than any condition people write. */
const LONGEST = 4_000
const DEEPEST = 40

const TOKEN = /\s*(?:('(?:[^']|'')*')|(\d[\w.]*)|(&&|\|\||==|!=|<=|>=|[<>!(),])|([A-Za-z_][\w.*-]*(?:\[[^\]]*\][\w.*-]*)*))/y

const tokensOf = (text: string): string[] | null => {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  while (text.slice(TOKEN.lastIndex).trim() !== '') {
    const found = TOKEN.exec(text)
    if (!found) return null
    tokens.push(found[0].trim())
  }
  return tokens
}

export const isTrue = (value: Value): boolean | null => ('is' in value ? Boolean(value.is) : null)

const and = (a: Value, b: Value): Value => {
  if (isTrue(a) !== null) return isTrue(a) ? b : a
  return isTrue(b) === false ? b : unknown(mayOf(a) || mayOf(b))
}

const or = (a: Value, b: Value): Value => {
  if (isTrue(a) !== null) return isTrue(a) ? a : b
  // What holds as a rule makes the whole hold as a rule.
  return isTrue(b) === true ? b : unknown(isTrue(b) === false ? mayOf(a) : mayOf(a) && mayOf(b))
}

const mayOf = (value: Value): boolean => 'may' in value && value.may

const small = (value: Value): string => ('is' in value ? String(value.is ?? '').toLowerCase() : '')

/** Can a text that begins so be that one? */
const apart = (a: Value, b: Value): boolean => 'begins' in a && a.begins !== undefined && 'is' in b && !small(b).startsWith(a.begins)

const compared = (sign: string, a: Value, b: Value): Value => {
  if (apart(a, b) || apart(b, a)) return known(sign === '!=')
  if (!('is' in a && 'is' in b)) return unknown(mayOf(a) || mayOf(b))
  if (sign === '==' || sign === '!=') return known((small(a) === small(b)) === (sign === '=='))
  return unknown(true)
}

const ALWAYS: Readonly<Record<string, Value>> = {
  always: known(true),
  success: known(true),
  failure: known(false),
  cancelled: known(false),
  hashfiles: unknown(false),
}

const TESTS: Readonly<Record<string, (text: string, part: string) => boolean>> = {
  contains: (text, part) => text.includes(part),
  startswith: (text, part) => text.startsWith(part),
  endswith: (text, part) => text.endsWith(part),
}

const called = (name: string, args: readonly Value[]): Value => {
  const fixed = ALWAYS[name]
  if (fixed) return fixed
  if (name === 'fromjson') return args[0] ?? unknown(true)
  const [text, part] = args
  const test = TESTS[name]
  if (!test || !text || !part) return unknown(true)
  if ('begins' in text && text.begins !== undefined && 'is' in part && name === 'startswith') return beginsWith(text.begins, small(part))
  if (!('is' in text && 'is' in part)) return unknown(mayOf(text) || mayOf(part))
  return known(name === 'contains' ? has(text, part) : test(small(text), small(part)))
}

const beginsWith = (begins: string, part: string): Value =>
  begins.startsWith(part) ? known(true) : part.startsWith(begins) ? unknown(false) : known(false)

/** `contains(fromJSON('["a", "b"]'), x)` asks for a whole entry. */
const has = (list: Value, part: Value): boolean => {
  const text = small(list)
  return text.startsWith('[') && text.endsWith(']') ? text.includes(JSON.stringify(small(part))) : text.includes(small(part))
}

/** The value of an expression of GitHub's, with or without `${{ }}`. */
export const evaluate = (text: string, lookup: Lookup): Value => {
  const bare = text.replace(/\$\{\{|\}\}/g, ' ')
  const tokens = bare.length > LONGEST ? null : tokensOf(bare)
  if (!tokens) return unknown(true)
  const reader = makeReader(tokens, lookup)
  const found = reader.either(0)
  return reader.done() ? found : unknown(true)
}

const makeReader = (tokens: readonly string[], lookup: Lookup) => {
  let at = 0
  const take = (...signs: string[]): string | null => (signs.includes(tokens[at] ?? '') ? tokens[at++]! : null)
  const chain = (next: (depth: number) => Value, sign: string, join: (a: Value, b: Value) => Value, depth: number): Value => {
    let found = next(depth)
    while (take(sign)) found = join(found, next(depth))
    return found
  }
  const either = (depth: number): Value => (depth > DEEPEST ? unknown(true) : chain(both, '||', or, depth))
  const both = (depth: number): Value => chain(comparison, '&&', and, depth)
  const comparison = (depth: number): Value => {
    const left = negated(depth)
    const sign = take('==', '!=', '<', '>', '<=', '>=')
    return sign ? compared(sign, left, negated(depth)) : left
  }
  const negated = (depth: number): Value => {
    let flips = 0
    while (take('!')) flips += 1
    const found = primary(depth)
    const holds = isTrue(found)
    return flips === 0 || holds === null ? found : known(flips % 2 === 1 ? !holds : holds)
  }
  const args = (depth: number): Value[] => {
    const found: Value[] = []
    while (at < tokens.length && !take(')')) {
      found.push(either(depth + 1))
      if (!take(',') && tokens[at] !== ')') break
    }
    return found
  }
  const primary = (depth: number): Value => {
    if (take('(')) {
      const found = either(depth + 1)
      return take(')') ? found : unknown(true)
    }
    const token = tokens[at++] ?? ''
    if (token.startsWith("'")) return known(token.slice(1, -1).replaceAll("''", "'"))
    if (/^\d/.test(token)) return known(Number(token))
    const name = token.toLowerCase().replace(/\['([^']*)'\]/g, '.$1')
    if (name === 'true' || name === 'false') return known(name === 'true')
    if (name === 'null' || name === '') return known(null)
    return take('(') ? called(name, args(depth)) : lookup(name)
  }
  return { either, done: () => at >= tokens.length }
}
