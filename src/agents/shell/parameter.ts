import type { ParameterExpansionPart, ParameterOperation, Word } from 'unbash'
import { HOLE, lookUp, type Shell } from './shell.ts'

/** Reads a word as one text. */
type Read = (shell: Shell, word: Word) => string

const positionalNamed = (shell: Shell, name: string): readonly string[] | undefined => {
  if (name === '@' || name === '*') return shell.positional
  if (name === '#') return [String(shell.positional.length)]
  if (name === '0') return shell.vars.get('0')?.[0] ?? ['sh']
  if (/^[1-9]\d?$/.test(name)) {
    const value = shell.positional[Number(name) - 1]
    return value === undefined ? undefined : [value]
  }
  return /^[?$!_-]$/.test(name) ? ['0'] : undefined
}

/** All a parameter holds; undefined where nobody set it. */
export const held = (shell: Shell, name: string): readonly string[] | undefined =>
  /^[A-Za-z_]/.test(name) ? (name === 'IFS' ? (lookUp(shell, name) ?? [' \t\n']) : lookUp(shell, name)) : positionalNamed(shell, name)

const cut = (value: string, pattern: string, longest: boolean, end: boolean): string => {
  const star = end ? pattern.endsWith('*') : pattern.startsWith('*')
  const fixed = star ? (end ? pattern.slice(0, -1) : pattern.slice(1)) : pattern
  if (/[*?[]/.test(fixed)) return HOLE
  if (!star)
    return end
      ? value.endsWith(fixed)
        ? value.slice(0, -fixed.length || undefined)
        : value
      : value.startsWith(fixed)
        ? value.slice(fixed.length)
        : value
  const at = end === longest ? value.indexOf(fixed) : value.lastIndexOf(fixed)
  if (at < 0) return value
  return end ? value.slice(0, at) : value.slice(at + fixed.length)
}

const replaced = (value: string, operator: string, pattern: string, by: string): string => {
  if (pattern === '' || /[*?[]/.test(pattern)) return HOLE
  if (operator === '//') return value.length * by.length > 65_536 ? HOLE : value.replaceAll(pattern, () => by)
  if (operator === '/#') return value.startsWith(pattern) ? by + value.slice(pattern.length) : value
  if (operator === '/%') return value.endsWith(pattern) ? value.slice(0, -pattern.length) + by : value
  return value.replace(pattern, () => by)
}

const cased = (value: string, operator: string): string => {
  const turn = (text: string): string => (operator.startsWith('^') ? text.toUpperCase() : text.toLowerCase())
  return operator.length === 2 ? turn(value) : turn(value.slice(0, 1)) + value.slice(1)
}

const sliced = (value: string, offset: string, length: string | null): string => {
  const [from, size] = [Number(offset.trim()), length === null ? null : Number(length.trim())]
  if (!Number.isInteger(from) || (size !== null && !Number.isInteger(size))) return HOLE
  const tail = value.slice(from)
  return size === null ? tail : size < 0 ? tail.slice(0, size) : tail.slice(0, size)
}

const altered = (shell: Shell, value: string, how: ParameterOperation, read: Read): string => {
  if (value.includes(HOLE)) return value
  if (how.type === 'Remove') return cut(value, read(shell, how.operand), how.operator.length === 2, how.operator.startsWith('%'))
  if (how.type === 'Replace') return replaced(value, how.operator, read(shell, how.pattern), read(shell, how.replacement))
  if (how.type === 'CaseModification') return cased(value, how.operator)
  if (how.type === 'Slice') return sliced(value, read(shell, how.offset), how.length ? read(shell, how.length) : null)
  return how.type === 'Transform' ? value : HOLE
}

const isEmpty = (values: readonly string[] | undefined): boolean => values === undefined || values.every((one) => one === '')

/** `:-` and its kin. What a default would fill in is taken where the variable is not known. */
const withDefault = (shell: Shell, part: ParameterExpansionPart, values: readonly string[] | undefined, read: Read): readonly string[] => {
  const how = part.operation!
  if (how.type !== 'Default') return values ?? []
  const missing = how.operator.startsWith(':') ? isEmpty(values) : values === undefined
  if (how.operator.endsWith('+')) return missing && !shell.world.env[part.parameter] ? [] : [read(shell, how.operand)]
  if (!missing) return values!
  if (how.operator.endsWith('?')) return [HOLE]
  const text = read(shell, how.operand)
  if (how.operator.endsWith('=')) shell.vars.set(part.parameter, [[text]])
  return [text]
}

const indexed = (shell: Shell, part: ParameterExpansionPart, values: readonly string[] | undefined, read: Read) => {
  if (!part.index || values === undefined) return values
  const index = part.index.text
  if (index === '@' || index === '*') return values
  const at = Number(read(shell, part.index).trim())
  const value = Number.isInteger(at) ? values.at(at) : values.length === 1 ? values[0] : HOLE
  return value === undefined ? undefined : [value]
}

/** Does it stand for several words? */
export const isList = (part: ParameterExpansionPart): boolean =>
  part.parameter === '@' || part.parameter === '*' || part.index?.text === '@' || part.index?.text === '*'

/**
 * What `${…}` stands for: one text, or all words of a list.
 * @returns a hole where nobody knows
 */
export const expandParameter = (shell: Shell, part: ParameterExpansionPart, read: Read): readonly string[] => {
  const all = held(shell, part.parameter)
  if (part.prefix === '#') return [String(isList(part) ? (all?.length ?? 0) : (all?.[0]?.length ?? 0))]
  const named = isList(part) || part.index ? indexed(shell, part, all, read) : all?.slice(0, 1)
  const values = part.prefix === '!' && !part.index ? held(shell, named?.[0] ?? '') : named
  if (!part.operation) return values ?? (isList(part) ? [] : [HOLE])
  if (part.operation.type === 'Default') return withDefault(shell, part, values, read)
  return values === undefined ? [HOLE] : values.map((value) => altered(shell, value, part.operation!, read))
}
