import { existsSync } from 'node:fs'

/** Is the program not there? The system says ENOENT for a missing working directory as well. */
export const isMissing = (error: NodeJS.ErrnoException, cwd: string): boolean => error.code === 'ENOENT' && existsSync(cwd)
