import { join } from 'node:path'
import { inject } from 'vitest'

/** The folder of what users install, as the sources of this run of the tests build it. */
export const built = (): string => join(inject('room'), 'built')
