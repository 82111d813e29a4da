import type { Example, Pack, Rule } from './rule.ts'

const SEVERITIES = ['off', 'note', 'warn', 'ask', 'block']
const STAGES = ['stop', 'read', 'isolate', 'test', 'deploy']
const LIFECYCLES = ['experimental', 'stable', 'deprecated']

type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/**
 * What is wrong with a rule pack, as sentences; none means it is a `Pack`. Written by hand, since packs are checked at
 * every start and a schema library costs more than all rules together.
 */
export const packProblems = (value: unknown): string[] => {
  if (!isObject(value)) return ['a pack is a table with `id` and `rules`']
  const rules = Array.isArray(value.rules) ? value.rules : []
  const ids = rules.map((rule) => (isObject(rule) ? rule.id : null))
  return [
    ...(isText(value.id) ? [] : ['`id` is missing']),
    ...(rules.length > 0 ? [] : ['`rules` is missing or empty']),
    ...rules.flatMap((rule, i) => ruleProblems(rule).map((problem) => `${isText(ids[i]) ? ids[i] : `rule ${i + 1}`}: ${problem}`)),
    ...ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `${id}: this id is used twice`),
  ]
}

/**
 * A pack as rules.
 * @throws Error naming every problem; a pack that ships is held by a test
 */
export const readPack = (value: unknown): Pack => {
  const problems = packProblems(value)
  if (problems.length > 0) throw new Error(`rule pack: ${problems.join('; ')}`)
  return value as Pack
}

const ruleProblems = (rule: unknown): string[] => {
  if (!isObject(rule)) return ['a rule is a table']
  const when = isObject(rule.when) ? rule.when : {}
  const examples = isObject(rule.examples) ? rule.examples : {}
  return [
    ...(isText(rule.id) && /^[a-z][a-z0-9-]*$/.test(rule.id) ? [] : ['`id` is small letters, digits and dashes']),
    ...oneOf('stage', rule.stage, STAGES),
    ...oneOf('severity', rule.severity, SEVERITIES),
    ...oneOf('lifecycle', rule.lifecycle, LIFECYCLES),
    ...(isText(when.fact) ? [] : ['`when.fact` names a kind of fact']),
    ...(when.where === undefined || isTextTable(when.where) ? [] : ['`when.where` is a table of texts']),
    ...['say', 'why'].filter((key) => !isText(rule[key])).map((key) => `\`${key}\` is a sentence`),
    ...(isList(rule.fix, isText) && (rule.fix as unknown[]).length > 0 ? [] : ['`fix` is a list of sentences or commands']),
    ...['fires', 'silent'].filter((key) => !isList(examples[key], isExample)).map((key) => `\`examples.${key}\` is a list of examples`),
    ...(Array.isArray(examples.fires) && examples.fires.length === 0 ? ['`examples.fires` is empty'] : []),
  ]
}

const oneOf = (key: keyof Rule, value: unknown, allowed: readonly string[]): string[] =>
  allowed.includes(value as string) ? [] : [`\`${key}\` is one of ${allowed.join(', ')}`]

const isList = (value: unknown, each: (item: unknown) => boolean): boolean => Array.isArray(value) && value.every(each)

const isTextTable = (value: unknown): boolean => isObject(value) && Object.values(value).every((text) => typeof text === 'string')

const isExample = (value: unknown): value is Example => {
  if (!isObject(value)) return false
  if (value.files !== undefined) return isList(value.files, (file) => isObject(file) && isText(file.path))
  return isObject(value.fact) && isText(value.fact.kind) && isText(value.fact.subject)
}
