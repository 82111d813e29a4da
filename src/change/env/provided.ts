import type { Mention } from '../sight.ts'

/** What a file that names a key says about it: production gets it, an environment beside it does, or somebody wrote it down. */
type Gives = 'production' | 'beside' | 'documented'

const PRODUCTION =
  /(?:^|\/)(?:fly[^/]*\.(?:toml|json|ya?ml)|[^/]*Dockerfile[^/]*|\.?env(?:\.(?:prod|production)[\w.-]*)?|[\w-]+\.env|(?:docker-)?compose[^/]*(?:prod|deploy)[^/]*\.ya?ml|app\.json|app\.ya?ml|render\.ya?ml|heroku\.yml|railway\.(?:toml|json)|vercel\.json|netlify\.toml|wrangler\.(?:toml|jsonc?)|serverless\.ya?ml|deploy[\w.-]*\.ya?ml|secrets(?:-common)?(?:\.\w+)?|zeabur\.json|template\.toml|Procfile)$|(?:^|\/)(?:k8s|kubernetes|helm|charts|terraform|infra|infrastructure|ansible|deploy(?:ment)?s?|\.kamal|\.do|\.platform|ops|pulumi|cdk|copilot|manifests)\/|\.(?:tf|tfvars|hcl|nomad|bicep)$|(?:^|\/)(?:deploy|release|fly|secrets?)[\w.-]*\.(?:sh|[cm]?[jt]s|rb|py)$/i
const BESIDE =
  /(?:^|\/)(?:docker-)?compose[^/]*\.ya?ml$|^\.(?:github|gitlab|circleci|buildkite)\/|(?:^|\/)(?:\.gitlab-ci\.yml|\.travis\.yml|turbo\.jsonc?|\.env\.(?:dev|development|local|test|ci)[\w.-]*|\.envrc|mise\.toml|devcontainer\.json|Makefile|Jenkinsfile)$|\.devcontainer\//
const DOCUMENTED =
  /(?:^|\/)[\w.-]*env[\w.-]*(?:example|sample|template|dist|defaults?|schema)[\w.-]*$|(?:^|\/)(?:example|sample|template)s?[\w.-]*\.env$|\.(?:example|sample|template)$|\.(?:md|mdx|rst|adoc|txt)$|(?:^|\/)docs?\//i
/** Another environment's: production gets nothing from it. */
const OTHER = /(?:^|[/._-])(?:staging|stage|stg|preprod|preview|review|qa|uat|sandbox)(?=[/._-]|$)/i
/** Types of the environment: they neither read a key nor set one. */
const TYPES = /\.d\.ts$/

/** What a file says about the keys it names, or null for code. */
export const givesOf = (path: string): Gives | 'types' | null => {
  if (TYPES.test(path)) return 'types'
  if (DOCUMENTED.test(path)) return 'documented'
  if (BESIDE.test(path) && !/compose[^/]*(?:prod|deploy)/i.test(path)) return 'beside'
  if (!PRODUCTION.test(path)) return null
  return OTHER.test(path) ? 'beside' : 'production'
}

/** Does the line hold the key as a whole word? */
export const isNamed = ({ text }: Pick<Mention, 'text'>, key: string): boolean => {
  for (let at = text.indexOf(key); at !== -1; at = text.indexOf(key, at + 1)) {
    if (!/[A-Za-z0-9_]/.test(text[at - 1] ?? '') && !/[A-Za-z0-9_]/.test(text[at + key.length] ?? '')) return true
  }
  return false
}

/** A comment of a config file provides nothing. */
const isComment = (text: string): boolean => /^\s*(?:#|\/\/)/.test(text)

/** Where a key is provided or written down, by kind; comments only document. */
export const providers = (mentions: readonly Mention[], key: string): Record<Gives, Mention[]> => {
  const all: Record<Gives, Mention[]> = { production: [], beside: [], documented: [] }
  for (const mention of mentions) {
    const gives = givesOf(mention.path)
    if (gives === null || gives === 'types' || !isNamed(mention, key)) continue
    all[gives === 'documented' || isComment(mention.text) ? 'documented' : gives].push(mention)
  }
  return all
}
