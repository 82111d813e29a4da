import { writeFile } from 'node:fs/promises'

/** Writes a file of the user's: where it is, with the mode it has, through a link. */
export const writeUserFile = (path: string, text: string): Promise<void> => writeFile(path, text)
