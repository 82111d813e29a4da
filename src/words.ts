/** Words for times and counts, the same in every place that speaks to people. */

/** Stands in the second line of every fly that is ours (`safe-deploy shim install`), by which the guard passes it over. */
export const SHIM_MARK = '# safe-deploy shim'

const UNITS: readonly (readonly [name: string, ms: number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
]

/** `90_000` → `1 minute`; below a second: `a moment`. */
export const duration = (ms: number): string => {
  for (const [name, size] of UNITS) {
    const count = Math.floor(ms / size)
    if (count >= 1) return `${count} ${name}${count === 1 ? '' : 's'}`
  }
  return 'a moment'
}

/** How long ago, by the reader's clock; a time in the future is `just now`. */
export const ago = (iso: string, now: number): string => {
  const ms = now - Date.parse(iso)
  return Number.isNaN(ms) || ms < 1000 ? 'just now' : `${duration(ms)} ago`
}

/** When, counted from now. */
export const inTime = (ms: number): string => (ms <= 0 ? 'now' : `in ${duration(ms)}`)

/** `3, "file"` → `3 files`. */
export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`

/** A commit or digest in full is longer than anybody reads. */
const shortId = (id: string): string =>
  /^(?:sha256:)?[0-9a-f]{40,64}$/.test(id) ? id.replace('sha256:', '').slice(0, 12) : id.slice(0, 60)

/**
 * How it was proved that something serves. A target without releases has no machines and checks to look at.
 */
export const howProved = ({ level, serving }: { level: 'probed' | 'platform'; serving: { version: number | null } | null }): string => {
  if (level === 'probed') return 'verified by a probe'
  return serving?.version === null ? 'by what `current` prints' : 'by machines and checks'
}

/** One short name for what serves: release version and image, or the target's own id. */
export const nameServing = (serving: { id: string; version: number | null }): string =>
  serving.version === null ? shortId(serving.id) : `v${serving.version} (${serving.id.replace(/^sha256:/, '').slice(0, 12)})`

/** A word as a POSIX shell takes it. */
export const quote = (word: string): string =>
  /^[A-Za-z0-9_@%+=:,./~^-]+$/.test(word) && !word.startsWith('~') ? word : `'${word.replaceAll("'", "'\\''")}'`
