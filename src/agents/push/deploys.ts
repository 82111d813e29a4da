/** What a pipeline would do at an event, as far as its file tells. */
export interface Found {
  verdict: 'deploy' | 'opaque'
  /** In one clause: `the job deploy of .github/workflows/fly.yml deploys what is pushed to main, without safe-deploy`. */
  because: string
}

/** The worst of what was found: a deploy, else what nobody can read, else nothing. */
export const worst = (found: readonly (Found | null)[]): Found | null =>
  found.find((one) => one?.verdict === 'deploy') ?? found.find((one) => one !== null) ?? null

/** Does a text hold the words of a fly deploy? Asked of files and steps that cannot be read. */
export const namesDeploy = (text: string): boolean => /\bfly(?:ctl|\.io)?\b|superfly/i.test(text) && /deploy/i.test(text)

/** How surely a job or step runs. */
export type Chance = 'runs' | 'may' | 'never'

export const less = (a: Chance, b: Chance): Chance =>
  a === 'never' || b === 'never' ? 'never' : a === 'may' || b === 'may' ? 'may' : 'runs'
