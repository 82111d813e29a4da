import type { FlyTruth, Release, ToolRun } from '../truth.ts'

/** The release this deploy made, as far as it can be told; `version` null: it made none. */
export interface Own {
  version: number | null
  image: string | null
  status: string | null
  /** Why it cannot be told which release is ours, or that somebody else's is there too. */
  foreign: string | null
}

const newest = (truth: FlyTruth): number =>
  Math.max(0, ...truth.releases.map((release) => release.version), ...truth.machines.map((machine) => machine.version ?? 0))

const told = (release: Release): string => `v${release.version}${release.by ? ` by ${release.by}` : ''}`

/** Fly may post a release twice: the same image by the same user is the same deploy. */
const isTwin = (a: { image: string | null; by: string | null }, b: Release): boolean =>
  a.image === b.image && (a.by === null || a.by === b.by)

const own = (mine: { version: number; image: string | null; status: string | null }, others: Release[]): Own => ({
  version: mine.version,
  image: mine.image,
  status: mine.status,
  foreign: others.length === 0 ? null : `release ${others.map(told).join(', ')} came in between`,
})

/**
 * Finds the release of this deploy among those that are new. Fly names it on success; else the only new one is taken for it. Versions may skip
 * numbers. There is no lock on the platform, so a second new release with another image or user is somebody else's.
 */
export const ownRelease = (before: FlyTruth, after: FlyTruth, run: ToolRun): Own => {
  const since = newest(before)
  const fresh = after.releases.filter((release) => release.version > since)
  if (run.emitted) {
    const { id, version, image } = run.emitted
    const mine = fresh.find((release) => release.id === id || release.version === version)
    const others = fresh.filter((release) => release !== mine && !isTwin({ image, by: mine?.by ?? null }, release))
    return own({ version, image, status: mine?.status ?? null }, others)
  }
  const mine = fresh.reduce<Release | null>((best, release) => (best === null || release.version > best.version ? release : best), null)
  if (mine === null) return { version: null, image: null, status: null, foreign: null }
  return own(
    mine,
    fresh.filter((release) => release !== mine && !isTwin(mine, release)),
  )
}

/** Another attempt's label on a machine of the release: what we take for ours was built by somebody else. */
export const foreignLabel = (after: FlyTruth, version: number | null, attempt: string | null): string | null => {
  if (attempt === null || version === null) return null
  const other = after.machines
    .filter((machine) => machine.version === version)
    .map((machine) => machine.labels['safe-deploy.attempt'])
    .find((label) => label !== undefined && label !== attempt)
  return other === undefined ? null : `machines of v${version} carry the label of attempt ${other}`
}
