/**
 * The only copy of each name: what a wish means whose range the lockfile does not have, because the project's `resolutions`
 * rewrote it. Of copies of several versions none is guessed; a patched copy has the version of the one it is made of.
 */
export const onlyCopies = <Copy extends { name: string; version: string | null }>(copies: Iterable<Copy>): Map<string, Copy> => {
  const only = new Map<string, Copy>()
  const several = new Set<string>()
  for (const copy of copies) {
    const other = only.get(copy.name)
    if (other && (copy.version === null || copy.version !== other.version)) several.add(copy.name)
    only.set(copy.name, copy)
  }
  for (const name of several) only.delete(name)
  return only
}
