import type { Glimpse } from '../sight.ts'
import { foldersUp, type Gone } from './files.ts'

/** The outermost folders of which nothing is left, with how many files went: `legacy/worker`, not each of its files. */
export const wholeFolders = (gone: readonly Gone[], listing: Glimpse['listing']): Map<string, number> => {
  const kept = new Set<string>([''])
  for (const path of listing.keys()) {
    for (const folder of foldersUp(path)) {
      if (kept.has(folder)) break
      kept.add(folder)
    }
  }
  const whole = new Map<string, number>()
  for (const { path } of gone) {
    const folder = foldersUp(path)
      .filter((one) => !kept.has(one))
      .at(-1)
    if (folder !== undefined) whole.set(folder, (whole.get(folder) ?? 0) + 1)
  }
  return whole
}
