const UNITS: Record<string, number> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Milliseconds of a Go duration (`1m30s`) or plain seconds (`15`, number or text); null when it is neither. */
export const durationMs = (input: unknown): number | null => {
  if (typeof input === 'number' || typeof input === 'bigint') return Number(input) * 1000
  if (typeof input !== 'string' || input === '') return null
  if (/^\d+(\.\d+)?$/.test(input)) return Number(input) * 1000
  const parts = [...input.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)]
  if (parts.map((part) => part[0]).join('') !== input) return null
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * UNITS[unit!]!, 0)
}

/** How many times faster than fly the pocket runs: its 5 minutes of waiting are 15 seconds at the default 20. */
export const speedOf = (env: Readonly<Record<string, string | undefined>>): number => {
  const given = Number(env.POCKET_FLY_SPEED)
  return Number.isFinite(given) && given > 0 ? given : 20
}
