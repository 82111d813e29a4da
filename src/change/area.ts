import { looksGenerated } from './generated.ts'

/** What a file is for, by its path. */
export type Area = 'test' | 'docs' | 'ci' | 'deps' | 'migration' | 'infra' | 'config' | 'code' | 'other'

/** First that fits. Tests and docs first: a Dockerfile in a test fixture ships nothing. */
const AREAS: [Area, RegExp][] = [
  ['test', /(?:^|\/)(?:tests?|spec|specs|__tests__|__mocks__|fixtures|e2e|cypress|playwright)\//i],
  ['test', /(?:^|\/)(?:test_[^/]+\.py|conftest\.py|[^/]+[._-](?:test|spec)s?\.\w+)$/i],
  ['docs', /(?:^|\/)(?:docs?|examples?)\//i],
  ['docs', /\.(?:md|mdx|rst|adoc)$/i],
  ['docs', /(?:^|\/)(?:LICENSE|LICENCE|CHANGELOG|AUTHORS|CODEOWNERS|NOTICE)(?:[.-][\w-]+)?(?:\.(?:md|txt|rst))?$/],
  [
    'ci',
    /^\.(?:github|gitlab|circleci|buildkite|husky)\/|(?:^|\/)(?:\.gitlab-ci\.yml|\.travis\.yml|Jenkinsfile|\.pre-commit-config\.yaml|lefthook\.yml)$/,
  ],
  [
    'deps',
    /(?:^|\/)(?:package\.json|pnpm-workspace\.yaml|Gemfile|[^/]+\.gemspec|pyproject\.toml|Pipfile|requirements[^/]*\.(?:txt|in)|Cargo\.toml|go\.mod|composer\.json|mix\.exs|constraints\.txt)$/,
  ],
  [
    'deps',
    /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?|Gemfile[^/]*\.lock|poetry\.lock|uv\.lock|pdm\.lock|Pipfile\.lock|Cargo\.lock|go\.sum|composer\.lock|mix\.lock)$/,
  ],
  [
    'migration',
    /(?:^|\/)(?:migrations?|migrate|alembic\/versions|prisma\/migrations)\/|(?:^|\/)(?:schema\.rb|structure\.sql|schema\.prisma)$/i,
  ],
  [
    'infra',
    /(?:^|\/)(?:fly[^/]*\.(?:toml|json|ya?ml)|[^/]*Dockerfile[^/]*|\.dockerignore|(?:docker-)?compose[^/]*\.ya?ml|Procfile[^/]*|nginx[^/]*\.conf|Caddyfile)$/,
  ],
  ['infra', /(?:^|\/)(?:terraform|k8s|kubernetes|helm|charts|ansible|deploy)\/|\.tf$/],
  ['config', /(?:^|\/)(?:config|configs|settings|\.kamal)\/|(?:^|\/)(?:settings|config)[^/]*\.\w+$|(?:^|\/)\.env[^/]*$/i],
  ['config', /\.(?:ya?ml|toml|ini|cfg|conf|properties|enc)$/],
  [
    'code',
    /\.(?:[cm]?[jt]sx?|py|rb|go|rs|java|kt|scala|cs|php|exs?|erl|clj|swift|c|cc|cpp|h|hpp|sh|bash|sql|graphql|vue|svelte|astro|html|erb|haml|slim|css|scss|lua|pl)$/,
  ],
]

/** Each path is asked about by every detector, in each of its rounds. */
const known = new Map<string, { area: Area; quiet: boolean }>()

const look = (path: string): { area: Area; quiet: boolean } => {
  const found = known.get(path)
  if (found) return found
  const area = AREAS.find(([, pattern]) => pattern.test(path))?.[0] ?? 'other'
  const quiet = ['test', 'docs', 'ci'].includes(area) || looksGenerated(path) || /\.(?:example|sample|template|dist)$|\.txt$/.test(path)
  known.set(path, { area, quiet })
  return { area, quiet }
}

/** What a file is for; advice for people, no rule rests on it alone. */
export const areaOf = (path: string): Area => look(path).area

/** Files whose lines cannot change what runs: tests, documents, CI, what tools wrote, and samples of env files. */
export const isQuiet = (path: string): boolean => look(path).quiet
