import type { FileChange } from '../../model.ts'
import type { Glimpse } from '../sight.ts'
import { calleesIn, ENOUGH, saysSo } from './wrappers.ts'

/** Callees that are looked up. */
const MAX_CALLEES = 12
/** Files of known keys that are read. */
const MAX_KEY_FILES = 20
const KEY_FILE = /(?:^|\/)(?:[\w.-]*\.?env[\w.-]*(?:example|sample|template)|\.env[\w.-]*|fly[^/]*\.toml)$/

/** Callees of added lines whose first argument is written like a key, and whose name does not give them away. */
export const unknownCallees = (files: readonly FileChange[]): Set<string> => {
  const found = new Set<string>()
  for (const file of files) {
    const added = file.added.filter(({ text }) => text.length <= 4000).map(({ text }) => text)
    for (const [callee] of calleesIn(file.path, added.join('\n'))) {
      if (!saysSo(callee) && found.size < MAX_CALLEES) found.add(callee)
    }
  }
  return found
}

/** Files that write down the keys of an environment: what a callee's arguments are held against. */
export const keyFiles = ({ listing }: Pick<Glimpse, 'listing'>): string[] => {
  const found: string[] = []
  for (const path of listing.keys()) {
    if (KEY_FILE.test(path)) found.push(path)
    if (found.length === MAX_KEY_FILES) break
  }
  return found
}

/** Those of the callees that pass enough known keys, over the whole candidate. */
export const learnedWrappers = (seen: Glimpse, callees: ReadonlySet<string>): Set<string> => {
  if (callees.size === 0) return new Set()
  const known = new Set(keyFiles(seen).flatMap((path) => keysIn(seen.text('candidate', path) ?? '')))
  return new Set(
    [...callees].filter((callee) => {
      const calls = seen.mentions(`${callee}(`).flatMap(({ path, text }) => calleesIn(path, text))
      return new Set(calls.flatMap(([one, key]) => (one === callee && known.has(key) ? [key] : []))).size >= ENOUGH
    }),
  )
}

/** Keys that an env file or a table of a config sets; those commented out are written down too. */
export const keysIn = (text: string): string[] =>
  text
    .split('\n')
    .flatMap((line) => (line.length <= 4000 ? (/^\s*(?:#\s*)?(?:export\s+)?["']?([A-Z][A-Z0-9_]*)["']?\s*=/.exec(line)?.[1] ?? []) : []))
