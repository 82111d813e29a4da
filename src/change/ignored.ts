import type { Git } from '../ports.ts'
import { decodePath, splitNul } from './paths.ts'

/** Untracked things below a folder that git ignores, relative to it; a folder that is ignored as a whole ends in a slash. */
export const listIgnored = async (git: Git, folder: string): Promise<string[]> => {
  const ran = await git.run(['ls-files', '--others', '--ignored', '--exclude-standard', '--directory', '-z'], { cwd: folder })
  return splitNul(ran.stdout).map(decodePath).sort()
}

/** What programs leave behind by running (a smoke does): it may change between reading and shipping and means nothing. */
const LEAVINGS = new Set([
  '.git',
  '__pycache__',
  '.pytest_cache',
  '.mypy_cache',
  '.ruff_cache',
  '.hypothesis',
  '.cache',
  '.nyc_output',
  '.coverage',
  'coverage',
  'htmlcov',
  '.turbo',
  '.parcel-cache',
  '.eslintcache',
  '.vite',
  '.vite-temp',
  '.DS_Store',
  '.idea',
  '.vscode',
  'log',
  'logs',
  'tmp',
])
const LEAVING = /\.(?:pyc|pyo|log|swp|tmp|tsbuildinfo|pid)$/

/** Folders of installed dependencies: too large to read, told by their first level and the installer's own stamp. */
const INSTALLED = new Set([
  'node_modules',
  '.venv',
  'venv',
  'target',
  'bower_components',
  '.gradle',
  '.tox',
  '.nox',
  'Pods',
  '_build',
  '.terraform',
])

export const isLeaving = (name: string): boolean => LEAVINGS.has(name) || LEAVING.test(name)
export const isInstalled = (name: string): boolean => INSTALLED.has(name)
