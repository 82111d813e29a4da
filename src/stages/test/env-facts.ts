import type { Fact } from '../../model.ts'
import type { EnvEntry, EnvFile } from './env-file.ts'
import { type EnvironmentInput, isPassed } from './environment.ts'

const REASON: Record<NonNullable<EnvFile['why']>, string> = {
  missing: 'is not there',
  unreadable: 'cannot be read (is it a file, and may you read it?)',
  'too-big': 'is larger than 256 KiB',
  'not-text': 'is not text',
}

/** Values that were never filled in. Such a value of a required key starts the app and fails its work. */
const PLACEHOLDER =
  /^(?:change[-_ ]?(?:me|this|it)|to[-_ ]?do|tbd|fix[-_ ]?me|placeholder|dummy|undefined|null|none|replace[-_ ]?(?:me|this|with\b.*)|(?:insert|enter|put|add)[-_ ].*here|your[-_ ].*|<[^>]*>|\{\{.*\}\}|\[[a-z _-]+\]|x{3,}|\.{3,}|\*{3,})$/i
const SAMPLE_URL = /^[a-z][a-z0-9+.-]*:\/\/(?:[^@/]*@)?(?:host|hostname|example\.(?:com|org|net)|<[^>]*>)(?:[:/]|$)/i
const SAMPLE_TAIL = /(?:^|[-_:])x{4,}$/i
const REFERENCE = /(?:^|[^\\$])\$\{([A-Za-z_][A-Za-z0-9_]{0,200})(:?[-+?][^}]*)?\}/g

/** Is this a value that somebody meant to fill in? */
export const isPlaceholder = (value: string): boolean =>
  value.length < 1000 && (PLACEHOLDER.test(value) || SAMPLE_URL.test(value) || SAMPLE_TAIL.test(value))

/** Names in `${NAME}` that nothing defines; with a default they need nothing. */
const unresolved = (entry: EnvEntry, known: (name: string) => boolean): string[] =>
  entry.literal ? [] : [...entry.value.matchAll(REFERENCE)].filter((m) => !m[2] && !known(m[1] ?? '')).map((m) => m[1] ?? '')

const fileFact = ({ file, why }: EnvFile): Fact[] => {
  if (why === null) return []
  return [
    {
      kind: why === 'missing' ? 'env-file-missing' : 'env-file-unreadable',
      subject: file,
      place: { file },
      data: { file, reason: REASON[why] },
    },
  ]
}

const problemFacts = ({ file, problems }: EnvFile): Fact[] =>
  problems.slice(0, 5).map(({ line, text }) => ({
    kind: 'env-file-syntax',
    subject: `${file}:${line}`,
    place: { file, line },
    data: { file, line: String(line), problem: text },
  }))

const duplicateFacts = ({ file, entries }: EnvFile): Fact[] => {
  const byKey = groupByKey(entries)
  return [...byKey].flatMap(([key, all]) => {
    const last = all.at(-1)
    if (!last || new Set(all.map((entry) => entry.value)).size < 2) return []
    const data = { key, file, lines: all.map((entry) => entry.line).join(', '), used: String(last.line) }
    return [{ kind: 'env-key-duplicate', subject: key, place: { file, line: last.line }, data }]
  })
}

const groupByKey = (entries: readonly EnvEntry[]): Map<string, EnvEntry[]> => {
  const groups = new Map<string, EnvEntry[]>()
  for (const entry of entries) {
    const group = groups.get(entry.key)
    if (group) group.push(entry)
    else groups.set(entry.key, [entry])
  }
  return groups
}

/** Exactly where a key was looked for. */
const looked = (files: readonly EnvFile[], input: EnvironmentInput): string => {
  const each = files.map((f) => (f.why ? `${f.file} (${REASON[f.why].split(' (')[0]})` : f.file))
  const shell = input.settings.env.inherit === 'all' ? 'the shell' : 'what test.env.inject takes from the shell'
  return [...each, shell].join(', ')
}

/** What else is known of a missing key, as a sentence, or ''. */
const hint = (key: string, input: EnvironmentInput, production: ReadonlySet<string>): string => {
  if (input.shell[key] !== undefined)
    return `It is set in this shell, which smokes do not get: name it in test.env.inject if production injects it.`
  if (production.has(key)) return 'The target has it; here nothing does, so a smoke cannot use it.'
  return ''
}

type Holding = { file: string; entry: EnvEntry }

/** Where a key's value comes from: the last file that has it, and there its last line. */
const holding = (files: readonly EnvFile[], key: string): Holding | null => {
  for (const { file, entries } of [...files].reverse()) {
    const entry = entries.findLast((e) => e.key === key)
    if (entry) return { file, entry }
  }
  return null
}

const valueFact = (key: string, { file, entry }: Holding, known: (name: string) => boolean): Fact[] => {
  const fact = (kind: string, more: Record<string, string> = {}): Fact[] => [
    { kind, subject: key, place: { file, line: entry.line }, data: { key, file, line: String(entry.line), ...more } },
  ]
  const missing = unresolved(entry, known)
  if (entry.value.trim() === '') return fact('env-key-empty')
  if (missing.length > 0) return fact('env-key-unresolved', { reference: missing.join(', ') })
  return isPlaceholder(entry.value) ? fact('env-key-placeholder') : []
}

/**
 * What the env files show by being read: facts with names and lines, never values. Pure.
 * Required keys must be filled in a file, or come to the smoke from the shell.
 * @param production names the target gives the app by itself: its secrets and the env of its config
 */
export const envFacts = (files: readonly EnvFile[], input: EnvironmentInput, production: ReadonlySet<string>): Fact[] => {
  const known = (name: string) => name in input.file || input.shell[name] !== undefined
  const needed = [...new Set([...input.settings.env.required, ...input.settings.env.inject])]
  const keys = needed.flatMap((key): Fact[] => {
    if (isPassed(input, key) && !(key in input.file)) return []
    const held = holding(files, key)
    if (held) return valueFact(key, held, known)
    return [{ kind: 'env-key-missing', subject: key, data: { key, looked: looked(files, input), hint: hint(key, input, production) } }]
  })
  const all: Fact[] =
    input.settings.env.inherit === 'all' && input.settings.smoke.length > 0
      ? [{ kind: 'env-inherits-all', subject: 'test.env.inherit', data: {} }]
      : []
  return [...files.flatMap((f) => [...fileFact(f), ...problemFacts(f), ...duplicateFacts(f)]), ...keys, ...all]
}
