const WORDS =
  'dev|devel|develop|development|test|tests|testing|pytest|ci|lint|linter|linters|linting|rubocop|mypy|ruff|typing|types|typecheck|typechecking|doc|docs|documentation|sphinx|' +
  'debug|debugging|bench|benchmark|benchmarks|benchmarking|profiling|e2e|cucumber|selenium|cypress|nox|tox|coverage|release|style|format|formatting|quality|notebook|notebooks|' +
  'ipython|jupyter|examples|precommit|tooling|github-actions'

const DEV = new RegExp(`(?:^|[^a-z0-9])(?:${WORDS})(?:$|[^a-z0-9])`, 'i')

/**
 * Is a group of dependencies only for tests and development? By its name, as no tool says it: `dev`, `test`, `lint`, `docs-blog`; but `main`, `production`,
 * `assets` and what has a name of its own run.
 */
export const isDevGroup = (name: string): boolean => DEV.test(name)

/** Are all of them? None is not. */
export const areDevGroups = (names: readonly string[]): boolean => names.length > 0 && names.every(isDevGroup)
