import { readFileSync, renameSync, writeFileSync } from 'node:fs'

/** Replaces a file in one step, readable by its owner alone. */
export const writeWhole = (file: string, text: string): void => {
  const temporary = `${file}.${process.pid}.tmp`
  writeFileSync(temporary, text, { mode: 0o600 })
  renameSync(temporary, file)
}

/** The text of a file, or null when there is none. */
export const readText = (file: string): string | null => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
