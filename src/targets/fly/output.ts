import type { ToolRun } from '../truth.ts'
import { isJson, whole } from './document.ts'

/** Longer lines are no release line of fly's: id, version and a reference fit well within. */
const RELEASE_LINE = 2000

/** The release that fly names as one line of JSON on success; null for any other line. */
export const readEmitted = (line: string): ToolRun['emitted'] => {
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

/** The last such line: what an app's release command prints comes before it. */
export const findEmitted = (lines: readonly string[]): ToolRun['emitted'] => {
  for (const line of lines.toReversed()) {
    const emitted = readEmitted(line)
    if (emitted) return emitted
  }
  return null
}

/** The line after which the build no longer reads the work tree: fly names the image, or goes on to machines. */
const BUILT = /^\s*(?:image: \S+|image size: |--> (?:Pushing|Building) image done|--> Pushing image|Watch your deployment at )/i

/** Is the image built by the time this line is printed? Then what fly read of the work tree is what ships. */
export const isImageBuilt = (line: string): boolean => BUILT.test(line)

/** Did fly stop because the image is not there (any more)? It says so before any release is made. */
export const saysImageMissing = (lines: readonly string[]): boolean =>
  lines.some((line) => /could not find image|manifest unknown|MANIFEST_UNKNOWN/i.test(line))

/** Did fly stop at somebody else's lease on a machine? Leases last 13 s, so waiting helps. */
export const saysLeased = (lines: readonly string[]): boolean =>
  lines.some((line) => /lease currently held by|failed to (?:get|acquire) lease/i.test(line))
