/** What a repository shows of how it is deployed and tried: the material of a first safe-deploy.yml. */

/** A fly config that is there. */
export interface SeenApp {
  /** A short name for `apps:`. */
  key: string
  dir: string
  /** Name of the config in dir. */
  config: string
  /** The name it gives, or null where it names none or cannot be read. */
  app: string | null
  /** Address of its health check from outside, or of its front page where it has none; null for an app without a public service. */
  url: string | null
  /** Was a health check's path found? */
  checked: boolean
}

/** A command that may show that the app works. */
export interface SeenSmoke {
  name: string
  run: string
  /** Where it was seen. */
  from: string
}

export interface SeenProtected {
  file: string
  keeps: string
}

export interface Suggestion {
  apps: SeenApp[]
  /** Env files that are here, relative to the root. */
  envFiles: string[]
  /** Keys that the example env file names and that have no harmless default there. */
  required: string[]
  /** Keys that the env files here fill; names only. */
  filled: string[]
  /** Best first. */
  smokes: SeenSmoke[]
  protect: SeenProtected[]
  /** What should be looked at, in sentences. */
  hints: string[]
}

/** Files as detection sees them: paths from the root, and texts of those that `wantedFiles` named. */
export interface SeenFiles {
  paths: readonly string[]
  text(path: string): string | null
}
