import { areaOf } from '../area.ts'
import { looksGenerated } from '../generated.ts'

/** What writes settings by key: data files of configuration, and samples of env files, which say what the app reads. */
const FORMAT = /\.(?:ya?ml|toml|json|json5|properties|ini|ejson)$|(?:^|\/)\.env[\w.-]*$/
const ENV = /(?:^|\/)\.env[\w.-]*$/
/** Manifests, tools' own settings, translations, schemas: code reads nothing of them by key, or tools do. */
const OTHERS =
  /(?:^|\/)app\.(?:json|yaml)$|(?:^|\/)(?:package|composer|tsconfig[\w.-]*|jsconfig|deno|turbo|nx|lerna|biome|components|manifest|angular|tslint|babel\.config|\.babelrc|\.eslintrc|vercel|netlify|renovate|cspell|openapi|swagger|project|workspace|knip|bower|now|firebase|capacitor\.config|crowdin|codecov|mkdocs|dependabot|_config|pubspec|Cargo|pyproject|rust-toolchain|rustfmt|clippy|Gopkg|wrangler|lefthook|pnpm-workspace|\.pre-commit-config|\.rubocop[\w.-]*|\.yarnrc|fly[\w.-]*|(?:docker-)?compose[\w.-]*|render|values[\w.-]*|Chart|kustomization|setup|tox|mypy|pytest|alembic|uwsgi|stylelint|\.stylelintrc|\.prettierrc|\.swcrc|\.lintstagedrc|phpunit|serverless|sst|amplify|\.goreleaser|Taskfile)\.(?:json5?|ya?ml|toml|ini)$|(?:^|\/)(?:locales?|i18n|translations?|lang|messages|languages|l10n|data|content|fixtures?|seeds?|schemas?|graphql|__generated__|abis?|public|static|assets|templates|k8s|helm|charts|terraform|ansible|grafana|prometheus|\.\w[\w-]*)\//i

/** May code read this file's keys by their names? */
export const hasReadKeys = (path: string): boolean => {
  if (!FORMAT.test(path) || OTHERS.test(path) || looksGenerated(path)) return false
  return ENV.test(path)
    ? areaOf(path) !== 'test' && areaOf(path) !== 'docs'
    : !['test', 'docs', 'ci', 'deps', 'infra', 'migration'].includes(areaOf(path))
}

/** Keys of an env file, read from the environment. */
export const isEnvLike = (path: string): boolean => ENV.test(path)
