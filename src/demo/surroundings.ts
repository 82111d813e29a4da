const DOCKERFILE = `FROM node:22-slim
WORKDIR /app
COPY . .
# The platform keeps the env file as one secret; the worker finds it where it is everywhere else.
CMD printf '%s' "$ENV_FILE" > .env && exec node src/worker.js
`

const FLY_TOML = `app = "everflow"
primary_region = "ams"

[http_service]
internal_port = 8080

[[http_service.checks]]
path = "/health"
`

const guard = (url: string, more: string): string => `version: 1
target: { fly: { config: fly.toml, args: [--ha=false] } }
ledger: { remote: none }                   # this clone deploys alone

isolate:
  protect:                                 # known working configuration
    - { file: src/settings.js, keeps: "env_file = '.env'", because: the worker loads its database credentials here }

test:
  env: { files: [.env], required: [DATABASE_PASSWORD] }
  smoke:
    - { name: pipeline, run: node scripts/run_pipeline.js }

verify:
  bake: 1s
  probes:
    - { http: "${url}/health", status: 200 }
    - { progress: { http: "${url}/stats", value: runs.finished, advances: true }, within: 4s }   # did the work happen?

hears: ["#everflow-reports (customer Slack)"]

# Left out, only a person may override a rule that blocks. Nobody sits at the demo's keyboard, so it counts as an agent.
overrides:
  protected-config: [person, agent]
  env-not-loaded: [person, agent]
${more}`

/** What stands round the code: how it is built, deployed and guarded. `url` is where everflow answers, without a slash at the end; `more` ends safe-deploy.yml. */
export const surroundings = (url: string, more = ''): Record<string, string> => ({
  Dockerfile: DOCKERFILE,
  '.dockerignore': '.git\n.env\n',
  '.gitignore': '.env\n',
  'fly.toml': FLY_TOML,
  'safe-deploy.yml': guard(url, more),
})
