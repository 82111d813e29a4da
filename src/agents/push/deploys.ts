/** What a pipeline would do at an event, as far as its file tells. */
export interface Found {
  verdict: 'deploy' | 'opaque'
  /** In one clause: `the job deploy of .github/workflows/fly.yml deploys what is pushed to main, without safe-deploy`. */
  because: string
}

/** The worst of what was found: a deploy, else what nobody can read, else nothing. */
export const worst = (found: Iterable<Found | null>): Found | null => {
  let first: Found | null = null
  for (const one of found) {
    if (one?.verdict === 'deploy') return one
    first ??= one
  }
  return first
}

/** Judges one after the other, and no more of them than are asked for: the first deploy ends it. */
export function* each<T>(some: Iterable<T>, judge: (one: T) => Found | null): Generator<Found | null> {
  for (const one of some) yield judge(one)
}

/** Does a text hold the words of a fly deploy? Asked of files and steps that cannot be read. */
export const namesDeploy = (text: string): boolean => /\bfly(?:ctl|\.io)?\b|superfly/i.test(text) && /deploy/i.test(text)

/** How surely a job or step runs. */
export type Chance = 'runs' | 'may' | 'never'

export const less = (a: Chance, b: Chance): Chance =>
  a === 'never' || b === 'never' ? 'never' : a === 'may' || b === 'may' ? 'may' : 'runs'
