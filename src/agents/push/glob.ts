/** One place of a pattern: which signs it takes, and whether none or many of them. */
interface Place {
  takes: (sign: string) => boolean
  none: boolean
  many: boolean
}

const LONGEST = 300

const place = (takes: (sign: string) => boolean, none = false, many = false): Place => ({ takes, none, many })

/** `[a-z]` */
const inClass = (body: string): ((sign: string) => boolean) => {
  const ranges = body.match(/.-.|./gs) ?? []
  return (sign) => ranges.some((range) => (range.length === 3 ? sign >= range[0]! && sign <= range[2]! : sign === range))
}

const placesOf = (pattern: string): Place[] => {
  const places: Place[] = []
  for (let at = 0; at < pattern.length; at += 1) {
    const sign = pattern[at]!
    const last = places.at(-1)
    if (sign === '*') {
      const deep = pattern[at + 1] === '*'
      places.push(place((one) => deep || one !== '/', true, true))
      if (deep) at += 1
    } else if (sign === '?' && last) last.none = true
    else if (sign === '+' && last) last.many = true
    else if (sign === '[' && pattern.indexOf(']', at) > 0) {
      const end = pattern.indexOf(']', at)
      places.push(place(inClass(pattern.slice(at + 1, end))))
      at = end
    } else {
      if (sign === '\\' && at + 1 < pattern.length) at += 1
      const literal = pattern[at]!
      places.push(place((one) => one === literal))
    }
  }
  return places
}

/** The places at which a match may stand, with those that need no sign. */
const reach = (places: readonly Place[], from: ReadonlySet<number>): Set<number> => {
  const all = new Set(from)
  for (const at of all) if (places[at]?.none) all.add(at + 1)
  return all
}

/** Does a name fit a pattern of `on.push.branches`? (`*` stays in one folder, `**` does not, `?` and `+` mean the sign before them.) */
export const fits = (pattern: string, name: string): boolean => {
  if (pattern.length > LONGEST || name.length > LONGEST) return true
  const places = placesOf(pattern)
  let now = reach(places, new Set([0]))
  for (const sign of name) {
    const next = new Set<number>()
    for (const at of now) {
      const one = places[at]
      if (!one?.takes(sign)) continue
      next.add(at + 1)
      if (one.many) next.add(at)
    }
    now = reach(places, next)
  }
  return now.has(places.length)
}

/** Do patterns, of which the last that fits counts and `!` takes away, take a name in? */
export const fitsAny = (patterns: readonly string[], name: string): boolean =>
  patterns.reduce(
    (taken, pattern) => (pattern.startsWith('!') ? taken && !fits(pattern.slice(1), name) : taken || fits(pattern, name)),
    false,
  )
