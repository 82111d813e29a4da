/** Lets so many through a second, and as many at once after a quiet one. @param running milliseconds that only count up */
export const makeRate = (perS: number, running: () => number): (() => boolean) => {
  const bucket = { left: perS, at: running() }
  return () => {
    const now = running()
    bucket.left = Math.min(perS, bucket.left + ((now - bucket.at) * perS) / 1000)
    bucket.at = now
    if (bucket.left < 1) return false
    bucket.left -= 1
    return true
  }
}
