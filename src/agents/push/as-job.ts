import type { World } from '../reading.ts'

/** Where pipelines are written. */
const PIPELINES = /^\.(?:github\/workflows|circleci|buildkite|git)(?:\/|$)|^\.gitlab-ci\.yml$/

/** The repository as a job's script may read it. Its pipelines are out of sight: what a job pushes with the host's own token starts none. */
export const asJob = (world: World, top: string): World => {
  const hidden = (path: string): boolean => path.startsWith(`${top}/`) && PIPELINES.test(path.slice(top.length + 1))
  return {
    ...world,
    read: (path) => (hidden(path) ? null : world.read(path)),
    list: (path) => (hidden(path) ? [] : world.list(path)),
  }
}
