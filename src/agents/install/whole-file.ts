import type { Part } from './part.ts'
import { ownerOf, stamped } from './stamp.ts'

const EDITED = 'it was changed by hand'
const alike = (a: string, b: string): boolean => a.replaceAll('\r\n', '\n') === b

/**
 * A file that is ours as a whole. One of an older version, or that somebody changed, is replaced; one without our stamp is somebody else's.
 * @param template its text, with `safe-deploy:@` where the stamp goes
 */
export const wholeFile = (path: string, template: string, options: { executable?: true } = {}): Part => {
  const wanted = stamped(template)
  const kept = { created: true, pieces: [] }
  return {
    path,
    ...options,
    judge: (text) => {
      if (text === null) return { state: 'missing', text: wanted, kept }
      // A shell takes no carriage return.
      if (options.executable ? text === wanted : alike(text, wanted)) return { state: 'current' }
      const owner = ownerOf(text)
      if (owner === 'foreign') return { state: 'damaged', why: 'a file of somebody else is in this place' }
      return { state: 'outdated', text: wanted, kept, ...(owner === 'edited' ? { note: EDITED } : {}) }
    },
    remove: (text) => {
      const owner = ownerOf(text)
      return { text: owner === 'foreign' ? undefined : null, ...(owner === 'edited' ? { note: EDITED } : {}) }
    },
  }
}
