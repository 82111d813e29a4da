/** Words in a path that name an environment, and what it is called. */
const WORDS: Readonly<Record<string, string>> = {
  production: 'production',
  prod: 'production',
  prd: 'production',
  live: 'production',
  staging: 'staging',
  stage: 'staging',
  stg: 'staging',
  beta: 'staging',
  preprod: 'staging',
  preview: 'staging',
  uat: 'staging',
  development: 'development',
  dev: 'development',
  local: 'development',
  test: 'test',
  testing: 'test',
  ci: 'test',
  e2e: 'test',
  cypress: 'test',
  devcontainer: 'development',
  codespaces: 'development',
  localhost: 'development',
}

/** The environment that a path names, nearest to its end; null where it names none. */
export const environmentOf = (path: string): string | null => {
  for (const word of path
    .toLowerCase()
    .split(/[/._-]/)
    .reverse())
    if (Object.hasOwn(WORDS, word)) return WORDS[word]!
  return null
}

const NOT_LIVE =
  /localhost|self[-_]?signed|snakeoil|temporary|dummy|example|(?:^|[/._-])demo(?![a-z])|(?:^|[/._-])tests?|tests?(?:[/._-]|$)|(?:^|[/._-])dev(?:el|elopment)?(?![a-z])/i

/** Does a path say that what is kept there is for development, tests or show? */
export const isForShow = (path: string): boolean => isWorkshop(environmentOf(path)) || NOT_LIVE.test(path)

/** Environments that nobody's data rests on. */
export const isWorkshop = (environment: string | null): boolean => environment === 'development' || environment === 'test'

/** The path with its environment words taken out: two files of one kind have it in common. */
const shapeOf = (path: string): string =>
  path
    .split(/([/._-])/)
    .map((part) => (Object.hasOwn(WORDS, part.toLowerCase()) ? '*' : part))
    .join('')

/** Files that are the same thing for another environment. */
export const siblingsOf = (path: string, paths: Iterable<string>): string[] => {
  const shape = shapeOf(path)
  if (shape === path) return []
  const depth = path.split('/').length
  const found: string[] = []
  for (const other of paths) if (other !== path && other.split('/').length === depth && shapeOf(other) === shape) found.push(other)
  return found
}
