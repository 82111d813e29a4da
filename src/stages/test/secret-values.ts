import { isSecretName } from '../../redact.ts'
import type { EnvFile } from './env-file.ts'

/**
 * Every value that must never be shown: all values of the env files, overwritten ones too, and those of the process env whose name says secret.
 * For makeMask, which leaves out what is too short or common to be told from text.
 */
export const secretValues = (files: readonly EnvFile[], env: Readonly<Record<string, string | undefined>>): string[] => {
  const values = new Set<string>()
  for (const file of files) {
    for (const entry of file.entries) values.add(entry.value)
    for (const value of Object.values(file.values)) values.add(value)
  }
  for (const [name, value] of Object.entries(env)) if (value && isSecretName(name)) values.add(value)
  values.delete('')
  return [...values]
}
