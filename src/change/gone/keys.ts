import type { FileChange } from '../../model.ts'
import { isEnvLike } from './key-files.ts'

/** A key that a change takes out of a file of settings. */
export interface GoneKey {
  key: string
  /** `a.b.key`, as the file nests it. */
  path: string
}

/** Keys of one file that are looked up. */
const MAX_KEYS = 40
/** Characters of a file of settings; what is larger is data. */
const MAX_TEXT = 1_000_000
/** Lines that are walked up to find what a key lies in. */
const MAX_UP = 2_000
const KEY = /^(\s*)(?:export\s+)?(?:-\s+)?["']?([A-Za-z_][\w.-]{2,80})["']?\s*[:=](?!=)/
const SECTION = /^\s*\[\[?\s*["']?([\w."'-]+)["']?\s*\]\]?\s*$/
/** Names that stand in every file. */
const PLAIN =
  /^(?:created_at|updated_at|display_name|full_name|base_url|api_url|api_key|api_version|content_type|file_name|user_name|max_size|is_active|time_zone|log_level|node_env|rails_env|use_ssl|working_dir|runs-on|depends_on|container_name|env_file)$/i

/** Of two words or more, so that its name tells it from others: `retry_limit`, `maxBodySize`, `SMTP_HOST`. */
const isTelling = (key: string): boolean => key.length >= 6 && /[a-z][A-Z]|\w[_-]\w/.test(key) && !PLAIN.test(key)

const lastOf = (key: string): string => key.slice(key.lastIndexOf('.') + 1)

/** Keys of removed lines that no added line of the same file brings back. */
export const goneKeys = (file: FileChange, before: string): GoneKey[] => {
  if (before.length > MAX_TEXT) return []
  const back = new Set(file.added.flatMap(({ text }) => KEY.exec(text)?.[2] ?? []))
  const lines = before.split('\n')
  const found = new Map<string, GoneKey>()
  for (const { n, text } of file.removed) {
    const key = KEY.exec(text)?.[2]
    if (found.size >= MAX_KEYS) break
    if (key === undefined || back.has(key) || found.has(key) || !isTelling(lastOf(key))) continue
    if (isEnvLike(file.from ?? file.path) && !/^[A-Z][A-Z0-9_]+$/.test(key)) continue
    found.set(key, { key: lastOf(key), path: [...parentsOf(lines, n - 1), key].join('.') })
  }
  return [...found.values()]
}

/** The keys that a line lies in, by its indentation, or its `[section]`. */
const parentsOf = (lines: readonly string[], at: number): string[] => {
  const parents: string[] = []
  let indent = /^\s*/.exec(lines[at] ?? '')![0].length
  for (let i = at - 1; i >= 0 && i > at - MAX_UP; i--) {
    const line = lines[i]!
    const section = SECTION.exec(line)
    if (section) return [section[1]!.replace(/["']/g, ''), ...parents]
    const match = indent > 0 ? KEY.exec(line) : null
    if (!match || match[1]!.length >= indent) continue
    parents.unshift(match[2]!)
    indent = match[1]!.length
  }
  return parents
}
