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
  const bare = file.removed.some(({ text }) => SEALED.test(text))
  return [
    ...hitsIn(lines).flatMap(({ values }) => values),
    ...envValues(file.path, lines),
    ...(key ? lines.map(({ text }) => text.trim()).filter((text) => text.length >= 16 && !text.startsWith('-----')) : []),
    ...(bare ? bareValues(lines) : []),
  ]
}

const SEALED = /ENC\[AES256_GCM,|encrypted:|"EJ\[1:/
const BARE = /^\s*["']?[\w.-]{1,100}["']?\s{0,10}[:=]\s{0,10}["']?([^"'\s,]{8,400})["']?,?\s{0,10}$/

/** Values of lines that may have been encrypted before. */
const bareValues = (lines: readonly ChangedLine[]): string[] =>
  lines.flatMap(({ text }) => {
    const value = BARE.exec(text)?.[1]
    return value === undefined || /^(?:ENC\[|encrypted:|EJ\[)/.test(value) ? [] : [value]
  })
