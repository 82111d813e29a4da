import picomatch from 'picomatch'
import type { Settings } from '../config/settings.ts'
import type { FileChange } from '../model.ts'
import { inside } from './paths.ts'

/** Files at the root of a repository that every app is built from: lockfiles, manifests, build settings. */
const ROOT_INPUT =
  /^(?:[^/]*lock[^/]*|package\.json|pnpm-workspace\.yaml|pyproject\.toml|requirements[^/]*\.txt|Gemfile|go\.(?:mod|sum)|Cargo\.toml|composer\.json|mix\.exs|Dockerfile[^/]*|\.dockerignore|\.npmrc|\.tool-versions|\.node-version|\.python-version|\.ruby-version)$/

/**
 * Does a path belong to the app that is meant? Without `paths` everything does, or, with an app folder of its own, that folder. Root lockfiles and build
 * inputs always do.
 */
const inScope = (path: string, settings: Pick<Settings, 'paths' | 'target' | 'key'>): boolean => {
  if (ROOT_INPUT.test(path)) return true
  const { paths, target, key } = settings
  if (paths.length > 0) return picomatch(paths, { dot: true })(path) || paths.some((one) => inside(one.replace(/\/+$/, ''), path))
  return key === null || target.dir === '' || inside(target.dir, path)
}

/** The files of a change that the app is made of, and how many were left out. */
export const scoped = (
  files: readonly FileChange[],
  settings: Pick<Settings, 'paths' | 'target' | 'key'>,
): { files: FileChange[]; leftOut: number } => {
  const kept = files.filter(({ path, from }) => inScope(path, settings) || (from !== undefined && inScope(from, settings)))
  return { files: kept, leftOut: files.length - kept.length }
}
