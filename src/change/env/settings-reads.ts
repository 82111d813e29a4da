import type { EnvRead } from './env-read.ts'

/** A field: `name: type`, and its default where it has one. */
const FIELD = /^(\s+)([A-Za-z]\w*)\s*:\s*([^=\n]+?)\s*(?:=(?!=)\s*(.*))?$/
const CLASS = /^(\s*)class\s+(\w+)\s*\(([^()]*)\)?/
/** Environment settings of pydantic, by their usual names. */
const BASE = /(?:^|[\s,.[\]])(?:BaseSettings|\w*Settings\w*)(?:$|[\s,[\]])/
const NO_FIELD = new Set(['model_config', 'Config', 'class_config'])
/** Lines of a field's value that are read. */
const MAX_VALUE = 8

interface SettingsClass {
  name: string
  indent: number
  base: string
  from: number
  to: number
}

/**
 * Fields of pydantic settings classes as the keys that fill them: upper case, behind the class's prefix, or their aliases.
 * A prefix of a base class in another file is not known.
 */
export const settingsReads = (path: string, lines: readonly string[]): EnvRead[] => {
  if (!path.endsWith('.py') || !lines.some((line) => line.includes('Settings'))) return []
  const names = new Set<string>()
  const classes = classesIn(lines).filter(({ name, base }) => {
    const isOne = BASE.test(base) || base.split(',').some((one) => names.has(one.trim()))
    if (isOne) names.add(name)
    return isOne
  })
  const prefixes = new Map<string, string>()
  return classes.flatMap((one) => {
    const body = lines.slice(one.from, one.to)
    const own = prefixIn(body)
    const prefix =
      own ??
      one.base
        .split(',')
        .map((base) => prefixes.get(base.trim()))
        .find(Boolean) ??
      ''
    prefixes.set(one.name, prefix)
    return fieldsOf(one, lines)
      .filter(({ type }) => !names.has(type))
      .flatMap((field) => readsOfField(field, prefix))
  })
}

const classesIn = (lines: readonly string[]): SettingsClass[] =>
  lines.flatMap((line, i) => {
    const match = line.length <= 2000 ? CLASS.exec(line) : null
    if (!match) return []
    const indent = match[1]!.length
    let to = i + 1
    while (to < lines.length && (lines[to]!.trim() === '' || indentOf(lines[to]!) > indent)) to++
    return [{ name: match[2]!, indent, base: match[3]!, from: i + 1, to }]
  })

const indentOf = (line: string): number => /^\s*/.exec(line)![0].length

const prefixIn = (body: readonly string[]): string | null => {
  for (const line of body) {
    const match = line.length <= 2000 ? /env_prefix["']?\s*[=:]\s*["']([^"']*)["']/.exec(line) : null
    if (match) return match[1]!
  }
  return null
}

interface Field {
  name: string
  type: string
  value: string | null
  line: number
}

const fieldsOf = ({ indent, from, to }: SettingsClass, lines: readonly string[]): Field[] => {
  const fields: Field[] = []
  let body = -1
  for (let i = from; i < to; i++) {
    const line = lines[i]!
    if (line.trim() === '' || line.length > 2000) continue
    if (body === -1) body = indentOf(line)
    const match = indentOf(line) === body && body > indent ? FIELD.exec(line) : null
    if (!match || NO_FIELD.has(match[2]!) || /^ClassVar\b/.test(match[3]!)) continue
    fields.push({ name: match[2]!, type: match[3]!, value: match[4] === undefined ? null : valueFrom(lines, i, match[4]), line: i + 1 })
  }
  return fields
}

/** A value that goes on over lines while its bracket is open. */
const valueFrom = (lines: readonly string[], i: number, first: string): string => {
  let value = first
  for (let k = 1; k <= MAX_VALUE && openIn(value) > 0 && i + k < lines.length; k++) value += ` ${lines[i + k]!.trim()}`
  return value
}

const openIn = (text: string): number => text.split(/[([{]/).length - text.split(/[)\]}]/).length

const readsOfField = ({ name, type, value, line }: Field, prefix: string): EnvRead[] => {
  const settings = /^(?:\w+\.)?Field\s*\(/.test(value ?? '') ? value! : null
  const aliases = settings ? aliasesIn(settings) : []
  const keys = aliases.length > 0 ? aliases : [`${prefix}${name}`]
  const given = settings ? defaultOf(settings) : value
  const need = given === null ? (/\bNone\b|Optional\[/.test(type) ? 'unsaid' : 'required') : 'optional'
  const fallback = given === null ? null : (/^["']([^"'\n]*)["']/.exec(given)?.[1] ?? given.slice(0, 40))
  return keys.map((key) => ({ key: key.toUpperCase(), line, need, fallback, build: false }))
}

const aliasesIn = (settings: string): string[] => {
  const match = /(?:validation_alias|alias|env)\s*=\s*(AliasChoices\(|\[|\()?([^)\]]*)/.exec(settings)
  if (!match) return []
  const all = [...match[2]!.matchAll(/["']([A-Za-z]\w*)["']/g)].map((one) => one[1]!)
  return match[1] ? all : all.slice(0, 1)
}

/** The default of a `Field(…)`, or null where it has none. */
const defaultOf = (settings: string): string | null => {
  const named = /\bdefault(?:_factory)?\s*=\s*(.{0,60})/.exec(settings)
  if (named) return named[1]!.startsWith('...') ? null : named[1]!
  const first = /^(?:\w+\.)?Field\s*\(\s*([^,)]*)/.exec(settings)?.[1]?.trim() ?? ''
  return first === '' || first === '...' || /^\w+\s*=/.test(first) ? null : first
}
