import { areaOf, isQuiet } from '../area.ts'

/**
 * What reads a file that another names: the platform and what starts a process (`deploy`), what builds it (`build`), CI, code,
 * or nothing that counts (null).
 */
export type Reader = 'deploy' | 'build' | 'ci' | 'code'

/** Lists for editors, linters, bots and git: to name a file there is not to read it. */
const TOOLS =
  /(?:^|\/)(?:\.[\w.-]*ignore|\.gitattributes|\.gitmodules|\.editorconfig|CODEOWNERS|renovate\.json5?|dependabot\.yml|\.renovaterc\w*|\.rubocop[\w.-]*\.yml|\.eslintrc[\w.]*|eslint\.config\.\w+|\.?prettier[\w.]*|\.prettierrc[\w.]*|biome\.jsonc?|knip\.\w+|tsconfig[\w.-]*\.json|jsconfig\.json|\.coveragerc|sonar-project\.properties|codecov\.ya?ml|\.codecov\.ya?ml|phpstan[\w.-]*|phpunit[\w.-]*|psalm[\w.-]*|pyrightconfig\.json|mypy\.ini|ruff\.toml|\.flake8|\.pylintrc|\.yamllint[\w.]*|\.codeclimate\.yml|\.cspell[\w.]*|cspell\.\w+|typos\.toml|\.typos\.toml|_typos\.toml|crowdin\.yml|brakeman\.ignore|\.all-contributorsrc|mkdocs\.ya?ml|lint-staged[\w.]*|\.lintstagedrc[\w.]*|\.secrets\.baseline|\.snyk|\.trivyignore|\.credo\.exs|REUSE\.toml|vitest[\w.]*|jest\.config\.\w+|\.mocharc\w*|playwright[\w.]*|\.erb-?lint\.yml|\.codespellrc|\.git-blame-ignore-revs|\.sops\.yaml|\.gitleaks\.toml|\.oxlintrc\.json|sorbet\/.*|.*\.rbi|.*\.po[t]?|\.tx\/config|i18n-tasks\.yml|.*\.code-workspace)$/
/** Where people work, not where the product runs. */
const WORKSHOP =
  /(?:^|\/)(?:\.devcontainer|\.vscode|\.idea|\.claude|\.cursor|\.agents?|\.storybook|stories|storybook|benchmarks?|bench|demos?|samples?|playground|docs?[-_]?\w*|website|changelogs?|\.changeset|templates\/\.github|locales?|i18n|translations?|lang|seeds?|db\/seeds|testing|testdata|test[-_]?\w*|mocks?|stubs?|__fixtures__|dummy)\//i
/** Others' code, kept here: what it names is its own. */
export const VENDORED = /(?:^|\/)(?:node_modules|bower_components|vendor\/(?!javascript)[\w.-]+\/[\w.-]+|third_party|Pods)\//
const DEV_NAME = /(?:^|[._-])(?:dev|development|local|test|tests|testing|ci|e2e|example|sample|debug|override)(?:[._-]|$)/i

const DEPLOY =
  /(?:^|\/)(?:fly[\w.-]*\.(?:toml|json|ya?ml)|[\w.-]*Dockerfile[\w.-]*|Containerfile|Procfile[\w.-]*|(?:docker-)?compose[\w.-]*\.ya?ml|docker-entrypoint[\w.-]*|entrypoint[\w.-]*|render\.yaml|app\.yaml|heroku\.yml|nixpacks\.toml|railway\.(?:toml|json)|vercel\.json|netlify\.toml|Caddyfile|nginx[\w.-]*\.conf[\w.]*|supervisord?[\w.-]*\.conf|[\w@.-]+\.service|crontab[\w.-]*|[\w.-]+\.cron|litefs\.yml|ecosystem\.config\.\w+|start[\w-]*\.sh|run[\w-]*\.sh|release[\w-]*\.sh|serverless\.ya?ml|captain-definition|wsgi\.ini|uwsgi\.ini)$|(?:^|\/)\.kamal\/|^config\/deploy[\w.-]*\.yml$|(?:^|\/)(?:k8s|kubernetes|helm|charts|ansible|deploy|deployment|infra|nginx|systemd)\/(?:[^/]+\/)*[\w-]+(?:\.(?:ya?ml|toml|json|conf|tpl|tf|sh|service|cfg|ini|hcl))?$/i
const BUILD =
  /(?:^|\/)(?:package\.json|GNUmakefile|[Mm]akefile|justfile|Justfile|Taskfile\.ya?ml|Rakefile|turbo\.json|nx\.json|project\.json|pyproject\.toml|setup\.(?:py|cfg)|MANIFEST\.in|Cargo\.toml|build\.rs|mix\.exs|composer\.json|Gemfile|[\w.-]+\.gemspec|pom\.xml|build\.gradle(?:\.kts)?|webpack[\w.-]*\.[cm]?[jt]s|vite\.config\.[cm]?[jt]s|rollup\.config\.[cm]?[jt]s|next\.config\.[cm]?[jt]s|esbuild[\w.-]*\.[cm]?[jt]s|tsup\.config\.[cm]?[jt]s|tox\.ini|noxfile\.py)$/

/** Who reads when a line of this file names another, by its path. */
export const readerAt = (path: string): Reader | null => {
  if (TOOLS.test(path) || WORKSHOP.test(path) || VENDORED.test(path)) return null
  const area = areaOf(path)
  if (area === 'test' || area === 'docs' || /\.(?:txt|csv|tsv|log|patch|diff|ipynb|lock)$/.test(path)) return null
  if (area === 'ci') return /^\.(?:github|gitlab|circleci|buildkite)/.test(path) ? 'ci' : null
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (DEPLOY.test(path)) return DEV_NAME.test(name) || isQuiet(path) ? null : 'deploy'
  if (BUILD.test(path)) return 'build'
  if (isQuiet(path)) return null
  return ['code', 'config', 'infra', 'deps'].includes(area) || /^bin\/|\/bin\//.test(path) ? 'code' : null
}
