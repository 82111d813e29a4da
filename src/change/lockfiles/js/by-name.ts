/**
 * The only copy of each name: what a wish means whose range the lockfile does not have, because the project's `resolutions`
 * rewrote it. Of several copies none is guessed.
 */
export const onlyCopies = <Copy extends { name: string }>(copies: Iterable<Copy>): Map<string, Copy> => {
  const only = new Map<string, Copy>()
  const several = new Set<string>()
  for (const copy of copies) {
    if (only.has(copy.name)) several.add(copy.name)
    only.set(copy.name, copy)
  }
  for (const name of several) only.delete(name)
  return only
}
