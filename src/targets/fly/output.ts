import type { Heard } from '../target.ts'
import type { ToolRun } from '../truth.ts'
import { isJson, whole } from './document.ts'

/** Longer lines are no release line of fly's: id, version and a reference fit well within. */
const RELEASE_LINE = 2000

/** The release that fly names as one line of JSON on success; null for any other line. */
const readEmitted = (line: string): ToolRun['emitted'] => {
  const text = line.trim()
  if (!text.startsWith('{') || !text.endsWith('}') || text.length > RELEASE_LINE) return null
  try {
    const value: unknown = JSON.parse(text)
    if (!isJson(value)) return null
    const version = whole(value, 'version')
    const { id, image_ref: image } = value
    return typeof id === 'string' && typeof image === 'string' && id !== '' && version !== null ? { id, version, image } : null
  } catch {
    return null
  }
}

/** The line after which the build no longer reads the work tree: fly names the image, or goes on to machines. */
const BUILT = /^\s*(?:image: \S+|image size: |--> (?:Pushing|Building) image done|--> Pushing image|Watch your deployment at )/i

/** What a line of fly's output tells. Once the image is built, what fly read of the work tree is what ships. */
export const hearFly = (line: string): Heard | null => {
  const emitted = readEmitted(line)
  const built = BUILT.test(line)
  return emitted || built ? { emitted, built } : null
}

/** Did fly stop because the image is not there (any more)? It says so before any release is made. */
export const saysImageMissing = (lines: readonly string[]): boolean =>
  lines.some((line) => /could not find image|manifest unknown|MANIFEST_UNKNOWN/i.test(line))
