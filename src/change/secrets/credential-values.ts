import type { Change, ChangedLine, FileChange } from '../../model.ts'
import { envValues } from './env-lines.ts'
import { hitsIn } from './hits.ts'
import { isSecretFile } from './secret-name.ts'

/**
 * Everything in the changed lines that must not be shown, for the mask: credentials of any file, whatever it is for; values of env files that a name
 * calls secret; the lines of key files; what lost its encryption.
 */
export const credentialValues = (change: Pick<Change, 'files'>): string[] => [
  ...new Set(change.files.flatMap((file) => [...valuesIn(file, file.added), ...valuesIn(file, file.removed)])),
]

const valuesIn = (file: FileChange, lines: readonly ChangedLine[]): string[] => {
  if (lines.length === 0) return []
  const key = isSecretFile(file.path) && /\.(?:key|pem)$|id_\w+$/i.test(file.path)
  return [
    ...hitsIn(lines).flatMap(({ values }) => values),
    ...envValues(file.path, lines),
    ...(key ? lines.map(({ text }) => text.trim()).filter((text) => text.length >= 16 && !text.startsWith('-----')) : []),
    ...bareValues(file, lines),
  ]
}

const SEALED = /ENC\[AES256_GCM,|encrypted:|EJ\[1:/
const KEY = /^\s*(?:export\s+)?["']?([\w.-]{1,100})["']?\s{0,10}[:=]\s{0,10}["']?([^"'\s,]{6,400})?/

/** Values of keys that were encrypted on the other side. */
const bareValues = ({ removed, added }: FileChange, lines: readonly ChangedLine[]): string[] => {
  if (removed.length === 0 || added.length === 0) return []
  const sealed = new Set([...removed, ...added].filter(({ text }) => SEALED.test(text)).map(({ text }) => KEY.exec(text)?.[1]))
  if (sealed.size === 0) return []
  return lines.flatMap(({ text }) => {
    const [, key, value] = KEY.exec(text) ?? []
    return value === undefined || !sealed.has(key) || SEALED.test(text) ? [] : [value]
  })
}
